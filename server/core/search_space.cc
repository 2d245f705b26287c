#include "server/core/search_space.h"

#include <algorithm>
#include <map>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/status_macros.h"
#include "server/core/space_cells.h"

namespace sweepd {
namespace {

absl::Status CheckParameter(const Parameter& parameter) {
  for (const std::string& name : PathOf(parameter)) {
    if (IsParameterName(name)) continue;
    return absl::InvalidArgumentError(absl::StrCat(
        "\"", name, "\" is not a parameter name: use letters, digits, '_', '.' and '-', a letter or '_' first"));
  }
  if (absl::Status status = ValidateDistribution(parameter.distribution); !status.ok()) {
    return absl::InvalidArgumentError(absl::StrCat(FlatName(parameter), ": ", status.message()));
  }
  return absl::OkStatus();
}

// Two parameters must not have one flat name, nor one path be the beginning of another.
absl::Status CheckNamesDiffer(const std::vector<Parameter>& parameters) {
  std::map<std::string, const Parameter*> seen;
  for (const Parameter& parameter : parameters) {
    const auto [other, is_new] = seen.emplace(FlatName(parameter), &parameter);
    if (is_new) continue;
    const bool is_same = other->second->groups == parameter.groups;
    return absl::InvalidArgumentError(absl::StrCat(
        other->first, is_same ? ": given twice" : ": given twice, once as a name with a dot and once nested"));
  }
  for (size_t i = 0; i + 1 < parameters.size(); ++i) {
    const std::vector<std::string> path = PathOf(parameters[i]);
    const std::vector<std::string> next = PathOf(parameters[i + 1]);
    if (next.size() > path.size() && std::equal(path.begin(), path.end(), next.begin())) {
      return absl::InvalidArgumentError(
          absl::StrCat(FlatName(parameters[i]), ": given twice, as a value and as a map of parameters"));
    }
  }
  return absl::OkStatus();
}

// The requirements in the form of conditions.
std::vector<Condition> ConditionsOf(const std::vector<Parameter>& parameters,
                                    const std::vector<Requirement>& requirements) {
  std::vector<Condition> conditions;
  for (const Requirement& requirement : requirements) {
    conditions.push_back({FlatName(parameters[requirement.parent]), requirement.values});
  }
  return conditions;
}

}  // namespace

absl::StatusOr<SearchSpace> SearchSpace::Create(std::vector<Parameter> parameters) {
  if (parameters.empty()) return absl::InvalidArgumentError("parameters must hold at least one parameter");
  std::sort(parameters.begin(), parameters.end(),
            [](const Parameter& a, const Parameter& b) { return PathOf(a) < PathOf(b); });
  for (const Parameter& parameter : parameters) RETURN_IF_ERROR(CheckParameter(parameter));
  RETURN_IF_ERROR(CheckNamesDiffer(parameters));
  std::vector<ConditionProblem> problems;
  std::optional<Dependencies> dependencies = ResolveConditions(parameters, problems);
  if (!dependencies.has_value()) {
    return absl::InvalidArgumentError(
        absl::StrCat(FlatName(parameters[problems[0].parameter]), ": when: ", problems[0].message));
  }
  std::vector<std::vector<Condition>> conditions;
  for (const auto& requirements : dependencies->requirements) {
    conditions.push_back(ConditionsOf(parameters, requirements));
  }
  for (size_t i = 0; i < parameters.size(); ++i) parameters[i].when = std::move(conditions[i]);
  return SearchSpace(std::move(parameters), *std::move(dependencies));
}

SearchSpace::SearchSpace(std::vector<Parameter> parameters, Dependencies dependencies)
    : parameters_(std::move(parameters)), dependencies_(std::move(dependencies)) {
  for (const Parameter& parameter : parameters_) {
    paths_.push_back(PathOf(parameter));
    is_conditional_ = is_conditional_ || !parameter.when.empty();
  }
  if (const std::optional<SpaceCells> cells = SpaceCells::Create(*this); cells.has_value()) size_ = cells->count();
}

Assignment SearchSpace::Assign(absl::FunctionRef<Value(size_t)> value_of) const {
  Assignment assignment;
  for (const size_t index : order()) {
    if (IsActive(assignment, index)) Put(assignment, index, value_of(index));
  }
  return assignment;
}

bool SearchSpace::IsActive(const Assignment& assignment, size_t index) const {
  const std::vector<Requirement>& all = requirements(index);
  return std::all_of(all.begin(), all.end(), [&](const Requirement& requirement) {
    const Value* value = Find(assignment, requirement.parent);
    return value != nullptr && requirement.Accepts(*value);
  });
}

const Value* SearchSpace::Find(const Assignment& assignment, size_t index) const {
  const Assignment* map = &assignment;
  for (const std::string& group : parameters_[index].groups) {
    const auto found = map->find(group);
    if (found == map->end() || !found->second.is_map()) return nullptr;
    map = &found->second.as_map();
  }
  const auto found = map->find(parameters_[index].name);
  return found == map->end() ? nullptr : &found->second;
}

void SearchSpace::Put(Assignment& assignment, size_t index, Value value) const {
  Assignment* map = &assignment;
  for (const std::string& group : parameters_[index].groups) {
    map = &map->try_emplace(group, Value::Map()).first->second.as_map();
  }
  map->insert_or_assign(parameters_[index].name, std::move(value));
}

absl::Status SearchSpace::CheckAssignment(const Assignment& assignment) const {
  for (const size_t index : order()) {
    const Parameter& parameter = parameters_[index];
    const Value* value = Find(assignment, index);
    const bool is_active = IsActive(assignment, index);
    if (!is_active && value == nullptr) continue;
    if (!is_active) {
      return absl::InvalidArgumentError(
          absl::StrCat(FlatName(parameter), ": does not exist here, because its conditions (when) do not hold"));
    }
    if (value == nullptr) return absl::InvalidArgumentError(absl::StrCat(FlatName(parameter), ": no value given"));
    if (absl::StatusOr<double> unit = UnitOf(parameter.distribution, *value); !unit.ok()) {
      return absl::InvalidArgumentError(absl::StrCat(FlatName(parameter), ": ", unit.status().message()));
    }
  }
  std::vector<std::string> path;
  return CheckNames(assignment, path);
}

absl::Status SearchSpace::CheckNames(const Assignment& map, std::vector<std::string>& path) const {
  for (const auto& [name, value] : map) {
    path.push_back(name);
    const auto at = std::lower_bound(paths_.begin(), paths_.end(), path);
    const bool begins =
        at != paths_.end() && at->size() >= path.size() && std::equal(path.begin(), path.end(), at->begin());
    if (!begins) {
      return absl::InvalidArgumentError(absl::StrCat(absl::StrJoin(path, "."), ": not a parameter of this sweep"));
    }
    if (at->size() > path.size()) {
      if (!value.is_map()) {
        return absl::InvalidArgumentError(absl::StrCat(absl::StrJoin(path, "."), ": must be a map of parameters"));
      }
      RETURN_IF_ERROR(CheckNames(value.as_map(), path));
    }
    path.pop_back();
  }
  return absl::OkStatus();
}

}  // namespace sweepd
