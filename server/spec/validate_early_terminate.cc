#include "server/spec/validate_early_terminate.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/value.h"

namespace sweepd {
namespace {

std::string PathOf(absl::string_view key) { return absl::StrCat("early_terminate.", key); }

class RuleCheck {
 public:
  RuleCheck(const Field<EarlyTerminateDraft>& field, ProblemList& found)
      : field_(field), draft_(*field.value), found_(found), problems_(found.problems.size()) {}

  std::optional<EarlyTerminate> Run() {
    CheckNumbers();
    EarlyTerminate rule;
    const std::string type = CheckType();
    if (type == "hyperband") rule = CheckHyperband();
    if (type == "median") rule = CheckMedian();
    if (type == "asha") rule = CheckAsha();
    if (field_.is_faulty || found_.problems.size() > problems_) return std::nullopt;
    return rule;
  }

 private:
  // "" after a report.
  std::string CheckType() {
    if (draft_.type.is_faulty) return "";
    const std::vector<std::string> words = {"hyperband", "median", "asha"};
    if (!draft_.type.value.has_value()) {
      if (!field_.is_faulty) {
        found_.Report(field_.place, PathOf("type"), "the rule is required", "write hyperband, median or asha");
      }
      return "";
    }
    const std::string& type = *draft_.type.value;
    if (std::find(words.begin(), words.end(), type) != words.end()) return type;
    found_.Report(draft_.type.place, PathOf("type"),
                  absl::StrCat("must be ", JoinAlternatives(words), ", but is ", ToJson(Value(ShortText(type)))),
                  DidYouMean(type, words));
    return "";
  }

  void CheckNumbers() {
    AtLeastOne(draft_.min_iter, "min_iter");
    AtLeastOne(draft_.max_iter, "max_iter");
    AtLeastOne(draft_.s, "s");
    AtLeastOne(draft_.min_trials, "min_trials");
    const std::optional<double>& eta = draft_.eta.value;
    if (!eta.has_value() || (*eta >= kMinEta && std::isfinite(*eta))) return;
    found_.Report(draft_.eta.place, PathOf("eta"),
                  absl::StrCat("must be greater than 1, at least ", kMinEta, ", but is ", *eta),
                  "each comparison keeps the best 1/eta of the trials; 3 is usual");
  }

  Hyperband CheckHyperband() {
    Refuse(draft_.min_trials, "min_trials", "median");
    Hyperband rule;
    rule.eta = draft_.eta.value.value_or(rule.eta);
    rule.strict = draft_.strict.value.value_or(rule.strict);
    if (draft_.max_iter.is_given()) {
      rule.bands = BandsFromAbove{draft_.max_iter.value.value_or(1), draft_.s.value.value_or(1)};
      CheckBandsFromAbove(rule.eta);
    } else {
      rule.bands = BandsFromBelow{draft_.min_iter.value.value_or(1)};
      CheckBandsFromBelow();
    }
    return rule;
  }

  void CheckBandsFromAbove(double eta) {
    if (draft_.min_iter.is_given()) {
      return found_.Report(draft_.max_iter.key_place, PathOf("max_iter"), "min_iter is given too, and one is enough",
                           "keep min_iter to judge from there on, or max_iter and s to judge up to there");
    }
    if (!draft_.s.is_given()) {
      return found_.Report(draft_.max_iter.key_place, PathOf("s"), "max_iter needs s, the number of bands",
                           "for example s: 2");
    }
    if (!draft_.max_iter.value.has_value() || *draft_.max_iter.value < 1 || !(eta >= kMinEta)) return;
    if (static_cast<double>(*draft_.max_iter.value) / eta >= 1) return;
    found_.Report(
        draft_.max_iter.place, PathOf("max_iter"),
        absl::StrCat("there is no band: max_iter / eta = ", *draft_.max_iter.value, " / ", eta, " is less than 1"),
        "raise max_iter to what the program reports in a full run, or give min_iter");
  }

  void CheckBandsFromBelow() {
    if (!draft_.min_iter.is_given() && !field_.is_faulty) {
      found_.Report(field_.place, PathOf("min_iter"), "hyperband needs min_iter, or max_iter and s",
                    "for example min_iter: 3");
    }
    if (!draft_.s.is_given()) return;
    found_.Warn(draft_.s.key_place, PathOf("s"), "this key has no effect without max_iter");
  }

  void RefuseKeysOfHyperband() {
    Refuse(draft_.max_iter, "max_iter", "hyperband");
    Refuse(draft_.s, "s", "hyperband");
    Refuse(draft_.strict, "strict", "hyperband");
  }

  MedianStop CheckMedian() {
    RefuseKeysOfHyperband();
    Refuse(draft_.eta, "eta", "hyperband and asha");
    MedianStop rule;
    rule.min_iter = draft_.min_iter.value.value_or(rule.min_iter);
    rule.min_trials = draft_.min_trials.value.value_or(rule.min_trials);
    return rule;
  }

  Asha CheckAsha() {
    RefuseKeysOfHyperband();
    Refuse(draft_.min_trials, "min_trials", "median");
    Asha rule;
    rule.min_iter = draft_.min_iter.value.value_or(rule.min_iter);
    rule.eta = draft_.eta.value.value_or(rule.eta);
    return rule;
  }

  void AtLeastOne(const Field<int64_t>& field, absl::string_view key) {
    if (!field.value.has_value() || *field.value >= 1) return;
    found_.Report(field.place, PathOf(key), absl::StrCat("must be at least 1, but is ", *field.value));
  }

  template <class T>
  void Refuse(const Field<T>& field, absl::string_view key, absl::string_view rules) {
    if (!field.is_given()) return;
    found_.Report(field.key_place, PathOf(key),
                  absl::StrCat("this key belongs to ", rules, ", not to ", *draft_.type.value), "remove it");
  }

  const Field<EarlyTerminateDraft>& field_;
  const EarlyTerminateDraft& draft_;
  ProblemList& found_;
  const size_t problems_;  // found before
};

}  // namespace

std::optional<EarlyTerminate> ValidateEarlyTerminate(const Field<EarlyTerminateDraft>& field, ProblemList& found) {
  return RuleCheck(field, found).Run();
}

}  // namespace sweepd
