// What agents ask the engine, and what it answers.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "absl/time/time.h"
#include "server/core/agent.h"
#include "server/core/metric.h"
#include "server/core/sweep.h"
#include "server/core/trial.h"

namespace sweepd {

struct NewSweep {
  std::string request_id;
  std::string fingerprint;  // of the request's content
  SweepSpec spec;
  bool seed_given = false;  // false: the engine draws spec.seed
  std::string source;
};

// A trial with a given assignment.
struct NewTrial {
  std::string request_id;
  std::string fingerprint;  // of the request's content
  std::string sweep_id;
  Assignment assignment;
};

struct TrialRetry {
  std::string request_id;
  std::string fingerprint;  // of the request's content
  TrialKey trial;
};

// A new rule of early termination; nullopt: none.
struct RuleChange {
  std::optional<EarlyTerminate> rule;
};

// New limits of a sweep; those that are unset stay as they are. 0 stands for the default of a cap: no run_cap; a
// max_parallel of 1 for bayes, none for the other methods.
struct SweepUpdate {
  std::string sweep_id = {};
  std::optional<int64_t> run_cap = std::nullopt;         // >= 0
  std::optional<int64_t> max_parallel = std::nullopt;    // >= 0
  std::optional<int64_t> retries_lost = std::nullopt;    // >= 0
  std::optional<int64_t> retries_failed = std::nullopt;  // >= 0
  std::optional<RuleChange> early_terminate = std::nullopt;
};

struct NewAgent {
  std::string request_id;
  std::string fingerprint;  // of the request's content
  std::string name;
  std::string host;
  int64_t slots = 1;
  std::string version;
};

struct TrialRequest {
  std::string agent_id;
  std::string request_id;
  int64_t slot = 0;
  std::vector<std::string> sweeps;  // ids; empty: every open sweep, oldest first
};

// Names a lease in a later call.
struct LeaseRef {
  TrialKey trial;
  int64_t attempt = 0;
  std::string token;
};

struct LeaseGrant {
  LeaseRef ref;
  SharedAssignment assignment;
  std::shared_ptr<const SweepSpec> spec;
};

enum class WaitReason { kPaused, kBayesSerial, kMaxParallel, kSuggesting, kFinishing };

// No trial now; one may come.
struct WaitAnswer {
  WaitReason reason = WaitReason::kPaused;
  std::string detail;
};

enum class DoneReason { kSweepsOver, kNoSweep };

// There will be no trial.
struct DoneAnswer {
  DoneReason reason = DoneReason::kSweepsOver;
  std::string detail;
};

using TrialAnswer = std::variant<WaitAnswer, LeaseGrant, DoneAnswer>;

enum class Directive { kContinue, kStop, kCancel, kLeaseLost };

struct ReportAnswer {
  int64_t acked_sequence = 0;
  Directive directive = Directive::kContinue;
};

// How an attempt ended, as its agent saw it.
enum class Outcome { kCompleted, kFailed, kLaunchFailed, kStopped, kPreempted, kTimedOut };

struct FinishReport {
  LeaseRef lease;
  Outcome outcome = Outcome::kCompleted;
  std::optional<int64_t> exit_code;
  int64_t last_sequence = 0;
  std::string message;
};

struct FinishAnswer {
  TrialState state = TrialState::kPending;
  TrialReason reason = TrialReason::kNone;
};

// An agent and what it does now.
struct AgentView {
  Agent agent;
  bool alive = false;            // heard of within one lease time
  std::vector<TrialKey> trials;  // whose leases it holds
};

}  // namespace sweepd
