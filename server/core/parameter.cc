#include "server/core/parameter.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_join.h"

namespace sweepd {

std::vector<std::string> PathOf(const Parameter& parameter) {
  std::vector<std::string> path = parameter.groups;
  path.push_back(parameter.name);
  return path;
}

std::string FlatName(const Parameter& parameter) {
  return parameter.groups.empty() ? parameter.name : absl::StrJoin(PathOf(parameter), ".");
}

bool IsParameterName(absl::string_view name) {
  if (name.empty() || !(absl::ascii_isalpha(name[0]) || name[0] == '_')) return false;
  return std::all_of(name.begin(), name.end(),
                     [](char c) { return absl::ascii_isalnum(c) || c == '_' || c == '.' || c == '-'; });
}

}  // namespace sweepd
