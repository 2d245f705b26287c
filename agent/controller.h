// The controller as an agent sees it: five calls in plain types.
//
// Each call is tried once and blocks until it is answered or its deadline passes; callers retry what IsTransient
// (common/retry.h) says may go away, no sooner than the error asks for. Every call may be repeated with the same
// content and then gives the same answer. Thread-safe.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/value.h"

namespace sweepd::agent {

// Names the right to run one attempt; every call about a running attempt carries it.
struct LeaseRef {
  std::string sweep;
  int64_t trial = 0;
  int64_t attempt = 0;
  std::string token;  // secret: never logged
  bool operator==(const LeaseRef&) const = default;
};

// How metrics are read from a program's standard output; see stdout_metrics.h.
enum class StdoutMetrics { kOff, kAuto, kKeyValue, kJson, kRegex };

struct Objective {
  std::string metric;
  bool maximize = false;
};

// All that is needed to run one attempt.
struct Lease {
  LeaseRef ref;
  Value::Map assignment;
  std::string program;
  std::vector<std::string> command;  // with macros, see common/command_template.h
  std::optional<Objective> objective;
  StdoutMetrics stdout_metrics = StdoutMetrics::kAuto;
  std::vector<std::string> stdout_patterns;  // of kRegex, see common/line_pattern.h
  int64_t seed = 0;
  std::optional<absl::Duration> timeout;  // longest that the program may run
};

// Values of some metrics at one step.
struct MetricReport {
  int64_t sequence = 0;  // counted from 1 within the attempt, without a hole
  int64_t step = 0;
  absl::Time time;
  std::map<std::string, double> values;  // at least one; any doubles
};

enum class Directive {
  kContinue,
  kStop,       // end the program early; finish with Outcome::kStopped
  kCancel,     // kill it; nothing more is accepted
  kLeaseLost,  // kill it: another attempt took its place
};

enum class Outcome {
  kCompleted,     // ended with exit code 0
  kFailed,        // ended with another code, or by a signal
  kLaunchFailed,  // could not be started
  kStopped,       // ended after Directive::kStop, whatever its exit code
  kPreempted,     // ended to be continued by another attempt
  kTimedOut,      // ended at the lease's timeout, whatever its exit code
};

struct AgentDescription {
  std::string name;
  std::string host;
  int64_t slots = 1;
  std::string version;
};

struct Registration {
  std::string agent_id;
  absl::Duration heartbeat_interval;
  absl::Duration lease_ttl;
};

struct TrialRequest {
  std::string request_id;  // the same for every try of one request
  int64_t slot = 0;
  std::vector<std::string> sweeps;  // empty: every sweep of the controller
  absl::Duration wait;              // how long to hold the call open
};

// No trial now, though one may come.
struct WaitAnswer {
  std::string reason;  // for example "BAYES_SERIAL"
  std::string detail;
};

// There will be no more trial.
struct DoneAnswer {
  std::string reason;  // for example "SWEEPS_OVER"
  std::string detail;
};

using TrialAnswer = std::variant<Lease, WaitAnswer, DoneAnswer>;

struct ReportAnswer {
  int64_t acked_sequence = 0;  // reports 1..acked_sequence are stored
  Directive directive = Directive::kContinue;
};

struct FinishRequest {
  LeaseRef lease;
  Outcome outcome = Outcome::kFailed;
  std::optional<int64_t> exit_code;  // 128 + signal number for a program that a signal ended
  int64_t last_sequence = 0;         // of the attempt's last report; 0 for none
  std::string message;
};

struct FinishAnswer {
  std::string state;   // of the trial now, for example "SUCCEEDED"; "PENDING" when it will be repeated
  std::string reason;  // for example "NO_METRIC"; "" for none
};

class Controller {
 public:
  virtual ~Controller() = default;

  // Makes this process known; the first call. The implementation does so again by itself when the controller has
  // forgotten the agent.
  virtual absl::StatusOr<Registration> Register(const AgentDescription& agent) = 0;

  // SweepNotFound when one of the named sweeps does not exist; CANCELLED after CancelRequests.
  virtual absl::StatusOr<TrialAnswer> RequestTrial(const TrialRequest& request) = 0;

  // Ends every RequestTrial that waits, and every later one, with CANCELLED.
  virtual void CancelRequests() = 0;

  // `reports` have ascending sequences without a hole. LeaseLost or SequenceGap: nothing was stored.
  virtual absl::StatusOr<ReportAnswer> Report(const LeaseRef& lease, const std::vector<MetricReport>& reports) = 0;

  // One directive for each of `running`, in the same order.
  virtual absl::StatusOr<std::vector<Directive>> Heartbeat(const std::vector<LeaseRef>& running) = 0;

  // LeaseLost: discard the attempt. SequenceGap: reports up to last_sequence are missing.
  virtual absl::StatusOr<FinishAnswer> Finish(const FinishRequest& finish) = 0;
};

// The refusals that mean something to an agent.
absl::Status SweepNotFound(absl::string_view message);                           // NOT_FOUND
absl::Status LeaseLost(absl::string_view message);                               // FAILED_PRECONDITION
absl::Status SequenceGap(int64_t expected_sequence, absl::string_view message);  // FAILED_PRECONDITION

bool IsSweepNotFound(const absl::Status& status);
bool IsLeaseLost(const absl::Status& status);
// The sequence the controller expects next, if that is what it complains about.
std::optional<int64_t> ExpectedSequence(const absl::Status& status);

}  // namespace sweepd::agent
