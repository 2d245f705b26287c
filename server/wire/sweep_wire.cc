#include "server/wire/sweep_wire.h"

#include "common/wire_time.h"
#include "common/wire_value.h"
#include "server/wire/early_terminate_wire.h"
#include "server/wire/enum_wire.h"
#include "server/wire/space_wire.h"

namespace sweepd {
namespace {

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
  wire.set_impute(EnumToWire<v1::Impute>(objective.impute));
  return wire;
}

v1::SweepSpec SpecToWire(const SweepSpec& spec) {
  v1::SweepSpec wire;
  wire.set_name(spec.name);
  wire.set_description(spec.description);
  wire.set_project(spec.project);
  wire.set_entity(spec.entity);
  wire.set_method(EnumToWire<v1::Method>(spec.method));
  SpaceToWire(spec.space, *wire.mutable_parameters());
  if (spec.objective.has_value()) *wire.mutable_objective() = ObjectiveToWire(*spec.objective);
  wire.set_program(spec.program);
  for (const std::string& element : spec.command) wire.add_command(element);
  if (spec.run_cap.has_value()) wire.set_run_cap(*spec.run_cap);
  if (spec.max_parallel.has_value()) wire.set_max_parallel(*spec.max_parallel);
  wire.mutable_retries()->set_lost(spec.retries.lost);
  wire.mutable_retries()->set_failed(spec.retries.failed);
  wire.set_seed(static_cast<int64_t>(spec.seed));
  wire.set_stdout_metrics(EnumToWire<v1::StdoutMetrics>(spec.stdout_metrics));
  for (const std::string& pattern : spec.stdout_patterns) wire.add_stdout_patterns(pattern);
  if (spec.method == Method::kGrid) wire.set_grid_order(EnumToWire<v1::GridOrder>(spec.grid_order));
  if (spec.bayes.startup_trials.has_value()) wire.mutable_bayes()->set_startup_trials(*spec.bayes.startup_trials);
  if (spec.bayes.noise_free) wire.mutable_bayes()->set_noise_free(true);
  if (spec.early_terminate.has_value()) *wire.mutable_early_terminate() = EarlyTerminateToWire(*spec.early_terminate);
  for (const Assignment& assignment : spec.initial) MapToWire(assignment, *wire.add_initial()->mutable_values());
  wire.set_repeats(spec.repeats);
  if (spec.max_failures.has_value()) wire.set_max_failures(*spec.max_failures);
  for (const std::string& sweep : spec.prior) wire.add_prior(sweep);
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
    wire.set_best_objective(ResultOf(*view.best));
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
