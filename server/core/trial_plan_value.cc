#include "server/core/trial_plan_value.h"

#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/status_macros.h"

namespace sweepd {
namespace {

absl::Status Bad(absl::string_view name) {
  return absl::InvalidArgumentError(absl::StrCat("stored spec: bad \"", name, "\""));
}

// A positive integer; nullopt when the key is absent.
absl::StatusOr<std::optional<int64_t>> ReadCount(const Value::Map& map, absl::string_view name) {
  const auto found = map.find(name);
  if (found == map.end()) return std::nullopt;
  if (!found->second.is_int() || found->second.as_int() < 1) return Bad(name);
  return found->second.as_int();
}

// Hands each item of a list to `read`, which says whether it could be read; an absent list is empty.
template <class Read>
absl::Status ReadItems(const Value::Map& map, absl::string_view name, Read read) {
  const auto found = map.find(name);
  if (found == map.end()) return absl::OkStatus();
  if (!found->second.is_list()) return Bad(name);
  for (const Value& item : found->second.as_list()) {
    if (!read(item)) return Bad(name);
  }
  return absl::OkStatus();
}

std::optional<PriorTrial> ReadPriorTrial(const Value& item) {
  if (!item.is_map()) return std::nullopt;
  const auto assignment = item.as_map().find("assignment");
  const auto objective = item.as_map().find("objective");
  if (assignment == item.as_map().end() || !assignment->second.is_map()) return std::nullopt;
  if (objective == item.as_map().end() || !objective->second.is_number()) return std::nullopt;
  return PriorTrial{assignment->second.as_map(), objective->second.as_double()};
}

}  // namespace

void AddTrialPlan(const SweepSpec& spec, Value::Map& map) {
  if (!spec.initial.empty()) map["initial"] = Value::List(spec.initial.begin(), spec.initial.end());
  if (spec.repeats != 1) map["repeats"] = spec.repeats;
  if (spec.max_failures.has_value()) map["max_failures"] = *spec.max_failures;
  if (!spec.prior.empty()) map["prior"] = Value::List(spec.prior.begin(), spec.prior.end());
  if (spec.prior_trials.empty()) return;
  Value::List trials;
  for (const PriorTrial& trial : spec.prior_trials) {
    trials.push_back(Value::Map{{"assignment", trial.assignment}, {"objective", trial.objective}});
  }
  map["prior_trials"] = std::move(trials);
}

absl::Status ReadTrialPlan(const Value::Map& map, SweepSpec& spec) {
  ASSIGN_OR_RETURN(const std::optional<int64_t> repeats, ReadCount(map, "repeats"));
  spec.repeats = repeats.value_or(1);
  ASSIGN_OR_RETURN(spec.max_failures, ReadCount(map, "max_failures"));
  RETURN_IF_ERROR(ReadItems(map, "initial", [&](const Value& item) {
    if (item.is_map()) spec.initial.push_back(item.as_map());
    return item.is_map();
  }));
  RETURN_IF_ERROR(ReadItems(map, "prior", [&](const Value& item) {
    if (item.is_string()) spec.prior.push_back(item.as_string());
    return item.is_string();
  }));
  return ReadItems(map, "prior_trials", [&](const Value& item) {
    std::optional<PriorTrial> trial = ReadPriorTrial(item);
    if (trial.has_value()) spec.prior_trials.push_back(*std::move(trial));
    return trial.has_value();
  });
}

}  // namespace sweepd
