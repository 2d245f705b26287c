#include "server/spec/validate_trial_plan.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "server/core/limits.h"
#include "server/core/partial_assignment.h"

namespace sweepd {
namespace {

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

class TrialPlanCheck {
 public:
  TrialPlanCheck(const SweepDraft& draft, std::optional<Method> method, SweepSpec& spec, ProblemList& found)
      : draft_(draft), method_(method), spec_(spec), found_(found) {
    for (const Parameter& parameter : spec.space.parameters()) {
      const std::string key = PathOf(parameter).front();
      if (names_.empty() || names_.back() != key) names_.push_back(key);
    }
  }

  void Run() {
    CheckRepeats();
    if (draft_.max_failures.value.has_value() && *draft_.max_failures.value < 1) {
      found_.Report(draft_.max_failures.place, "max_failures",
                    absl::StrCat("must be at least 1, but is ", *draft_.max_failures.value),
                    "leave it out to go on whatever fails");
    }
    spec_.max_failures = draft_.max_failures.value;
    if (draft_.initial.value.has_value()) CheckInitial(*draft_.initial.value);
    if (draft_.prior.value.has_value()) CheckPrior(*draft_.prior.value);
  }

 private:
  void CheckRepeats() {
    if (!draft_.repeats.value.has_value()) return;
    const int64_t repeats = *draft_.repeats.value;
    if (repeats < 1 || repeats > kMaxRepeats) {
      return found_.Report(draft_.repeats.place, "repeats",
                           absl::StrCat("must be from 1 to ", kMaxRepeats, ", but is ", repeats));
    }
    spec_.repeats = repeats;
    const int64_t rest = spec_.run_cap.value_or(0) % repeats;
    if (rest > 0) {
      found_.Warn(draft_.repeats.place, "repeats",
                  absl::StrCat("run_cap: ", *spec_.run_cap, " leaves the last assignment with ", rest, " of its ",
                               repeats, " runs"),
                  absl::StrCat("give a multiple of ", repeats, " as run_cap"));
    }
  }

  void CheckInitial(const std::vector<AssignmentDraft>& drafts) {
    if (drafts.size() > kMaxInitialAssignments) {
      return found_.Report(
          draft_.initial.place, "initial",
          absl::StrCat("at most ", kMaxInitialAssignments, " assignments, but there are ", drafts.size()));
    }
    for (size_t i = 0; i < drafts.size(); ++i) {
      Assignment assignment;
      for (const AssignmentDraft::Part& part : drafts[i].parts) {
        if (!part.value.value.has_value()) continue;
        CheckPartOf(absl::StrCat("initial[", i, "].", part.name), part);
        assignment.emplace(part.name, *part.value.value);
      }
      const absl::Status exists = CheckConditions(spec_.space, assignment);
      if (!exists.ok())
        found_.Report(drafts[i].place, absl::StrCat("initial[", i, "]"), exists.message(), "give that too");
      const auto earlier = std::find(spec_.initial.begin(), spec_.initial.end(), assignment);
      if (method_ == Method::kGrid && earlier != spec_.initial.end()) {
        found_.Warn(drafts[i].place, absl::StrCat("initial[", i, "]"),
                    absl::StrCat("is tried once: a grid tries no point twice, and initial[",
                                 earlier - spec_.initial.begin(), "] is the same"));
      }
      spec_.initial.push_back(std::move(assignment));
    }
  }

  void CheckPartOf(const std::string& path, const AssignmentDraft::Part& part) {
    if (names_.empty()) return;
    const absl::Status status = CheckPart(spec_.space, part.name, *part.value.value);
    if (status.ok()) return;
    const auto parameter =
        std::find_if(spec_.space.parameters().begin(), spec_.space.parameters().end(),
                     [&part](const Parameter& candidate) { return FlatName(candidate) == part.name; });
    const bool is_parameter = parameter != spec_.space.parameters().end();
    const bool known = std::find(names_.begin(), names_.end(), part.name) != names_.end();
    std::string hint;
    if (is_parameter) hint = DescribeDomain(parameter->distribution);
    if (!known) hint = DidYouMean(part.name, names_);
    if (!known && hint.empty()) hint = absl::StrCat("the parameters are ", ShortText(absl::StrJoin(names_, ", "), 100));
    found_.Report(known ? part.value.place : part.value.key_place, path, status.message(), hint);
  }

  void CheckPrior(const std::vector<std::string>& ids) {
    if (method_.has_value() && method_ != Method::kBayes && !ids.empty()) {
      return found_.Report(
          draft_.prior.key_place, "prior",
          absl::StrCat("has no effect with method ", MethodName(*method_), ": only bayes learns from earlier results"),
          "remove it, or use method: bayes");
    }
    if (ids.size() > kMaxPriorSweeps) {
      return found_.Report(draft_.prior.place, "prior",
                           absl::StrCat("at most ", kMaxPriorSweeps, " sweeps, but there are ", ids.size()));
    }
    for (size_t i = 0; i < ids.size(); ++i) {
      const Place place = i < draft_.prior_places.size() ? draft_.prior_places[i] : draft_.prior.place;
      const std::string path = absl::StrCat("prior[", i, "]");
      if (std::find(ids.begin(), ids.begin() + static_cast<int64_t>(i), ids[i]) !=
          ids.begin() + static_cast<int64_t>(i)) {
        found_.Report(place, path, absl::StrCat("sweep ", ShortText(ids[i]), " is given twice"), "remove one of them");
      } else if (!IsSweepId(ids[i])) {
        found_.Report(place, path, absl::StrCat("\"", ShortText(ids[i]), "\" is not the id of a sweep"),
                      "8 letters and digits, as `sweepctl list` shows them");
      }
    }
    spec_.prior = ids;
  }

  const SweepDraft& draft_;
  const std::optional<Method> method_;
  SweepSpec& spec_;
  ProblemList& found_;
  std::vector<std::string> names_;  // of the parameters
};

}  // namespace

void ValidateTrialPlan(const SweepDraft& draft, std::optional<Method> method, SweepSpec& spec, ProblemList& found) {
  TrialPlanCheck(draft, method, spec, found).Run();
}

}  // namespace sweepd
