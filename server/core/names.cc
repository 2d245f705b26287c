// The words of the domain's enums, both ways, and its resource names.
#include "absl/strings/str_cat.h"
#include "server/core/event.h"
#include "server/core/sweep.h"
#include "server/core/trial.h"

namespace sweepd {
namespace {

// An enum's names in the order of its values.
template <size_t kCount, class Enum>
absl::string_view NameIn(const absl::string_view (&names)[kCount], Enum value) {
  return names[static_cast<size_t>(value)];
}

template <class Enum, size_t kCount>
std::optional<Enum> FindIn(const absl::string_view (&names)[kCount], absl::string_view name) {
  for (size_t i = 0; i < kCount; ++i) {
    if (names[i] == name) return static_cast<Enum>(i);
  }
  return std::nullopt;
}

constexpr absl::string_view kMethods[] = {"grid", "random", "bayes"};
constexpr absl::string_view kSweepStates[] = {"ACTIVE", "PAUSED", "STOPPING", "FINISHED", "CANCELLED"};
constexpr absl::string_view kSweepReasons[] = {
    "", "USER", "RUN_CAP_REACHED", "SPACE_EXHAUSTED", "TARGET_REACHED", "STRATEGY_FAILED", "TOO_MANY_FAILURES"};
constexpr absl::string_view kGoals[] = {"minimize", "maximize"};
constexpr absl::string_view kAggregations[] = {"best", "last"};
constexpr absl::string_view kImputes[] = {"worst", "best", "latest"};
constexpr absl::string_view kStdoutMetrics[] = {"off", "auto", "kv", "json", "regex"};
constexpr absl::string_view kGridOrders[] = {"sorted", "shuffled"};
constexpr absl::string_view kTrialStates[] = {"PENDING", "RUNNING", "LOST",     "SUCCEEDED",
                                              "FAILED",  "STOPPED", "CANCELLED"};
constexpr absl::string_view kTrialReasons[] = {
    "",          "EXIT_CODE",     "LAUNCH_FAILED",   "NO_METRIC",     "BAD_METRIC", "LOST",
    "PREEMPTED", "SWEEP_STOPPED", "SWEEP_CANCELLED", "STOPPED_EARLY", "TIMEOUT",    "USER"};
constexpr absl::string_view kAttemptStates[] = {"RUNNING", "LOST",      "SUCCEEDED", "FAILED",
                                                "STOPPED", "CANCELLED", "PREEMPTED"};
constexpr absl::string_view kEventKinds[] = {
    "SWEEP_CREATED",   "SWEEP_PAUSED",        "SWEEP_RESUMED",      "SWEEP_STOPPING", "SWEEP_FINISHED",
    "SWEEP_CANCELLED", "TRIAL_CREATED",       "TRIAL_STARTED",      "TRIAL_IMPROVED", "TRIAL_LOST",
    "TRIAL_REVIVED",   "TRIAL_REQUEUED",      "TRIAL_SUCCEEDED",    "TRIAL_FAILED",   "TRIAL_STOPPED",
    "TRIAL_CANCELLED", "SUGGESTION_DEGRADED", "TRIAL_STOP_DECIDED", "SWEEP_UPDATED",  "SWEEP_REOPENED",
    "TRIAL_ADDED",     "TRIAL_RETRIED"};

}  // namespace

absl::string_view MethodName(Method method) { return NameIn(kMethods, method); }
absl::string_view SweepStateName(SweepState state) { return NameIn(kSweepStates, state); }
absl::string_view SweepReasonName(SweepReason reason) { return NameIn(kSweepReasons, reason); }
absl::string_view GoalName(Goal goal) { return NameIn(kGoals, goal); }
absl::string_view AggregationName(Aggregation aggregation) { return NameIn(kAggregations, aggregation); }
absl::string_view ImputeName(Impute impute) { return NameIn(kImputes, impute); }
absl::string_view StdoutMetricsName(StdoutMetrics mode) { return NameIn(kStdoutMetrics, mode); }
absl::string_view NoiseName(bool noise_free) { return noise_free ? "none" : "auto"; }
absl::string_view GridOrderName(GridOrder order) { return NameIn(kGridOrders, order); }
absl::string_view TrialStateName(TrialState state) { return NameIn(kTrialStates, state); }
absl::string_view TrialReasonName(TrialReason reason) { return NameIn(kTrialReasons, reason); }
absl::string_view AttemptStateName(AttemptState state) { return NameIn(kAttemptStates, state); }
absl::string_view EventKindName(EventKind kind) { return NameIn(kEventKinds, kind); }

std::optional<Method> ParseMethod(absl::string_view name) { return FindIn<Method>(kMethods, name); }
std::optional<SweepState> ParseSweepState(absl::string_view name) { return FindIn<SweepState>(kSweepStates, name); }
std::optional<SweepReason> ParseSweepReason(absl::string_view name) { return FindIn<SweepReason>(kSweepReasons, name); }
std::optional<Goal> ParseGoal(absl::string_view name) { return FindIn<Goal>(kGoals, name); }
std::optional<Aggregation> ParseAggregation(absl::string_view name) { return FindIn<Aggregation>(kAggregations, name); }
std::optional<Impute> ParseImpute(absl::string_view name) { return FindIn<Impute>(kImputes, name); }
std::optional<StdoutMetrics> ParseStdoutMetrics(absl::string_view name) {
  return FindIn<StdoutMetrics>(kStdoutMetrics, name);
}
std::optional<bool> ParseNoiseFree(absl::string_view noise) {
  if (noise == "none") return true;
  return noise == "auto" ? std::optional(false) : std::nullopt;
}
std::optional<GridOrder> ParseGridOrder(absl::string_view name) { return FindIn<GridOrder>(kGridOrders, name); }
std::optional<TrialState> ParseTrialState(absl::string_view name) { return FindIn<TrialState>(kTrialStates, name); }
std::optional<TrialReason> ParseTrialReason(absl::string_view name) { return FindIn<TrialReason>(kTrialReasons, name); }
std::optional<AttemptState> ParseAttemptState(absl::string_view name) {
  return FindIn<AttemptState>(kAttemptStates, name);
}
std::optional<EventKind> ParseEventKind(absl::string_view name) { return FindIn<EventKind>(kEventKinds, name); }

std::string SweepResourceName(absl::string_view sweep_id) { return absl::StrCat("sweeps/", sweep_id); }

std::string TrialResourceName(const TrialKey& key) {
  return absl::StrCat("sweeps/", key.sweep_id, "/trials/", key.number);
}

}  // namespace sweepd
