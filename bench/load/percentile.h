// A percentile of some values.
#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

namespace sweepd::load {

// The smallest value that at least `fraction` of the values do not exceed; T() without values.
template <class T>
T Percentile(std::vector<T> values, double fraction) {
  if (values.empty()) return T();
  const auto rank = static_cast<size_t>(std::ceil(fraction * static_cast<double>(values.size())));
  const size_t index = std::min(values.size() - 1, rank == 0 ? 0 : rank - 1);
  std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(index), values.end());
  return values[index];
}

}  // namespace sweepd::load
