#include "server/spec/category_builder.h"

#include <cmath>
#include <map>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "server/core/plain_number.h"

namespace sweepd {
namespace {

class CategoryBuilder {
 public:
  CategoryBuilder(const ParameterDraft& draft, const std::string& path, ProblemList& found)
      : draft_(draft), path_(path), found_(found) {}

  std::optional<Distribution> Build(bool are_weighted) {
    if (!draft_.values.value.has_value()) return std::nullopt;
    if (are_weighted && (!draft_.probabilities.value.has_value() || !CheckProbabilities())) return std::nullopt;
    WeightedCategorical law;
    std::map<std::string, size_t> seen;
    for (size_t i = 0; i < draft_.values.value->size(); ++i) {
      const Value& value = (*draft_.values.value)[i];
      const double probability = are_weighted ? (*draft_.probabilities.value)[i] : 1;
      const auto [at, is_new] = seen.emplace(GridKey(value), law.values.size());
      if (!is_new) {
        law.probabilities[at->second] += probability;
        WarnOfValue(i, are_weighted ? "equals an earlier value and adds its probability to it"
                                    : "equals an earlier value and is left out");
        continue;
      }
      law.values.push_back(value);
      law.probabilities.push_back(probability);
    }
    if (!are_weighted) return Categorical{std::move(law.values)};
    RemoveImpossible(law);
    return law;
  }

 private:
  void RemoveImpossible(WeightedCategorical& law) {
    for (size_t i = law.values.size(); i-- > 0;) {
      if (law.probabilities[i] > 0) continue;
      found_.Warn(draft_.probabilities.place, absl::StrCat(path_, ".probabilities"),
                  absl::StrCat(ShortText(ToJson(law.values[i])), " has probability 0 and is left out"));
      law.values.erase(law.values.begin() + static_cast<std::ptrdiff_t>(i));
      law.probabilities.erase(law.probabilities.begin() + static_cast<std::ptrdiff_t>(i));
    }
  }

  bool CheckProbabilities() {
    const std::vector<double>& probabilities = *draft_.probabilities.value;
    const std::string path = absl::StrCat(path_, ".probabilities");
    const size_t values = draft_.values.value->size();
    if (probabilities.size() != values) {
      found_.Report(draft_.probabilities.place, path,
                    absl::StrCat("there must be one probability for each value, but there are ", probabilities.size(),
                                 " for ", values, values == 1 ? " value" : " values"));
      return false;
    }
    double sum = 0;
    for (size_t i = 0; i < probabilities.size(); ++i) {
      sum += probabilities[i];
      if (probabilities[i] >= 0) continue;
      found_.Report(ItemPlace(draft_.probability_places, i, draft_.probabilities.place),
                    absl::StrCat(path, "[", i, "]"),
                    absl::StrCat("a probability must not be negative, but is ", PlainNumber(probabilities[i])));
      return false;
    }
    if (std::abs(sum - 1) <= 1e-6) return true;
    found_.Report(draft_.probabilities.place, path,
                  absl::StrCat("the probabilities must sum to 1, but sum to ", PlainNumber(sum)),
                  sum > 0 ? "divide each by the sum" : "");
    return false;
  }

  static Place ItemPlace(const std::vector<Place>& places, size_t i, Place otherwise) {
    return i < places.size() ? places[i] : otherwise;
  }

  void WarnOfValue(size_t i, absl::string_view what) {
    found_.Warn(ItemPlace(draft_.value_places, i, draft_.values.place), absl::StrCat(path_, ".values[", i, "]"),
                absl::StrCat(ShortText(ToJson((*draft_.values.value)[i])), " ", what));
  }

  const ParameterDraft& draft_;
  const std::string& path_;
  ProblemList& found_;
};

}  // namespace

std::optional<Distribution> BuildCategories(const ParameterDraft& draft, bool are_weighted, const std::string& path,
                                            ProblemList& found) {
  return CategoryBuilder(draft, path, found).Build(are_weighted);
}

}  // namespace sweepd
