// A sweep: what is searched (SweepSpec, of which a user may change the limits) and how far it has come (Sweep).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/value.h"
#include "server/core/bayes_options.h"
#include "server/core/early_terminate.h"
#include "server/core/objective.h"
#include "server/core/search_space.h"
#include "server/core/trial.h"

namespace sweepd {

enum class Method { kGrid, kRandom, kBayes };

// ACTIVE    made by CreateSweep; gives out trials.
// PAUSED    by PauseSweep: running trials go on, no new attempt starts. Left by resume, stop or cancel.
// STOPPING  by StopSweep, or because nothing more is to be tried: no new trial; those that have begun go on to their
// end,
//           retries included.
// FINISHED  from STOPPING once no trial is open. Left by ResumeSweep, and for STOPPING by AddTrial and RetryTrial.
// CANCELLED by CancelSweep; every open trial was cancelled with it. Final.
enum class SweepState { kActive, kPaused, kStopping, kFinished, kCancelled };

// Why a sweep left ACTIVE; empty for a sweep that is ACTIVE.
enum class SweepReason {
  kNone,
  kUser,             // a verb of a user
  kRunCapReached,    // run_cap trials exist
  kSpaceExhausted,   // the grid has no further point, or the space no further distinct one
  kTargetReached,    // an accepted objective reached the target
  kStrategyFailed,   // the method failed to suggest three times in a row
  kTooManyFailures,  // max_failures trials failed in a row
};

// How the agent reads metrics from a training program's standard output.
enum class StdoutMetrics { kOff, kAuto, kKeyValue, kJson, kRegex };

// In which order a grid is walked.
enum class GridOrder {
  kSorted,    // names sorted, the last one fastest, values as given
  kShuffled,  // a permutation of that, drawn from the seed
};

// Attempts beyond the first.
struct Retries {
  int64_t lost = 3;    // after a lost or preempted attempt
  int64_t failed = 0;  // after a failed attempt
  bool operator==(const Retries&) const = default;
};

// What another sweep had found out about an assignment.
struct PriorTrial {
  Assignment assignment;
  double objective = 0;  // as reported; finite
  bool operator==(const PriorTrial&) const = default;
};

struct SweepSpec {
  std::string name;
  std::string description;
  std::string project;  // a label
  std::string entity;   // a label
  Method method = Method::kRandom;
  SearchSpace space;
  std::optional<Objective> objective;   // always there for bayes
  std::string program;                  // empty when the command needs none
  std::vector<std::string> command;     // with macros, see common/command_template.h
  std::optional<int64_t> run_cap;       // most trials; > 0
  std::optional<int64_t> max_parallel;  // most trials in flight; > 0; nullopt: unlimited
  Retries retries;
  uint64_t seed = 0;  // below 2^63, so that every language can hold it
  StdoutMetrics stdout_metrics = StdoutMetrics::kAuto;
  std::vector<std::string> stdout_patterns;       // of kRegex, which has at least one; see common/line_pattern.h
  GridOrder grid_order = GridOrder::kSorted;      // of method grid
  std::optional<EarlyTerminate> early_terminate;  // only with an objective
  BayesOptions bayes;                             // of method bayes
  // Tried first, in this order. Each holds values of some of the space's parameters; the method fills in the others.
  std::vector<Assignment> initial;
  int64_t repeats = 1;                  // trials of each assignment; > 0
  std::optional<int64_t> max_failures;  // failed trials in a row after which the sweep pauses; > 0
  std::vector<std::string> prior;       // ids of the sweeps that `prior_trials` were taken from; empty unless bayes
  // Copied when the sweep was created, so that it does not change with theirs.
  std::vector<PriorTrial> prior_trials;
  std::optional<absl::Duration> trial_timeout;  // longest that one attempt may run; > 0

  bool operator==(const SweepSpec&) const = default;
};

// Number of trials in each state; always equal to a recount.
struct TrialCounts {
  int64_t pending = 0;
  int64_t running = 0;
  int64_t lost = 0;
  int64_t succeeded = 0;
  int64_t failed = 0;
  int64_t stopped = 0;
  int64_t cancelled = 0;

  int64_t total() const { return pending + running + lost + succeeded + failed + stopped + cancelled; }
  // Trials that are not over.
  int64_t open() const { return pending + running + lost; }
  bool operator==(const TrialCounts&) const = default;
};

// The number of trials in that state.
int64_t& CountOf(TrialCounts& counts, TrialState state);

struct Sweep {
  std::string id;  // 8 characters of a-z2-7
  // Shared, because the engine, suggestion workers and replies hold the same immutable spec.
  std::shared_ptr<const SweepSpec> spec;
  // The text of the sweep file it came from; null when created from a typed spec. Shared like the spec.
  std::shared_ptr<const std::string> source;
  SweepState state = SweepState::kActive;
  SweepReason reason = SweepReason::kNone;
  TrialCounts counts;
  // Suggestions the method has made so far: the next one has this index (0-based). There are as many assignments, each
  // with spec->repeats trials, unless one was added by hand.
  int64_t suggestions = 0;
  // Trials that failed since one last ended well or the sweep was last resumed; 0 without spec->max_failures.
  int64_t failures_in_a_row = 0;
  int64_t revision = 0;  // of its newest event
  absl::Time created;
  absl::Time updated;
  std::optional<absl::Time> ended;  // when it became FINISHED or CANCELLED
};

// Whether a text has the form of a sweep's id: 8 characters of a-z2-7.
bool IsSweepId(absl::string_view id);

inline bool IsTerminal(SweepState state) { return state == SweepState::kFinished || state == SweepState::kCancelled; }

// Names as users write and read them: "grid", "ACTIVE", "RUN_CAP_REACHED", "minimize", "best", "auto".
absl::string_view MethodName(Method method);
absl::string_view SweepStateName(SweepState state);
absl::string_view SweepReasonName(SweepReason reason);  // "" for kNone
absl::string_view GoalName(Goal goal);
absl::string_view AggregationName(Aggregation aggregation);
absl::string_view ImputeName(Impute impute);
absl::string_view StdoutMetricsName(StdoutMetrics mode);
absl::string_view GridOrderName(GridOrder order);

// The inverses; nullopt for an unknown name. Case matters.
std::optional<Method> ParseMethod(absl::string_view name);
std::optional<SweepState> ParseSweepState(absl::string_view name);
std::optional<SweepReason> ParseSweepReason(absl::string_view name);
std::optional<Goal> ParseGoal(absl::string_view name);
std::optional<Aggregation> ParseAggregation(absl::string_view name);
std::optional<Impute> ParseImpute(absl::string_view name);
std::optional<StdoutMetrics> ParseStdoutMetrics(absl::string_view name);
std::optional<GridOrder> ParseGridOrder(absl::string_view name);

// The spec in the words of the sweep file; what the store keeps. The keys that every sweep has are spelt out, the
// others are left out while they have their default. SpecFromValue inverts it and returns INVALID_ARGUMENT for anything
// that SpecToValue would not write.
Value SpecToValue(const SweepSpec& spec);
absl::StatusOr<SweepSpec> SpecFromValue(const Value& value);

}  // namespace sweepd
