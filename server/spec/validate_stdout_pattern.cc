#include "server/spec/validate_stdout_pattern.h"

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/line_pattern.h"
#include "server/core/limits.h"

namespace sweepd {
namespace {

constexpr char kKey[] = "stdout_pattern";
constexpr char kExample[] = R"(for example stdout_pattern: 'loss: (?P<loss>[-+.0-9e]+)')";

class PatternCheck {
 public:
  PatternCheck(const SweepDraft& draft, SweepSpec& spec, ProblemList& found)
      : draft_(draft), spec_(spec), found_(found) {}

  void Run() {
    const Field<std::vector<std::string>>& field = draft_.stdout_pattern;
    const bool is_regex = spec_.stdout_metrics == StdoutMetrics::kRegex;
    if (!field.is_given() && is_regex) {
      return found_.Report(draft_.stdout_metrics.place, kKey, "stdout_metrics: regex needs a pattern", kExample);
    }
    if (!field.value.has_value()) return;
    if (!is_regex && IsModeKnown()) {
      return found_.Report(field.key_place, kKey, "has no effect without stdout_metrics: regex",
                           "add that, or remove it");
    }
    if (field.value->empty() || field.value->size() > kMaxStdoutPatterns) {
      return found_.Report(
          field.place, kKey,
          absl::StrCat("must be 1 to ", kMaxStdoutPatterns, " patterns, but there are ", field.value->size()),
          field.value->empty() ? kExample : "");
    }
    spec_.stdout_patterns = *field.value;
    const size_t problems = found_.problems.size();
    for (size_t i = 0; i < field.value->size(); ++i) CheckPattern(i);
    if (found_.problems.size() == problems) CheckMetrics();
  }

 private:
  // Not after a mistake there: it may have been meant for regex.
  bool IsModeKnown() const {
    const Field<std::string>& mode = draft_.stdout_metrics;
    return !mode.is_given() || (mode.value.has_value() && ParseStdoutMetrics(*mode.value).has_value());
  }

  void CheckPattern(size_t i) {
    const std::string& pattern = spec_.stdout_patterns[i];
    const absl::StatusOr<LinePattern> compiled = LinePattern::Compile(pattern);
    if (!compiled.ok()) return found_.Report(PlaceOf(i), PathOf(i), compiled.status().message(), kExample);
    for (const auto& [name, number] : compiled->groups()) {
      if (name == "time" || name == "event") {
        found_.Report(PlaceOf(i), PathOf(i), absl::StrCat("no metric can have the name ", name), "rename the group");
      } else if (name.size() > kMaxMetricNameBytes) {
        found_.Report(PlaceOf(i), PathOf(i),
                      absl::StrCat("the name of a metric has at most ", kMaxMetricNameBytes, " bytes"));
      } else if (name != "step") {
        metrics_.insert(name);
      }
    }
  }

  void CheckMetrics() {
    if (metrics_.empty()) {
      return found_.Report(PlaceOf(0), PathOf(0), "only step has a group, so there is no metric", kExample);
    }
    if (!spec_.objective.has_value() || metrics_.contains(spec_.objective->metric)) return;
    const std::vector<std::string> names(metrics_.begin(), metrics_.end());
    found_.Warn(PlaceOf(0), PathOf(0),
                absl::StrCat("no group has the name of the metric, ", ShortText(spec_.objective->metric)),
                absl::StrCat("the groups are ", ShortText(absl::StrJoin(names, ", "), 100)));
  }

  Place PlaceOf(size_t i) const {
    return i < draft_.stdout_pattern_places.size() ? draft_.stdout_pattern_places[i] : draft_.stdout_pattern.place;
  }
  std::string PathOf(size_t i) const {
    const bool is_list = !draft_.stdout_pattern_places.empty() || spec_.stdout_patterns.size() > 1;
    return is_list ? absl::StrCat(kKey, "[", i, "]") : kKey;
  }

  const SweepDraft& draft_;
  SweepSpec& spec_;
  ProblemList& found_;
  std::set<std::string> metrics_;  // that the groups name
};

}  // namespace

void ValidateStdoutPattern(const SweepDraft& draft, SweepSpec& spec, ProblemList& found) {
  PatternCheck(draft, spec, found).Run();
}

}  // namespace sweepd
