#include "server/wire/draft_wire.h"

#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/wire_time.h"
#include "common/wire_value.h"
#include "server/wire/early_terminate_wire.h"
#include "server/wire/enum_wire.h"
#include "server/wire/space_wire.h"

namespace sweepd {
namespace {

template <class T>
void Give(Field<T>& field, T value) {
  field.value = std::move(value);
}

// Empty text is how the wire says that there is none.
void GiveText(Field<std::string>& field, const std::string& text) {
  if (!text.empty()) field.value = text;
}

// An optional enum: UNSPECIFIED leaves the default.
template <class Domain, class Wire>
void GiveWord(Field<std::string>& field, Wire wire, Domain last, absl::string_view (*name)(Domain), const char* path,
              ProblemList& found) {
  if (wire == Wire{}) return;
  const std::optional<Domain> value = EnumFromWire(wire, last);
  if (value.has_value()) {
    field.value = std::string(name(*value));
  } else {
    field.is_faulty = true;
    found.Report({}, path, absl::StrCat("unknown value ", static_cast<int>(wire)));
  }
}

MetricDraft MetricFromWire(const v1::Objective& wire, ProblemList& found) {
  MetricDraft draft;
  GiveText(draft.name, wire.metric());
  GiveWord(draft.goal, wire.goal(), Goal::kMaximize, GoalName, "objective.goal", found);
  GiveWord(draft.aggregation, wire.aggregation(), Aggregation::kLast, AggregationName, "objective.aggregation", found);
  if (wire.has_target()) Give(draft.target, wire.target());
  GiveWord(draft.impute, wire.impute(), Impute::kLatest, ImputeName, "objective.impute", found);
  return draft;
}

std::vector<AssignmentDraft> AssignmentsFromWire(const google::protobuf::RepeatedPtrField<v1::Assignment>& wire,
                                                 ProblemList& found) {
  std::vector<AssignmentDraft> drafts;
  for (int i = 0; i < wire.size(); ++i) {
    // Sorted, so that the order of errors is the same every time.
    std::map<std::string, Field<Value>> parts;
    for (const auto& [name, wire_value] : wire[i].values()) {
      absl::StatusOr<Value> value = ValueFromWire(wire_value);
      if (value.ok()) {
        Give(parts[name], *std::move(value));
      } else {
        parts[name].is_faulty = true;
        found.Report({}, absl::StrCat("initial[", i, "].", name), value.status().message());
      }
    }
    drafts.emplace_back();
    for (auto& [name, value] : parts) drafts.back().parts.push_back({name, std::move(value), {}});
  }
  return drafts;
}

}  // namespace

SweepDraft DraftFromWire(const v1::SweepSpec& wire, ProblemList& found) {
  SweepDraft draft;
  GiveText(draft.name, wire.name());
  GiveText(draft.description, wire.description());
  GiveText(draft.project, wire.project());
  GiveText(draft.entity, wire.entity());
  GiveWord(draft.method, wire.method(), Method::kBayes, MethodName, "method", found);
  if (!wire.parameters().empty()) {
    Give(draft.parameters, ParametersFromWire(wire.parameters(), "parameters", found));
  }
  if (wire.has_objective()) Give(draft.metric, MetricFromWire(wire.objective(), found));
  GiveText(draft.program, wire.program());
  if (!wire.command().empty()) Give(draft.command, {wire.command().begin(), wire.command().end()});
  if (wire.has_run_cap()) Give(draft.run_cap, int64_t{wire.run_cap()});
  if (wire.has_max_parallel()) Give(draft.max_parallel, int64_t{wire.max_parallel()});
  if (wire.has_trial_timeout()) Give(draft.trial_timeout, DurationFromWire(wire.trial_timeout()));
  if (wire.retries().has_lost()) Give(draft.retries.lost, int64_t{wire.retries().lost()});
  if (wire.retries().has_failed()) Give(draft.retries.failed, int64_t{wire.retries().failed()});
  if (wire.has_seed()) Give(draft.seed, int64_t{wire.seed()});
  GiveWord(draft.stdout_metrics, wire.stdout_metrics(), StdoutMetrics::kRegex, StdoutMetricsName, "stdout_metrics",
           found);
  if (!wire.stdout_patterns().empty()) {
    Give(draft.stdout_pattern, {wire.stdout_patterns().begin(), wire.stdout_patterns().end()});
  }
  GiveWord(draft.grid_order, wire.grid_order(), GridOrder::kShuffled, GridOrderName, "grid_order", found);
  if (wire.bayes().has_startup_trials()) {
    Give(draft.bayes_startup_trials, int64_t{wire.bayes().startup_trials()});
  }
  if (wire.bayes().noise_free()) Give(draft.bayes_noise, std::string(NoiseName(true)));
  if (wire.has_early_terminate()) Give(draft.early_terminate, EarlyTerminateFromWire(wire.early_terminate()));
  if (!wire.initial().empty()) Give(draft.initial, AssignmentsFromWire(wire.initial(), found));
  if (wire.has_repeats()) Give(draft.repeats, int64_t{wire.repeats()});
  if (wire.has_max_failures()) Give(draft.max_failures, int64_t{wire.max_failures()});
  if (!wire.prior().empty()) Give(draft.prior, {wire.prior().begin(), wire.prior().end()});
  return draft;
}

}  // namespace sweepd
