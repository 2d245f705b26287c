#include "server/wire/sweep_wire.h"

#include "common/wire_time.h"
#include "common/wire_value.h"
#include "server/wire/enum_wire.h"

namespace sweepd {
namespace {

struct DistributionWriter {
  v1::Distribution& wire;

  void operator()(const Constant& law) const { *wire.mutable_constant()->mutable_value() = ValueToWire(law.value); }
  void operator()(const Categorical& law) const {
    for (const Value& value : law.values) *wire.mutable_categorical()->add_values() = ValueToWire(value);
  }
  void operator()(const IntUniform& law) const {
    wire.mutable_int_uniform()->set_min(law.min);
    wire.mutable_int_uniform()->set_max(law.max);
  }
  void operator()(const Uniform& law) const {
    wire.mutable_uniform()->set_min(law.min);
    wire.mutable_uniform()->set_max(law.max);
  }
  void operator()(const LogUniformValues& law) const {
    wire.mutable_log_uniform_values()->set_min(law.min);
    wire.mutable_log_uniform_values()->set_max(law.max);
  }
  void operator()(const QUniform& law) const {
    wire.mutable_q_uniform()->set_min(law.min);
    wire.mutable_q_uniform()->set_max(law.max);
    wire.mutable_q_uniform()->set_q(law.q);
    wire.mutable_q_uniform()->set_integral(law.integral);
  }
};

void CountsToWire(const TrialCounts& counts, v1::TrialCounts* wire) {
  wire->set_pending(counts.pending);
  wire->set_running(counts.running);
  wire->set_lost(counts.lost);
  wire->set_succeeded(counts.succeeded);
  wire->set_failed(counts.failed);
  wire->set_stopped(counts.stopped);
  wire->set_cancelled(counts.cancelled);
}

}  // namespace

v1::Objective ObjectiveToWire(const Objective& objective) {
  v1::Objective wire;
  wire.set_metric(objective.metric);
  wire.set_goal(EnumToWire<v1::Goal>(objective.goal));
  wire.set_aggregation(EnumToWire<v1::Aggregation>(objective.aggregation));
  if (objective.target.has_value()) wire.set_target(*objective.target);
  return wire;
}

v1::SweepSpec SpecToWire(const SweepSpec& spec) {
  v1::SweepSpec wire;
  wire.set_name(spec.name);
  wire.set_description(spec.description);
  wire.set_project(spec.project);
  wire.set_entity(spec.entity);
  wire.set_method(EnumToWire<v1::Method>(spec.method));
  for (const Parameter& parameter : spec.space.parameters()) {
    std::visit(DistributionWriter{(*wire.mutable_parameters())[parameter.name]}, parameter.distribution);
  }
  if (spec.objective.has_value()) *wire.mutable_objective() = ObjectiveToWire(*spec.objective);
  wire.set_program(spec.program);
  for (const std::string& element : spec.command) wire.add_command(element);
  if (spec.run_cap.has_value()) wire.set_run_cap(*spec.run_cap);
  if (spec.max_parallel.has_value()) wire.set_max_parallel(*spec.max_parallel);
  wire.mutable_retries()->set_lost(spec.retries.lost);
  wire.mutable_retries()->set_failed(spec.retries.failed);
  wire.set_seed(static_cast<int64_t>(spec.seed));
  wire.set_stdout_metrics(EnumToWire<v1::StdoutMetrics>(spec.stdout_metrics));
  if (spec.trial_timeout.has_value()) DurationToWire(*spec.trial_timeout, wire.mutable_trial_timeout());
  return wire;
}

v1::Sweep SweepToWire(const SweepView& view) {
  const Sweep& sweep = view.sweep;
  v1::Sweep wire;
  wire.set_name(SweepResourceName(sweep.id));
  wire.set_id(sweep.id);
  *wire.mutable_spec() = SpecToWire(*sweep.spec);
  if (sweep.source != nullptr) wire.set_source(*sweep.source);
  wire.set_state(EnumToWire<v1::SweepState>(sweep.state));
  wire.set_reason(EnumToWire<v1::SweepReason>(sweep.reason));
  CountsToWire(sweep.counts, wire.mutable_counts());
  if (view.best.has_value()) {
    wire.set_best_trial(view.best->key.number);
    wire.set_best_objective(*view.best->objective);
  }
  if (sweep.spec->method == Method::kGrid) wire.set_grid_size(sweep.spec->space.GridSize().value_or(0));
  wire.set_revision(sweep.revision);
  TimeToWire(sweep.created, wire.mutable_create_time());
  TimeToWire(sweep.updated, wire.mutable_update_time());
  if (sweep.ended.has_value()) TimeToWire(*sweep.ended, wire.mutable_end_time());
  return wire;
}

v1::Event EventToWire(const Event& event) {
  v1::Event wire;
  wire.set_revision(event.revision);
  wire.set_kind(EnumToWire<v1::EventKind>(event.kind));
  wire.set_trial(event.trial);
  wire.set_attempt(event.attempt);
  if (event.objective.has_value()) wire.set_objective(*event.objective);
  wire.set_detail(event.detail);
  TimeToWire(event.time, wire.mutable_time());
  return wire;
}

}  // namespace sweepd
