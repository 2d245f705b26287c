#include "tests/store/samples.h"

#include <cstring>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace sweepd {
namespace {

uint64_t BitsOf(double value) {
  uint64_t bits;
  std::memcpy(&bits, &value, sizeof(bits));
  return bits;
}

std::string Text(double value) { return absl::StrCat(absl::Hex(BitsOf(value), absl::kZeroPad16)); }
std::string Text(int64_t value) { return absl::StrCat(value); }
std::string Text(absl::Time time) { return absl::FormatTime(time, absl::UTCTimeZone()); }

template <class T>
std::string Text(const std::optional<T>& value) {
  return value.has_value() ? Text(*value) : "none";
}

}  // namespace

absl::Time At(int64_t micros) { return absl::FromUnixMicros(1'717'171'717'000'000 + micros); }

SweepSpec SampleSpec(std::optional<Goal> goal) {
  SweepSpec spec;
  spec.name = "sample";
  spec.description = "two\nlines, \"quoted\", naïve";
  spec.project = "vision";
  spec.entity = "lab";
  spec.method = Method::kRandom;
  spec.space = *SearchSpace::Create({{"lr", LogUniformValues{1e-5, 0.1}},
                                     {"layers", IntUniform{1, 9}},
                                     {"optimizer", Categorical{{Value("adam"), Value("sgd"), Value(1), Value(1.5)}}}});
  if (goal.has_value()) spec.objective = Objective{"loss", *goal, Aggregation::kLast, 0.25};
  spec.program = "train.py";
  spec.command = {"python3", "${program}", "${args}"};
  spec.run_cap = 40;
  spec.max_parallel = 4;
  spec.retries = {5, 2};
  spec.seed = (uint64_t{1} << 63) - 1;
  spec.stdout_metrics = StdoutMetrics::kJson;
  return spec;
}

Sweep SampleSweep(absl::string_view id, std::optional<Goal> goal) {
  Sweep sweep;
  sweep.id = std::string(id);
  sweep.spec = std::make_shared<const SweepSpec>(SampleSpec(goal));
  sweep.source = std::make_shared<const std::string>("method: random\n");
  sweep.state = SweepState::kStopping;
  sweep.reason = SweepReason::kRunCapReached;
  sweep.counts = {1, 2, 3, 4, 5, 6, 7};
  sweep.suggestions = 30;
  sweep.revision = 80;
  sweep.created = At(1);
  sweep.updated = At(2);
  sweep.ended = At(3);
  return sweep;
}

Trial SampleTrial(absl::string_view sweep_id, int64_t number) {
  return SampleTrial(sweep_id, number, TrialState::kFailed, 0.1);
}

Trial SampleTrial(absl::string_view sweep_id, int64_t number, TrialState state, std::optional<double> objective) {
  Trial trial;
  trial.key = {std::string(sweep_id), number};
  trial.state = state;
  trial.reason = TrialReason::kExitCode;
  trial.message = "exit code 3";
  trial.assignment = {{"lr", Value(0.1)}, {"layers", Value(3)}, {"optimizer", Value("adam")}};
  trial.attempt = 2;
  trial.lost_attempts = 1;
  trial.failed_attempts = 4;
  trial.agent = "agent a";
  trial.objective = objective;
  trial.objective_step = 17;
  trial.created = At(10);
  trial.started = At(11);
  trial.ended = At(12);
  return trial;
}

Attempt SampleAttempt(const TrialKey& trial, int64_t number, AttemptState state) {
  Attempt attempt;
  attempt.trial = trial;
  attempt.number = number;
  attempt.state = state;
  attempt.reason = TrialReason::kPreempted;
  attempt.message = "given back";
  attempt.agent = "gpu-1";
  attempt.agent_id = "agent-a";
  attempt.slot = 6;
  attempt.request_id = absl::StrCat(trial.sweep_id, "-", trial.number, "-", number);
  attempt.acked_sequence = 9;
  attempt.exit_code = -15;
  attempt.started = At(20);
  attempt.ended = At(21);
  return attempt;
}

StopDecision SampleStop(double value, double threshold) { return {"hyperband", 9, value, threshold, 27, At(40)}; }

MetricReport SampleReport(int64_t sequence, int64_t step, std::map<std::string, double> values) {
  return {sequence, step, At(1000 + sequence), std::move(values)};
}

Event SampleEvent(int64_t revision) {
  return {revision, EventKind::kTrialImproved, 7, 2, 0.5, "loss", At(2000 + revision)};
}

Agent SampleAgent(absl::string_view id) {
  return {std::string(id), absl::StrCat(id, "-name"), "gpu-1.lab", 8, "0.1.0", At(30), At(31)};
}

double DoubleOf(uint64_t bits) {
  double value;
  std::memcpy(&value, &bits, sizeof(value));
  return value;
}

// What came after the first schema is told only where it is there: the descriptions of old databases stay as they are.
std::string Describe(const Sweep& sweep) {
  const TrialCounts& counts = sweep.counts;
  const std::string failures =
      sweep.failures_in_a_row == 0 ? "" : absl::StrCat(" | ", sweep.failures_in_a_row, " failures in a row");
  const std::string text = absl::StrJoin(
      {sweep.id, ToJson(SpecToValue(*sweep.spec)), sweep.source == nullptr ? "" : *sweep.source,
       std::string(SweepStateName(sweep.state)), std::string(SweepReasonName(sweep.reason)),
       absl::StrJoin({counts.pending, counts.running, counts.lost, counts.succeeded, counts.failed, counts.stopped,
                      counts.cancelled},
                     ","),
       Text(sweep.suggestions), Text(sweep.revision), Text(sweep.created), Text(sweep.updated), Text(sweep.ended)},
      " | ");
  return text + failures;
}

std::string Describe(const Trial& trial) {
  const std::string repeat = trial.repeat_of == 0 ? "" : absl::StrCat(" | repeat of ", trial.repeat_of);
  const std::string mean = trial.mean.has_value() ? absl::StrCat(" | mean ", Text(trial.mean)) : "";
  const std::string text = absl::StrJoin(
      {TrialResourceName(trial.key), std::string(TrialStateName(trial.state)),
       std::string(TrialReasonName(trial.reason)), trial.message, ToJson(Value(trial.assignment)), Text(trial.attempt),
       Text(trial.lost_attempts), Text(trial.failed_attempts), trial.agent, Text(trial.objective),
       Text(trial.objective_step), Text(trial.created), Text(trial.started), Text(trial.ended)},
      " | ");
  return text + repeat + mean;
}

std::string Describe(const Attempt& attempt) {
  const std::string stop = attempt.stop.has_value() ? " | " + Describe(*attempt.stop) : "";
  return absl::StrCat(
      absl::StrJoin({TrialResourceName(attempt.trial), Text(attempt.number),
                     std::string(AttemptStateName(attempt.state)), std::string(TrialReasonName(attempt.reason)),
                     attempt.message, attempt.agent, attempt.agent_id, Text(attempt.slot), attempt.request_id,
                     Text(attempt.acked_sequence), Text(attempt.exit_code), Text(attempt.started), Text(attempt.ended)},
                    " | "),
      stop);
}

std::string Describe(const StopDecision& decision) {
  return absl::StrJoin({decision.rule, Text(decision.iteration), Text(decision.value), Text(decision.threshold),
                        Text(decision.trials), Text(decision.time)},
                       " | ");
}

std::string Describe(const MetricPoint& point) {
  return absl::StrJoin(
      {point.name, Text(point.step), Text(point.attempt), Text(point.sequence), Text(point.value), Text(point.time)},
      " | ");
}

std::string Describe(const Agent& agent) {
  return absl::StrJoin({agent.id, agent.name, agent.host, Text(agent.slots), agent.version, Text(agent.registered),
                        Text(agent.last_seen)},
                       " | ");
}

std::string Describe(const Event& event) {
  return absl::StrJoin({Text(event.revision), std::string(EventKindName(event.kind)), Text(event.trial),
                        Text(event.attempt), Text(event.objective), event.detail, Text(event.time)},
                       " | ");
}

}  // namespace sweepd
