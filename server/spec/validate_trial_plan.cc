#include "server/spec/validate_trial_plan.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "server/core/limits.h"
#include "server/spec/validate_initial.h"

namespace sweepd {
namespace {

class TrialPlanCheck {
 public:
  TrialPlanCheck(const SweepDraft& draft, std::optional<Method> method, SweepSpec& spec, ProblemList& found)
      : draft_(draft), method_(method), spec_(spec), found_(found) {}

  void Run() {
    CheckRepeats();
    if (draft_.max_failures.value.has_value() && *draft_.max_failures.value < 1) {
      found_.Report(draft_.max_failures.place, "max_failures",
                    absl::StrCat("must be at least 1, but is ", *draft_.max_failures.value),
                    "leave it out to go on whatever fails");
    }
    spec_.max_failures = draft_.max_failures.value;
    ValidateInitial(draft_.initial, method_, spec_, found_);
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
};

}  // namespace

void ValidateTrialPlan(const SweepDraft& draft, std::optional<Method> method, SweepSpec& spec, ProblemList& found) {
  TrialPlanCheck(draft, method, spec, found).Run();
}

}  // namespace sweepd
