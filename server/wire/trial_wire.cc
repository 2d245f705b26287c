#include "server/wire/trial_wire.h"

#include "absl/strings/str_cat.h"
#include "common/status_macros.h"
#include "common/wire_time.h"
#include "common/wire_value.h"
#include "server/core/limits.h"
#include "server/wire/enum_wire.h"
#include "server/wire/error_wire.h"

namespace sweepd {
namespace {

absl::StatusOr<MetricReport> ReportFromWire(const v1::MetricReport& wire, const std::string& field) {
  if (wire.sequence() < 1) return BadField(field + ".sequence", "sequences count from 1");
  if (wire.step() < 0) return BadField(field + ".step", "must not be negative");
  if (wire.values().empty()) return BadField(field + ".values", "a report holds at least one metric");
  if (wire.values_size() > kMaxMetricsPerReport) {
    return BadField(field + ".values", absl::StrCat("at most ", kMaxMetricsPerReport, " metrics in one report"));
  }
  MetricReport report{wire.sequence(), wire.step(), TimeFromWire(wire.time()), {}};
  for (const auto& [name, value] : wire.values()) {
    if (name.empty() || name.size() > kMaxMetricNameBytes) {
      return BadField(field + ".values", absl::StrCat("a metric's name has 1 to ", kMaxMetricNameBytes, " bytes"));
    }
    report.values.emplace(name, value);
  }
  return report;
}

v1::StopDecision StopToWire(const StopDecision& decision) {
  v1::StopDecision wire;
  wire.set_rule(decision.rule);
  wire.set_iteration(decision.iteration);
  wire.set_value(decision.value);
  wire.set_threshold(decision.threshold);
  wire.set_trials(decision.trials);
  TimeToWire(decision.time, wire.mutable_time());
  return wire;
}

}  // namespace

v1::Trial TrialToWire(const Trial& trial) {
  v1::Trial wire;
  wire.set_name(TrialResourceName(trial.key));
  wire.set_sweep(trial.key.sweep_id);
  wire.set_number(trial.key.number);
  wire.set_state(EnumToWire<v1::TrialState>(trial.state));
  wire.set_reason(EnumToWire<v1::TrialReason>(trial.reason));
  wire.set_message(trial.message);
  MapToWire(trial.assignment, *wire.mutable_assignment());
  wire.set_attempt(trial.attempt);
  wire.set_lost_attempts(trial.lost_attempts);
  wire.set_failed_attempts(trial.failed_attempts);
  wire.set_agent(trial.agent);
  if (trial.objective.has_value()) wire.set_objective(*trial.objective);
  if (trial.objective_step.has_value()) wire.set_objective_step(*trial.objective_step);
  wire.set_repeat_of(trial.repeat_of);
  if (trial.mean.has_value()) wire.set_mean(*trial.mean);
  TimeToWire(trial.created, wire.mutable_create_time());
  if (trial.started.has_value()) TimeToWire(*trial.started, wire.mutable_start_time());
  if (trial.ended.has_value()) TimeToWire(*trial.ended, wire.mutable_end_time());
  return wire;
}

v1::Attempt AttemptToWire(const Attempt& attempt) {
  v1::Attempt wire;
  wire.set_number(attempt.number);
  wire.set_state(EnumToWire<v1::AttemptState>(attempt.state));
  wire.set_reason(EnumToWire<v1::TrialReason>(attempt.reason));
  wire.set_message(attempt.message);
  wire.set_agent(attempt.agent);
  wire.set_slot(attempt.slot);
  wire.set_reports(attempt.acked_sequence);
  if (attempt.exit_code.has_value()) wire.set_exit_code(*attempt.exit_code);
  TimeToWire(attempt.started, wire.mutable_start_time());
  if (attempt.ended.has_value()) TimeToWire(*attempt.ended, wire.mutable_end_time());
  if (attempt.stop.has_value()) *wire.mutable_stop() = StopToWire(*attempt.stop);
  return wire;
}

v1::MetricPoint MetricPointToWire(const MetricPoint& point) {
  v1::MetricPoint wire;
  wire.set_metric(point.name);
  wire.set_step(point.step);
  wire.set_attempt(point.attempt);
  wire.set_sequence(point.sequence);
  wire.set_value(point.value);
  TimeToWire(point.time, wire.mutable_time());
  return wire;
}

absl::StatusOr<std::vector<MetricReport>> ReportsFromWire(
    const google::protobuf::RepeatedPtrField<v1::MetricReport>& wire) {
  if (wire.size() > kMaxReportsPerCall) {
    return BadField("reports", absl::StrCat("at most ", kMaxReportsPerCall, " reports in one call"));
  }
  std::vector<MetricReport> reports;
  for (int i = 0; i < wire.size(); ++i) {
    ASSIGN_OR_RETURN(MetricReport report, ReportFromWire(wire[i], absl::StrCat("reports[", i, "]")));
    reports.push_back(std::move(report));
  }
  return reports;
}

}  // namespace sweepd
