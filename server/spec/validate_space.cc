#include "server/spec/validate_space.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "server/core/space_cells.h"
#include "server/core/space_value.h"
#include "server/spec/validate_parameter.h"

namespace sweepd {
namespace {

// Most points of a grid: a suggestion's index is a signed 64-bit number.
constexpr uint64_t kMaxGridSize = uint64_t{1} << 63;

// Most values in the conditions of all parameters together. A group's conditions count for each of its members.
constexpr size_t kMaxConditionValues = 10'000;

// A condition, and where it was written: of the parameter itself or of a group around it.
struct PlacedCondition {
  const ConditionDraft* draft;
  std::string path;
};

class SpaceCheck {
 public:
  SpaceCheck(std::optional<Method> method, ProblemList& found) : method_(method), found_(found) {}

  std::optional<SearchSpace> Run(const Field<std::vector<ParameterDraft>>& field) {
    const size_t before = found_.problems.size();
    ReadGroup(*field.value, "parameters");
    if (condition_values_ > kMaxConditionValues) {
      found_.Report(field.key_place, "parameters",
                    absl::StrCat("the conditions (when) name more than ", kMaxConditionValues, " values"),
                    "a group's condition counts for each of its members");
      return std::nullopt;
    }
    CheckConditions();
    if (found_.problems.size() > before || !are_complete_) return std::nullopt;
    absl::StatusOr<SearchSpace> space = SearchSpace::Create(std::move(parameters_));
    if (!space.ok()) {
      found_.Report(field.place, "parameters", space.status().message());
      return std::nullopt;
    }
    if (!CheckDepth(*space, field.key_place)) return std::nullopt;
    if (method_ == Method::kGrid && !CheckGrid(*space, field.key_place)) return std::nullopt;
    return *std::move(space);
  }

 private:
  void ReadGroup(const std::vector<ParameterDraft>& drafts, const std::string& path) {
    for (const ParameterDraft& draft : drafts) ReadParameter(draft, absl::StrCat(path, ".", draft.name));
  }

  void ReadParameter(const ParameterDraft& draft, const std::string& path) {
    if (!IsParameterName(draft.name)) {
      found_.Report(draft.place, path, "this is not a parameter name",
                    "use letters, digits, '_', '.' and '-', and begin with a letter or '_'");
    }
    const size_t outer = conditions_.size();
    if (draft.when.value.has_value()) {
      for (const ConditionDraft& condition : *draft.when.value) {
        conditions_.push_back({&condition, absl::StrCat(path, ".when.", condition.parameter)});
      }
    }
    if (draft.parameters.is_given()) {
      ReadNested(draft, path);
    } else {
      AddParameter(draft, path);
    }
    conditions_.resize(outer);
  }

  void ReadNested(const ParameterDraft& draft, const std::string& path) {
    ValidateGroupKeys(draft, path, found_);
    groups_.push_back(draft.name);
    if (!draft.parameters.value.has_value()) {
      unread_.insert(absl::StrJoin(groups_, "."));
      are_complete_ = false;
    } else if (draft.parameters.value->empty()) {
      found_.Report(draft.parameters.place, absl::StrCat(path, ".parameters"), "at least one parameter is required",
                    "for example parameters: {lr: {min: 0.001, max: 0.1}}");
    } else {
      ReadGroup(*draft.parameters.value, absl::StrCat(path, ".parameters"));
    }
    groups_.pop_back();
  }

  void AddParameter(const ParameterDraft& draft, const std::string& path) {
    std::optional<Distribution> law = ValidateParameter(draft, path, method_, found_);
    // A parameter without a law keeps its place, so that conditions on it are not called unknown.
    Parameter parameter{draft.name, law.value_or(Constant{}), {}, groups_};
    const std::string name = FlatName(parameter);
    if (!law.has_value()) {
      unread_.insert(name);
      are_complete_ = false;
    }
    const auto [first, is_new] = groups_of_.emplace(name, groups_);
    if (!is_new) {
      are_complete_ = false;
      const bool is_same = first->second == groups_;
      return found_.Report(draft.place, path, absl::StrCat(is_same ? "" : name + ": ", "given twice"),
                           is_same ? "" : "a name with a dot and a nested parameter must not be the same");
    }
    for (const PlacedCondition& condition : conditions_) {
      condition_values_ += condition.draft->values.size() + 1;
      if (condition_values_ > kMaxConditionValues) break;
      parameter.when.push_back({condition.draft->parameter, condition.draft->values});
    }
    placed_.emplace_back(conditions_.begin(), conditions_.begin() + static_cast<std::ptrdiff_t>(parameter.when.size()));
    parameters_.push_back(std::move(parameter));
  }

