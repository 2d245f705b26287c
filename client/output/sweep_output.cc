#include "client/output/sweep_output.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/output/distribution_json.h"
#include "client/output/number_text.h"
#include "client/output/resource_json.h"
#include "client/output/spec_json.h"
#include "client/output/state_text.h"
#include "common/wire_time.h"

namespace sweepd::client {
namespace {

std::string Plural(uint64_t count, absl::string_view noun) {
  return absl::StrCat(count, " ", noun, count == 1 ? "" : "s");
}

std::string Progress(const v1::Sweep& sweep) {
  const uint64_t planned = PlannedTrials(sweep);
  const int64_t ended = EndedTrials(sweep.counts());
  return planned == 0 ? absl::StrCat(ended) : absl::StrCat(ended, "/", planned);
}

std::string CountText(int64_t count) { return count == 0 ? "" : absl::StrCat(count); }

std::string ObjectiveSummary(const v1::Objective& objective) {
  std::string text = absl::StrCat(GoalText(objective.goal()), " ", objective.metric());
  const std::string aggregation = AggregationText(objective.aggregation());
  if (!aggregation.empty()) absl::StrAppend(&text, " (", aggregation, " of each trial)");
  if (objective.has_target()) absl::StrAppend(&text, ", target ", NumberText(objective.target()));
  const bool imputes = objective.impute() == v1::IMPUTE_BEST || objective.impute() == v1::IMPUTE_LATEST;
  if (imputes) absl::StrAppend(&text, ", failed trials count with their ", ImputeText(objective.impute()), " value");
  return text;
}

void AddParameters(Block& block, const v1::SweepSpec& spec) {
  Value::Map parameters;
  for (const auto& [name, law] : spec.parameters()) parameters[name] = DistributionJson(law);
  std::string label = "Parameters";
  for (const auto& [name, law] : parameters) {
    block.Add(label, absl::StrCat(name, "  ", ToJson(law)));
    label.clear();
  }
}

// The keys that most sweeps do without.
void AddTrialPlan(Block& block, const v1::SweepSpec& spec) {
  if (spec.repeats() > 1) block.Add("Repeats", absl::StrCat(spec.repeats(), " of each assignment"));
  if (spec.has_max_failures()) {
    block.Add("Pauses after", Plural(static_cast<uint64_t>(spec.max_failures()), "failure") + " in a row");
  }
  if (spec.prior_size() > 0) block.Add("Prior", absl::StrJoin(spec.prior(), ", "));
  std::string label = "Tried first";
  for (const v1::Assignment& assignment : spec.initial()) {
    block.Add(std::exchange(label, ""), ToJson(AssignmentJson(assignment)));
  }
}

}  // namespace

std::string EarlyTerminateSummary(const v1::SweepSpec& spec) {
  if (!spec.has_early_terminate()) return "none";
  Value::Map rule = SpecJson(spec).as_map().at("early_terminate").as_map();
  const std::string type = rule["type"].is_string() ? rule["type"].as_string() : "";
  rule.erase("type");
  return absl::StrCat(type, " ", AssignmentText(rule));
}

std::string MethodSummary(const v1::Sweep& sweep) {
  std::vector<std::string> parts = {MethodText(sweep.spec().method())};
  if (sweep.has_grid_size()) parts.push_back(Plural(sweep.grid_size(), "point"));
  if (sweep.spec().has_run_cap()) {
    parts.push_back(absl::StrCat("at most ", Plural(static_cast<uint64_t>(sweep.spec().run_cap()), "trial")));
  }
  return absl::StrJoin(parts, ", ");
}

int64_t EndedTrials(const v1::TrialCounts& counts) {
  return counts.succeeded() + counts.failed() + counts.stopped() + counts.cancelled();
}

int64_t TotalTrials(const v1::TrialCounts& counts) {
  return EndedTrials(counts) + counts.pending() + counts.running() + counts.lost();
}

uint64_t PlannedTrials(const v1::Sweep& sweep) {
  std::optional<uint64_t> planned;
  if (sweep.has_grid_size()) {
    const auto repeats = static_cast<uint64_t>(std::max<int64_t>(1, sweep.spec().repeats()));
    uint64_t trials = 0;
    const bool overflows = __builtin_mul_overflow(sweep.grid_size(), repeats, &trials);
    planned = overflows ? std::numeric_limits<uint64_t>::max() : trials;
  }
  if (sweep.spec().has_run_cap()) {
    const auto cap = static_cast<uint64_t>(std::max<int64_t>(0, sweep.spec().run_cap()));
    planned = std::min(planned.value_or(cap), cap);
  }
  return planned.value_or(0);
}

std::string CountsText(const v1::TrialCounts& counts) {
  std::vector<std::string> parts;
  const auto add = [&parts](int64_t count, absl::string_view word) {
    if (count > 0) parts.push_back(absl::StrCat(count, " ", word));
  };
  add(counts.succeeded(), "succeeded");
  add(counts.failed(), "failed");
  add(counts.stopped(), "stopped early");
  add(counts.cancelled(), "cancelled");
  add(counts.running(), "running");
  add(counts.lost(), "lost");
  add(counts.pending(), "pending");
  return parts.empty() ? "none yet" : absl::StrJoin(parts, ", ");
}

bool IsOver(const v1::Sweep& sweep) {
  return sweep.state() == v1::SWEEP_STATE_FINISHED || sweep.state() == v1::SWEEP_STATE_CANCELLED;
}

bool HasSuccess(const v1::Sweep& sweep) { return sweep.has_best_trial() || sweep.counts().succeeded() > 0; }

std::vector<Column> SweepColumns() {
  return {{"ID"},
          {"NAME"},
          {"STATE"},
          {"METHOD"},
          {"ENDED", Align::kRight},
          {"RUNNING", Align::kRight},
          {"FAILED", Align::kRight},
          {"BEST", Align::kRight},
          {"METRIC"},
          {"AGE", Align::kRight}};
}

std::vector<std::string> SweepCsvPaths() {
  return {"id",
          "name",
          "state",
          "reason",
          "method",
          "metric",
          "goal",
          "best.trial",
          "best.objective",
          "counts.total",
          "counts.pending",
          "counts.running",
          "counts.lost",
          "counts.succeeded",
          "counts.failed",
          "counts.stopped",
          "counts.cancelled",
          "run_cap",
          "grid_size",
          "seed",
          "created",
          "updated",
          "ended"};
}

ListRow SweepRow(const v1::Sweep& sweep, absl::Time now) {
  const std::string state = SweepStateText(sweep.state());
  const std::string best = sweep.has_best_trial() ? NumberText(sweep.best_objective()) : "";
  const v1::TrialCounts& counts = sweep.counts();
  return {.id = sweep.id(),
          .json = SweepJson(sweep),
          .cells = {sweep.id(),
                    sweep.spec().name(),
                    {state, StyleOfState(state)},
                    MethodText(sweep.spec().method()),
                    Progress(sweep),
                    {CountText(counts.running()), Style::kBlue},
                    {CountText(counts.failed()), Style::kRed},
                    {best, Style::kGreen},
                    sweep.spec().objective().metric(),
                    DurationText(IsSet(sweep.create_time()) ? now - TimeOf(sweep.create_time()) : absl::Duration())}};
}

void PrintSweep(std::ostream& out, const Terminal& terminal, const v1::Sweep& sweep, absl::TimeZone zone) {
  const std::string state = SweepStateText(sweep.state());
  const std::string reason = SweepReasonText(sweep.reason());
  Block block;
  block.Add("Sweep", {sweep.id(), Style::kBold});
  if (!sweep.spec().name().empty()) block.Add("Name", sweep.spec().name());
  if (!sweep.spec().description().empty()) block.Add("Description", sweep.spec().description());
  block.Add("State", {reason.empty() ? state : absl::StrCat(state, " (", reason, ")"), StyleOfState(state)});
  block.Add("Method", MethodSummary(sweep));
  if (sweep.spec().has_seed()) block.Add("Seed", absl::StrCat(sweep.spec().seed()));
  if (sweep.spec().has_trial_timeout()) {
    block.Add("Timeout",
              absl::StrCat(DurationText(DurationFromWire(sweep.spec().trial_timeout())), " for each attempt"));
  }
  if (sweep.spec().has_objective()) block.Add("Objective", ObjectiveSummary(sweep.spec().objective()));
  if (sweep.spec().has_early_terminate()) block.Add("Stops early", EarlyTerminateSummary(sweep.spec()));
  AddParameters(block, sweep.spec());
  AddTrialPlan(block, sweep.spec());
  block.Add("Trials", absl::StrCat(TotalTrials(sweep.counts()), " (", CountsText(sweep.counts()), ")"));
  if (sweep.has_best_trial()) {
    block.Add("Best", {absl::StrCat(NumberText(sweep.best_objective()), sweep.spec().repeats() > 1 ? " on average" : "",
                                    " (trial ", sweep.best_trial(), ")"),
                       Style::kGreen});
  }
  block.Add("Created", TimeText(sweep.create_time(), zone));
  if (IsSet(sweep.end_time())) block.Add("Ended", TimeText(sweep.end_time(), zone));
  block.Print(out, terminal);
}

}  // namespace sweepd::client
