#include "server/core/dependencies.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/closest_word.h"
#include "server/core/value_lookup.h"

namespace sweepd {
namespace {

// Searching a near name costs time for every candidate; more mistakes than this are not misspellings.
constexpr size_t kMaxSuggestions = 20;

// "did you mean X?" or what the domain is.
std::string DomainHint(const Distribution& law, const Value& wrong) {
  const std::optional<uint64_t> count = ValueCount(law);
  if (!count.has_value() || *count > 20) {
    return count.has_value() ? absl::StrCat("its values go from ", ToJson(NthValue(law, 0)), " to ",
                                            ToJson(NthValue(law, *count - 1)))
                             : "";
  }
  std::vector<std::string> texts;
  std::vector<std::string> words;
  for (uint64_t i = 0; i < *count; ++i) {
    const Value value = NthValue(law, i);
    texts.push_back(ToJson(value));
    if (value.is_string()) words.push_back(value.as_string());
  }
  const std::string nearest = wrong.is_string() ? ClosestWord(wrong.as_string(), words) : "";
  if (!nearest.empty()) return absl::StrCat("did you mean ", nearest, "?");
  return absl::StrCat("its values are ", absl::StrJoin(texts, ", "));
}

class Resolver {
 public:
  Resolver(const std::vector<Parameter>& parameters, std::vector<ConditionProblem>& problems)
      : parameters_(parameters), problems_(problems) {
    for (size_t i = 0; i < parameters.size(); ++i) index_of_[FlatName(parameters[i])] = i;
    dependencies_.requirements.resize(parameters.size());
    marks_.resize(parameters.size(), Mark::kNew);
  }

  std::optional<Dependencies> Run() {
    const size_t before = problems_.size();
    for (size_t i = 0; i < parameters_.size(); ++i) {
      for (size_t k = 0; k < parameters_[i].when.size(); ++k) ReadCondition(i, k);
    }
    if (problems_.size() > before) return std::nullopt;
    SortRequirements();
    for (size_t i = 0; i < parameters_.size(); ++i) Visit(i);
    if (problems_.size() > before) return std::nullopt;
    return std::move(dependencies_);
  }

 private:
  enum class Mark { kNew, kOpen, kDone };

  void ReadCondition(size_t i, size_t k) {
    const Condition& condition = parameters_[i].when[k];
    const auto found = index_of_.find(condition.parameter);
    if (found == index_of_.end()) return ReportUnknown(i, k);
    const Distribution& law = parameters_[found->second].distribution;
    if (!ValueCount(law).has_value()) {
      return Report(i, k, {}, absl::StrCat(condition.parameter, " does not have a finite number of values"),
                    "depend on a categorical or an integer parameter");
    }
    if (condition.values.empty()) return Report(i, k, {}, "a condition needs at least one value", "");
    for (size_t v = 0; v < condition.values.size(); ++v) {
      const Value& value = condition.values[v];
      if (LookupOf(found->second).IndexOf(value).has_value()) continue;
      Report(i, k, v, absl::StrCat(ToJson(value), " is not a value of ", condition.parameter), DomainHint(law, value));
    }
    AddRequirement(i, k, {found->second, condition.values});
  }

  const ValueLookup& LookupOf(size_t parent) {
    return lookups_.try_emplace(parent, parameters_[parent].distribution).first->second;
  }

  // Two conditions on one parent (a group's and its member's) become the values that both accept.
  void AddRequirement(size_t i, size_t k, Requirement added) {
    for (Requirement& known : dependencies_.requirements[i]) {
      if (known.parent != added.parent) continue;
      std::erase_if(known.values, [&added](const Value& value) { return !added.Accepts(value); });
      if (!known.values.empty()) return;
      return Report(i, k, {}, "no value fulfils this condition and the one around it", "");
    }
    dependencies_.requirements[i].push_back(std::move(added));
  }

  // By name, so that the same conditions in another order are the same dependencies.
  void SortRequirements() {
    for (std::vector<Requirement>& requirements : dependencies_.requirements) {
      std::sort(requirements.begin(), requirements.end(), [this](const Requirement& a, const Requirement& b) {
        return FlatName(parameters_[a.parent]) < FlatName(parameters_[b.parent]);
      });
    }
  }

  void ReportUnknown(size_t i, size_t k) {
    const std::string& name = parameters_[i].when[k].parameter;
    Report(i, k, {}, absl::StrCat("there is no parameter ", name),
           problems_.size() < kMaxSuggestions ? NameHint(parameters_[i].groups, name) : "");
  }

  // What somebody who wrote `name` inside `groups` probably means.
  std::string NameHint(std::vector<std::string> groups, const std::string& name) const {
    for (; !groups.empty(); groups.pop_back()) {
      const std::string full = absl::StrCat(absl::StrJoin(groups, "."), ".", name);
      if (index_of_.count(full) > 0) return absl::StrCat("write its full name, ", full);
    }
    const auto member = index_of_.lower_bound(absl::StrCat(name, "."));
    if (member != index_of_.end() && absl::StartsWith(member->first, absl::StrCat(name, "."))) {
      return absl::StrCat("name one parameter, such as ", member->first);
    }
    std::vector<std::string> names;
    for (const auto& [flat_name, index] : index_of_) names.push_back(flat_name);
    const std::string nearest = ClosestWord(name, names);
    return nearest.empty() ? "" : absl::StrCat("did you mean ", nearest, "?");
  }

  // Depth first; what is open again closes a cycle.
  void Visit(size_t i) {
    if (marks_[i] != Mark::kNew) return;
    marks_[i] = Mark::kOpen;
    trail_.push_back(i);
    for (const Requirement& requirement : dependencies_.requirements[i]) {
      if (marks_[requirement.parent] == Mark::kOpen) {
        ReportCycle(i, requirement.parent);
      } else {
        Visit(requirement.parent);
      }
    }
    trail_.pop_back();
    marks_[i] = Mark::kDone;
    dependencies_.order.push_back(i);
  }

  void ReportCycle(size_t i, size_t parent) {
    std::vector<std::string> names;
    for (auto at = std::find(trail_.begin(), trail_.end(), parent); at != trail_.end(); ++at) {
      names.push_back(FlatName(parameters_[*at]));
    }
    names.push_back(FlatName(parameters_[parent]));
    const std::vector<Condition>& when = parameters_[i].when;
    const auto at = std::find_if(when.begin(), when.end(),
                                 [&](const Condition& condition) { return condition.parameter == names.back(); });
    Report(i, static_cast<size_t>(at - when.begin()), {},
           absl::StrCat("a parameter cannot depend on itself: ", absl::StrJoin(names, " -> ")), "");
  }

  void Report(size_t i, size_t k, std::optional<size_t> value, std::string message, std::string hint) {
    problems_.push_back({i, k, value, std::move(message), std::move(hint)});
  }

  const std::vector<Parameter>& parameters_;
  std::vector<ConditionProblem>& problems_;
  std::map<std::string, size_t, std::less<>> index_of_;
  std::map<size_t, ValueLookup> lookups_;  // of parents
  Dependencies dependencies_;
  std::vector<Mark> marks_;
  std::vector<size_t> trail_;
};

}  // namespace

bool Requirement::Accepts(const Value& value) const {
  return std::any_of(values.begin(), values.end(),
                     [&value](const Value& accepted) { return SameGridValue(accepted, value); });
}

std::optional<Dependencies> ResolveConditions(const std::vector<Parameter>& parameters,
                                              std::vector<ConditionProblem>& problems) {
  return Resolver(parameters, problems).Run();
}

}  // namespace sweepd
