#include "server/spec/validate_initial.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "server/core/limits.h"
#include "server/core/partial_assignment.h"

namespace sweepd {
namespace {

using Path = std::vector<std::string>;

// Most values that a hint lists.
constexpr uint64_t kMaxListedValues = 10;

std::string ShortJson(const Value& value) { return ShortText(ToJson(value)); }

// What would be right for a parameter; "" when its domain has no short description.
std::string DescribeDomain(const Distribution& distribution) {
  const std::optional<uint64_t> count = ValueCount(distribution);
  if (count.has_value() && *count <= kMaxListedValues) {
    std::vector<std::string> values;
    for (uint64_t i = 0; i < *count; ++i) values.push_back(ShortJson(NthValue(distribution, i)));
    return JoinAlternatives(values);
  }
  const Value least = count.has_value() ? NthValue(distribution, 0) : ValueAt(distribution, 0);
  const Value most =
      count.has_value() ? NthValue(distribution, *count - 1) : ValueAt(distribution, std::nextafter(1, 0));
  if (!least.is_number() || !most.is_number()) return "";
  if (!std::isfinite(least.as_double()) || !std::isfinite(most.as_double())) return "";
  const std::string bounds = absl::StrCat(least.as_double(), " to ", most.as_double());
  return count.has_value() ? absl::StrCat("one of the values from ", bounds) : absl::StrCat("a number from ", bounds);
}

// The part of that name; null when there are no places, as in a typed spec.
const AssignmentDraft::Part* FindPart(const std::vector<AssignmentDraft::Part>& parts, absl::string_view name) {
  const auto found = std::find_if(parts.begin(), parts.end(), [name](const auto& part) { return part.name == name; });
  return found == parts.end() ? nullptr : &*found;
}

class InitialCheck {
 public:
  InitialCheck(std::optional<Method> method, SweepSpec& spec, ProblemList& found)
      : method_(method), spec_(spec), found_(found) {
    for (const Parameter& parameter : spec.space.parameters()) paths_.push_back(PathOf(parameter));
  }

  void Check(size_t index, const AssignmentDraft& draft) {
    const std::string name = absl::StrCat("initial[", index, "]");
    const size_t before = found_.problems.size();
    Assignment assignment;
    for (const AssignmentDraft::Part& part : draft.parts) {
      if (!part.value.value.has_value()) continue;
      if (!paths_.empty()) CheckPartAt({part.name}, *part.value.value, part, name);
      assignment.emplace(part.name, *part.value.value);
    }
    const absl::Status exists = CheckConditions(spec_.space, assignment);
    if (!exists.ok() && found_.problems.size() == before) {
      found_.Report(draft.place, name, exists.message(), "give that too, or leave the other out");
    }
    const auto earlier = std::find(spec_.initial.begin(), spec_.initial.end(), assignment);
    if (method_ == Method::kGrid && earlier != spec_.initial.end()) {
      found_.Warn(draft.place, name,
                  absl::StrCat("is tried once: a grid tries no point twice, and initial[",
                               earlier - spec_.initial.begin(), "] is the same"));
    }
    spec_.initial.push_back(std::move(assignment));
  }

 private:
  // `part` is the innermost one that has places and holds the value.
  void CheckPartAt(const Path& path, const Value& value, const AssignmentDraft::Part& part, const std::string& name) {
    if (value.is_map() && IsGroup(path)) {
      for (const auto& [key, inner] : value.as_map()) {
        Path inner_path = path;
        inner_path.push_back(key);
        const AssignmentDraft::Part* inner_part = FindPart(part.members, key);
        CheckPartAt(inner_path, inner, inner_part == nullptr ? part : *inner_part, name);
      }
      return;
    }
    const absl::Status status = CheckPart(spec_.space, path, value);
    if (status.ok()) return;
    const auto at = std::find(paths_.begin(), paths_.end(), path);
    const bool is_known = at != paths_.end() || IsGroup(path);
    std::string hint;
    if (at != paths_.end()) {
      hint = DescribeDomain(spec_.space.parameters()[static_cast<size_t>(at - paths_.begin())].distribution);
    } else {
      hint = is_known ? GroupHint(path) : UnknownNameHint(path);
    }
    found_.Report(is_known ? part.value.place : part.value.key_place, absl::StrCat(name, ".", absl::StrJoin(path, ".")),
                  status.message(), hint);
  }

  bool IsGroup(const Path& path) const {
    return std::any_of(paths_.begin(), paths_.end(), [&path](const Path& whole) {
      return whole.size() > path.size() && std::equal(path.begin(), path.end(), whole.begin());
    });
  }

  // What may stand in the group that the path names; the whole assignment is one too.
  std::vector<std::string> NamesIn(const Path& group) const {
    std::vector<std::string> names;
    for (const Path& whole : paths_) {
      if (whole.size() <= group.size() || !std::equal(group.begin(), group.end(), whole.begin())) continue;
      const std::string& name = whole[group.size()];
      if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
    }
    return names;
  }

  std::string GroupHint(const Path& path) const {
    return absl::StrCat("for example {", NamesIn(path).front(), ": ...}");
  }

  std::string UnknownNameHint(const Path& path) const {
    for (const Path& whole : paths_) {
      if (path.size() == 1 && whole.size() > 1 && absl::StrJoin(whole, ".") == path[0]) {
        return absl::StrCat("write groups as maps: ", absl::StrJoin(whole, ": {"), ": ...",
                            std::string(whole.size() - 1, '}'));
      }
    }
    const std::vector<std::string> names = NamesIn(Path(path.begin(), path.end() - 1));
    std::string hint = DidYouMean(path.back(), names);
    return hint.empty() ? absl::StrCat("the parameters are ", ShortText(absl::StrJoin(names, ", "), 100)) : hint;
  }

  const std::optional<Method> method_;
  SweepSpec& spec_;
  ProblemList& found_;
  std::vector<Path> paths_;  // of the parameters
};

}  // namespace

void ValidateInitial(const Field<std::vector<AssignmentDraft>>& draft, std::optional<Method> method, SweepSpec& spec,
                     ProblemList& found) {
  if (!draft.value.has_value()) return;
  const std::vector<AssignmentDraft>& assignments = *draft.value;
  if (assignments.size() > kMaxInitialAssignments) {
    return found.Report(
        draft.place, "initial",
        absl::StrCat("at most ", kMaxInitialAssignments, " assignments, but there are ", assignments.size()));
  }
  InitialCheck check(method, spec, found);
  for (size_t i = 0; i < assignments.size(); ++i) check.Check(i, assignments[i]);
}

}  // namespace sweepd