  // Whether a condition's parameter could not be read, so that nothing can be said about it.
  bool IsUnread(absl::string_view name) const {
    if (unread_.count(name) > 0) return true;
    for (size_t dot = name.find('.'); dot != absl::string_view::npos; dot = name.find('.', dot + 1)) {
      if (unread_.count(name.substr(0, dot)) > 0) return true;
    }
    return false;
  }

  void CheckConditions() {
    std::vector<Parameter> readable = parameters_;
    std::vector<std::vector<PlacedCondition>> placed = placed_;
    for (size_t i = 0; i < readable.size(); ++i) {
      std::erase_if(readable[i].when, [this](const Condition& condition) { return IsUnread(condition.parameter); });
      std::erase_if(placed[i],
                    [this](const PlacedCondition& condition) { return IsUnread(condition.draft->parameter); });
    }
    std::vector<ConditionProblem> problems;
    ResolveConditions(readable, problems);
    for (const ConditionProblem& problem : problems) {
      const PlacedCondition& condition = placed[problem.parameter][problem.condition];
      // A group's condition belongs to each of its members.
      if (!reported_.emplace(condition.draft, problem.message).second) continue;
      const bool has_place = problem.value.has_value() && *problem.value < condition.draft->value_places.size();
      found_.Report(has_place ? condition.draft->value_places[*problem.value] : condition.draft->place, condition.path,
                    problem.message, problem.hint);
    }
  }

  // What is stored must be readable again, and a text of JSON has at most 64 levels. A typed spec may hold more.
  bool CheckDepth(const SearchSpace& space, Place place) {
    const Value stored = Value::Map{{"parameters", SpaceToValue(space)}};
    if (ParseJson(ToJson(stored)).ok()) return true;
    found_.Report(place, "parameters", "groups and values are nested more than 64 levels deep",
                  "a group counts two levels, a list or a map one");
    return false;
  }

  bool CheckGrid(const SearchSpace& space, Place place) {
    const std::optional<uint64_t> size = space.GridSize();
    if (!size.has_value()) {
      found_.Report(place, "parameters",
                    absl::StrCat("the conditions (when) of this grid make more than ", kMaxCells, " cases"),
                    "let a parameter depend on fewer others, or use method: random");
    } else if (*size > kMaxGridSize) {
      found_.Report(place, "parameters", "the grid has more than 2^63 points",
                    "give fewer values, or use method: random");
    }
    return size.has_value() && *size <= kMaxGridSize;
  }

  std::optional<Method> method_;
  ProblemList& found_;
  std::vector<std::string> groups_;          // around the current parameter
  std::vector<PlacedCondition> conditions_;  // of the current parameter and its groups
  std::vector<Parameter> parameters_;
  std::vector<std::vector<PlacedCondition>> placed_;           // of each parameter's conditions
  std::map<std::string, std::vector<std::string>> groups_of_;  // by flat name
  std::set<std::string, std::less<>> unread_;                  // flat names of what has no law
  std::set<std::pair<const ConditionDraft*, std::string>> reported_;
  size_t condition_values_ = 0;
  bool are_complete_ = true;
};

// Whether one of the drafts is in every assignment, given that what holds them is.
bool CollectNames(const std::vector<ParameterDraft>& drafts, const std::string& prefix, MacroNames& names) {
  bool is_any_certain = false;
  for (const ParameterDraft& draft : drafts) {
    const std::string name = prefix + draft.name;
    const size_t outer = names.conditional.size();
    bool is_certain = true;
    if (draft.parameters.value.has_value()) {
      const size_t first = names.all.size();
      is_certain = CollectNames(*draft.parameters.value, name + ".", names);
      if (draft.when.is_given()) {
        names.conditional.resize(outer);
        names.conditional.insert(names.conditional.end(), names.all.begin() + static_cast<std::ptrdiff_t>(first),
                                 names.all.end());
      }
    }
    is_certain = is_certain && !draft.when.is_given();
    names.all.push_back(name);
    if (!is_certain) names.conditional.push_back(name);
    is_any_certain = is_any_certain || is_certain;
  }
  return is_any_certain;
}

}  // namespace

std::optional<SearchSpace> ValidateSpace(const Field<std::vector<ParameterDraft>>& parameters,
                                         std::optional<Method> method, ProblemList& found) {
  return SpaceCheck(method, found).Run(parameters);
}

MacroNames MacroNamesOf(const std::vector<ParameterDraft>& parameters) {
  MacroNames names;
  CollectNames(parameters, "", names);
  return names;
}

}  // namespace sweepd
