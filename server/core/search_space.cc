#include "server/core/search_space.h"

#include <algorithm>
#include <limits>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

namespace sweepd {

bool IsParameterName(absl::string_view name) {
  if (name.empty() || !(absl::ascii_isalpha(name[0]) || name[0] == '_')) return false;
  return std::all_of(name.begin(), name.end(),
                     [](char c) { return absl::ascii_isalnum(c) || c == '_' || c == '.' || c == '-'; });
}

absl::StatusOr<SearchSpace> SearchSpace::Create(std::vector<Parameter> parameters) {
  if (parameters.empty()) return absl::InvalidArgumentError("parameters must hold at least one parameter");
  std::sort(parameters.begin(), parameters.end(),
            [](const Parameter& a, const Parameter& b) { return a.name < b.name; });
  for (size_t i = 0; i < parameters.size(); ++i) {
    const Parameter& parameter = parameters[i];
    if (!IsParameterName(parameter.name)) {
      return absl::InvalidArgumentError(
          absl::StrCat("\"", parameter.name,
                       "\" is not a parameter name: use letters, digits, '_', '.' and '-', a letter or '_' first"));
    }
    if (i > 0 && parameters[i - 1].name == parameter.name) {
      return absl::InvalidArgumentError(absl::StrCat(parameter.name, ": given twice"));
    }
    if (absl::Status status = ValidateDistribution(parameter.distribution); !status.ok()) {
      return absl::InvalidArgumentError(absl::StrCat(parameter.name, ": ", status.message()));
    }
  }
  return SearchSpace(std::move(parameters));
}

std::optional<uint64_t> SearchSpace::GridSize() const {
  uint64_t size = 1;
  for (const Parameter& parameter : parameters_) {
    const std::optional<uint64_t> count = ValueCount(parameter.distribution);
    if (!count.has_value()) return std::nullopt;
    if (__builtin_mul_overflow(size, *count, &size)) size = std::numeric_limits<uint64_t>::max();
  }
  return size;
}

absl::Status SearchSpace::CheckAssignment(const Assignment& assignment) const {
  for (const Parameter& parameter : parameters_) {
    const auto found = assignment.find(parameter.name);
    if (found == assignment.end()) return absl::InvalidArgumentError(absl::StrCat(parameter.name, ": no value given"));
    if (absl::StatusOr<double> unit = UnitOf(parameter.distribution, found->second); !unit.ok()) {
      return absl::InvalidArgumentError(absl::StrCat(parameter.name, ": ", unit.status().message()));
    }
  }
  for (const auto& [name, value] : assignment) {
    const bool known = std::any_of(parameters_.begin(), parameters_.end(),
                                   [&name = name](const Parameter& parameter) { return parameter.name == name; });
    if (!known) return absl::InvalidArgumentError(absl::StrCat(name, ": not a parameter of this sweep"));
  }
  return absl::OkStatus();
}

}  // namespace sweepd
