// The middle of some values.
#pragma once

#include <algorithm>
#include <vector>

namespace sweepd::load {

// Of an even number of values, the mean of the two in the middle. At least one value.
template <class T>
T Median(std::vector<T> values) {
  std::sort(values.begin(), values.end());
  const size_t half = values.size() / 2;
  return values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
}

}  // namespace sweepd::load
