#include "server/core/finite_laws.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "common/status_macros.h"
#include "server/core/grid_value.h"
#include "server/core/plain_number.h"

namespace sweepd::laws {
namespace {

// 0 stands for 2^64, the number of all 64-bit integers.
uint64_t Width(const IntUniform& law) { return static_cast<uint64_t>(law.max) - static_cast<uint64_t>(law.min) + 1; }

double WidthAsDouble(const IntUniform& law) {
  const uint64_t width = Width(law);
  return width == 0 ? 0x1p64 : static_cast<double>(width);
}

std::optional<uint64_t> Find(const std::vector<Value>& values, const Value& value) {
  for (size_t i = 0; i < values.size(); ++i) {
    if (SameGridValue(values[i], value)) return i;
  }
  return std::nullopt;
}

absl::Status CheckDistinct(const std::vector<Value>& values) {
  if (values.empty()) return absl::InvalidArgumentError("values must hold at least one value");
  std::set<std::string> seen;
  for (const Value& value : values) {
    if (!seen.insert(GridKey(value)).second) {
      return absl::InvalidArgumentError(absl::StrCat("values holds ", ToJson(value), " twice"));
    }
  }
  return absl::OkStatus();
}

}  // namespace

uint64_t IndexAt(const Constant&, double) { return 0; }
double UnitOfIndex(const Constant&, uint64_t) { return 0.5; }
uint64_t CountOf(const Constant&) { return 1; }
Value NthValue(const Constant& law, uint64_t) { return law.value; }
absl::Status Validate(const Constant&) { return absl::OkStatus(); }

std::optional<uint64_t> IndexOf(const Constant& law, const Value& value) {
  if (!SameGridValue(law.value, value)) return std::nullopt;
  return 0;
}

uint64_t IndexAt(const Categorical& law, double u) {
  const uint64_t count = law.values.size();
  return std::min(static_cast<uint64_t>(u * static_cast<double>(count)), count - 1);
}

double UnitOfIndex(const Categorical& law, uint64_t index) {
  return (static_cast<double>(index) + 0.5) / static_cast<double>(law.values.size());
}

uint64_t CountOf(const Categorical& law) { return law.values.size(); }
Value NthValue(const Categorical& law, uint64_t index) { return law.values[index]; }
std::optional<uint64_t> IndexOf(const Categorical& law, const Value& value) { return Find(law.values, value); }
absl::Status Validate(const Categorical& law) { return CheckDistinct(law.values); }

uint64_t IndexAt(const WeightedCategorical& law, double u) {
  double cumulative = 0;
  for (uint64_t i = 0; i < law.probabilities.size(); ++i) {
    cumulative += law.probabilities[i];
    if (u < cumulative) return i;
  }
  return law.probabilities.size() - 1;  // the sum may fall short of 1 by rounding
}

double UnitOfIndex(const WeightedCategorical& law, uint64_t index) {
  double before = 0;
  for (uint64_t i = 0; i < index; ++i) before += law.probabilities[i];
  return std::min(before + law.probabilities[index] / 2, 1.0);
}

uint64_t CountOf(const WeightedCategorical& law) { return law.values.size(); }
Value NthValue(const WeightedCategorical& law, uint64_t index) { return law.values[index]; }
std::optional<uint64_t> IndexOf(const WeightedCategorical& law, const Value& value) { return Find(law.values, value); }

absl::Status Validate(const WeightedCategorical& law) {
  RETURN_IF_ERROR(CheckDistinct(law.values));
  if (law.probabilities.size() != law.values.size()) {
    return absl::InvalidArgumentError(absl::StrCat("there must be one probability for each value, but there are ",
                                                   law.probabilities.size(), " for ", law.values.size(), " values"));
  }
  double sum = 0;
  for (const double probability : law.probabilities) {
    if (!(probability > 0)) {
      return absl::InvalidArgumentError(
          absl::StrCat("a probability must be greater than 0, but one is ", PlainNumber(probability)));
    }
    sum += probability;
  }
  if (std::abs(sum - 1) <= 1e-6) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat("the probabilities must sum to 1, but sum to ", PlainNumber(sum)));
}

uint64_t IndexAt(const IntUniform& law, double u) {
  const double cell = std::min(std::floor(u * WidthAsDouble(law)), std::nextafter(0x1p64, 0.0));
  return std::min(static_cast<uint64_t>(cell), Width(law) - 1);
}

double UnitOfIndex(const IntUniform& law, uint64_t index) {
  return (static_cast<double>(index) + 0.5) / WidthAsDouble(law);
}

uint64_t CountOf(const IntUniform& law) {
  const uint64_t width = Width(law);
  return width == 0 ? std::numeric_limits<uint64_t>::max() : width;
}

Value NthValue(const IntUniform& law, uint64_t index) {
  return Value(static_cast<int64_t>(static_cast<uint64_t>(law.min) + index));
}

std::optional<uint64_t> IndexOf(const IntUniform& law, const Value& value) {
  const std::optional<int64_t> whole = WholeNumber(value);
  if (!whole.has_value() || *whole < law.min || *whole > law.max) return std::nullopt;
  return static_cast<uint64_t>(*whole) - static_cast<uint64_t>(law.min);
}

absl::Status Validate(const IntUniform& law) {
  if (law.min < law.max) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("min must be less than max, but min is ", law.min, " and max is ", law.max));
}

}  // namespace sweepd::laws
