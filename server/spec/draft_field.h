// One key of a draft, which may be missing or wrong.
#pragma once

#include <optional>

#include "server/spec/problem.h"

namespace sweepd {

template <class T>
struct Field {
  std::optional<T> value;
  Place place;  // of the value
  Place key_place;
  // It was written, but not as a T, and that is reported already: it is neither used nor missed.
  bool is_faulty = false;

  bool is_given() const { return value.has_value() || is_faulty; }
};

}  // namespace sweepd
