#include "client/output/resource_json.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "client/output/number_text.h"
#include "client/output/spec_json.h"
#include "client/output/state_text.h"
#include "common/wire_time.h"

namespace sweepd::client {
namespace {

Value TimeOrNull(const google::protobuf::Timestamp& timestamp) {
  return IsSet(timestamp) ? Value(Rfc3339(timestamp)) : Value();
}

Value TextOrNull(const std::string& text) { return text.empty() ? Value() : Value(text); }

// Milliseconds are exact enough, and short to read.
Value SecondsOrNull(const google::protobuf::Timestamp& start, const google::protobuf::Timestamp& end, absl::Time now) {
  if (!IsSet(start)) return Value();
  return std::round(absl::ToDoubleSeconds(Elapsed(start, end, now)) * 1000) / 1000;
}

Value CountsJson(const v1::TrialCounts& counts) {
  return Value::Map{{"pending", counts.pending()},
                    {"running", counts.running()},
                    {"lost", counts.lost()},
                    {"succeeded", counts.succeeded()},
                    {"failed", counts.failed()},
                    {"stopped", counts.stopped()},
                    {"cancelled", counts.cancelled()},
                    {"total", counts.pending() + counts.running() + counts.lost() + counts.succeeded() +
                                  counts.failed() + counts.stopped() + counts.cancelled()}};
}

Value BestJson(const v1::Sweep& sweep) {
  if (!sweep.has_best_trial()) return Value();
  Value::Map best = {{"trial", sweep.best_trial()}};
  PutNumber(best, "objective", sweep.best_objective());
  return best;
}

Value StopJson(const v1::StopDecision& stop) {
  Value::Map json = {{"rule", stop.rule()},
                     {"iteration", stop.iteration()},
                     {"trials", stop.trials()},
                     {"time", TimeOrNull(stop.time())}};
  PutNumber(json, "value", stop.value());
  PutNumber(json, "threshold", stop.threshold());
  return json;
}

double SecondsOf(const google::protobuf::Duration& duration) {
  return absl::ToDoubleSeconds(DurationFromWire(duration));
}

Value SummaryJson(const v1::DurationSummary& summary) {
  return Value::Map{{"count", summary.count()},
                    {"total_seconds", SecondsOf(summary.total())},
                    {"max_seconds", SecondsOf(summary.max())},
                    {"p50_seconds", SecondsOf(summary.p50())},
                    {"p99_seconds", SecondsOf(summary.p99())}};
}

}  // namespace

void PutNumber(Value::Map& map, const std::string& key, double number) {
  if (std::isfinite(number)) {
    map[key] = number;
    return;
  }
  map[key] = Value();
  map[absl::StrCat(key, "_nonfinite")] = NumberText(number);
}

absl::Duration Elapsed(const google::protobuf::Timestamp& start, const google::protobuf::Timestamp& end,
                       absl::Time now) {
  if (!IsSet(start)) return absl::ZeroDuration();
  const absl::Time until = IsSet(end) ? TimeOf(end) : now;
  return std::max(absl::ZeroDuration(), until - TimeOf(start));
}

Value SweepJson(const v1::Sweep& sweep) {
  const v1::SweepSpec& spec = sweep.spec();
  Value::Map json = {{"id", sweep.id()},
                     {"name", TextOrNull(spec.name())},
                     {"state", SweepStateText(sweep.state())},
                     {"reason", TextOrNull(SweepReasonText(sweep.reason()))},
                     {"method", MethodText(spec.method())},
                     {"metric", TextOrNull(spec.objective().metric())},
                     {"goal", spec.has_objective() ? Value(GoalText(spec.objective().goal())) : Value()},
                     {"counts", CountsJson(sweep.counts())},
                     {"best", BestJson(sweep)},
                     {"run_cap", spec.has_run_cap() ? Value(spec.run_cap()) : Value()},
                     {"seed", spec.has_seed() ? Value(spec.seed()) : Value()},
                     {"revision", sweep.revision()},
                     {"created", TimeOrNull(sweep.create_time())},
                     {"updated", TimeOrNull(sweep.update_time())},
                     {"ended", TimeOrNull(sweep.end_time())},
                     {"spec", SpecJson(spec)}};
  // Beyond 2^63 - 1 an integer does not fit a Value; as text it stays exact.
  if (sweep.has_grid_size()) {
    const bool fits = sweep.grid_size() <= static_cast<uint64_t>(INT64_MAX);
    json["grid_size"] = fits ? Value(static_cast<int64_t>(sweep.grid_size())) : Value(absl::StrCat(sweep.grid_size()));
  } else {
    json["grid_size"] = Value();
  }
  return json;
}

Value TrialJson(const v1::Trial& trial, absl::Time now) {
  Value::Map json = {{"sweep", trial.sweep()},
                     {"number", trial.number()},
                     {"state", TrialStateText(trial.state())},
                     {"reason", TextOrNull(TrialReasonText(trial.reason()))},
                     {"message", TextOrNull(trial.message())},
                     {"assignment", AssignmentOf(trial)},
                     {"objective", Value()},
                     {"objective_step", trial.has_objective_step() ? Value(trial.objective_step()) : Value()},
                     {"attempt", trial.attempt()},
                     {"lost_attempts", trial.lost_attempts()},
                     {"failed_attempts", trial.failed_attempts()},
                     {"agent", TextOrNull(trial.agent())},
                     {"created", TimeOrNull(trial.create_time())},
                     {"started", TimeOrNull(trial.start_time())},
                     {"ended", TimeOrNull(trial.end_time())},
                     {"duration_seconds", SecondsOrNull(trial.start_time(), trial.end_time(), now)}};
  if (trial.has_objective()) PutNumber(json, "objective", trial.objective());
  if (trial.repeat_of() != 0) json["repeat_of"] = trial.repeat_of();
  if (trial.has_mean()) json["mean"] = trial.mean();
  return json;
}

Value AttemptJson(const v1::Attempt& attempt, absl::Time now) {
  return Value::Map{{"number", attempt.number()},
                    {"stop", attempt.has_stop() ? StopJson(attempt.stop()) : Value()},
                    {"state", AttemptStateText(attempt.state())},
                    {"reason", TextOrNull(TrialReasonText(attempt.reason()))},
                    {"message", TextOrNull(attempt.message())},
                    {"agent", TextOrNull(attempt.agent())},
                    {"slot", attempt.slot()},
                    {"reports", attempt.reports()},
                    {"exit_code", attempt.has_exit_code() ? Value(attempt.exit_code()) : Value()},
                    {"started", TimeOrNull(attempt.start_time())},
                    {"ended", TimeOrNull(attempt.end_time())},
                    {"duration_seconds", SecondsOrNull(attempt.start_time(), attempt.end_time(), now)}};
}

Value MetricPointJson(const v1::MetricPoint& point) {
  Value::Map json = {{"metric", point.metric()},
                     {"step", point.step()},
                     {"attempt", point.attempt()},
                     {"sequence", point.sequence()},
                     {"time", TimeOrNull(point.time())}};
  PutNumber(json, "value", point.value());
  return json;
}

Value EventJson(const v1::Event& event) {
  Value::Map json = {{"revision", event.revision()},
                     {"kind", EventKindText(event.kind())},
                     {"trial", event.trial() != 0 ? Value(event.trial()) : Value()},
                     {"attempt", event.attempt() != 0 ? Value(event.attempt()) : Value()},
                     {"objective", Value()},
                     {"detail", TextOrNull(event.detail())},
                     {"time", TimeOrNull(event.time())}};
  if (event.has_objective()) PutNumber(json, "objective", event.objective());
  return json;
}

Value AgentJson(const v1::Agent& agent) {
  Value::List trials;
  for (const std::string& trial : agent.trials()) trials.emplace_back(trial);
  return Value::Map{{"id", agent.id()},
                    {"name", agent.name()},
                    {"host", agent.host()},
                    {"slots", agent.slots()},
                    {"version", TextOrNull(agent.version())},
                    {"alive", agent.alive()},
                    {"registered", TimeOrNull(agent.register_time())},
                    {"last_seen", TimeOrNull(agent.last_seen_time())},
                    {"trials", std::move(trials)}};
}

Value StatsJson(const v1::ServerStats& stats) {
  return Value::Map{{"version", stats.version()},
                    {"uptime_seconds", SecondsOf(stats.uptime())},
                    {"queued_commands", stats.queued_commands()},
                    {"held_requests", stats.held_requests()},
                    {"running_leases", stats.running_leases()},
                    {"live_agents", stats.live_agents()},
                    {"batches", stats.batches()},
                    {"commands", stats.commands()},
                    {"failed_commands", stats.failed_commands()},
                    {"failed_batches", stats.failed_batches()},
                    {"largest_batch", stats.largest_batch()},
                    {"execute", SummaryJson(stats.execute())},
                    {"commit", SummaryJson(stats.commit())},
                    {"longest_queue", stats.longest_queue()},
                    {"refused_reports", stats.refused_reports()},
                    {"refused_requests", stats.refused_requests()},
                    {"refused_completions", stats.refused_completions()},
                    {"direct_heartbeats", stats.direct_heartbeats()},
                    {"expired_leases", stats.expired_leases()},
                    {"forgiven_gaps", stats.forgiven_gaps()}};
}

Value ProblemJson(const v1::Problem& problem) {
  return Value::Map{{"file", TextOrNull(problem.file())},
                    {"line", problem.line() > 0 ? Value(problem.line()) : Value()},
                    {"column", problem.column() > 0 ? Value(problem.column()) : Value()},
                    {"path", TextOrNull(problem.path())},
                    {"message", problem.message()},
                    {"hint", TextOrNull(problem.hint())}};
}

}  // namespace sweepd::client
