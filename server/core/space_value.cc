#include "server/core/space_value.h"

#include <utility>

#include "common/status_macros.h"
#include "server/core/law_value.h"
#include "server/core/member_reader.h"

namespace sweepd {
namespace {

Value::Map ParameterToValue(const Parameter& parameter) {
  Value::Map map = LawToValue(parameter.distribution);
  Value::Map when;
  for (const Condition& condition : parameter.when) when[condition.parameter] = condition.values;
  if (!when.empty()) map["when"] = std::move(when);
  return map;
}

absl::StatusOr<Parameter> ParameterFromValue(std::string name, const Value::Map& map, std::vector<std::string> groups) {
  ASSIGN_OR_RETURN(Distribution law, LawFromValue(map));
  Parameter parameter{std::move(name), std::move(law), {}, std::move(groups)};
  MemberReader reader(map);
  if (reader.Optional("when") == nullptr) return parameter;
  for (const auto& [parent, values] : reader.Map("when")) {
    if (!values.is_list()) return absl::InvalidArgumentError("stored spec: bad \"when\"");
    parameter.when.push_back({parent, values.as_list()});
  }
  RETURN_IF_ERROR(reader.status());
  return parameter;
}

absl::Status ReadGroup(const Value::Map& map, std::vector<std::string>& groups, std::vector<Parameter>& parameters) {
  for (const auto& [name, value] : map) {
    if (!value.is_map()) return absl::InvalidArgumentError("stored spec: a parameter is not a map");
    const auto nested = value.as_map().find("parameters");
    if (nested == value.as_map().end()) {
      ASSIGN_OR_RETURN(Parameter parameter, ParameterFromValue(name, value.as_map(), groups));
      parameters.push_back(std::move(parameter));
      continue;
    }
    if (!nested->second.is_map()) return absl::InvalidArgumentError("stored spec: bad \"parameters\"");
    groups.push_back(name);
    RETURN_IF_ERROR(ReadGroup(nested->second.as_map(), groups, parameters));
    groups.pop_back();
  }
  return absl::OkStatus();
}

}  // namespace

Value::Map SpaceToValue(const SearchSpace& space) {
  Value::Map root;
  for (const Parameter& parameter : space.parameters()) {
    Value::Map* map = &root;
    for (const std::string& group : parameter.groups) {
      Value& nested = (*map)[group];
      if (!nested.is_map()) nested = Value::Map{{"parameters", Value::Map()}};
      map = &nested.as_map().find("parameters")->second.as_map();
    }
    (*map)[parameter.name] = ParameterToValue(parameter);
  }
  return root;
}

absl::StatusOr<SearchSpace> SpaceFromValue(const Value::Map& map) {
  std::vector<std::string> groups;
  std::vector<Parameter> parameters;
  RETURN_IF_ERROR(ReadGroup(map, groups, parameters));
  return SearchSpace::Create(std::move(parameters));
}

}  // namespace sweepd
