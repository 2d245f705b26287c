// The type of an unquoted YAML scalar, by the core schema of YAML 1.2 (section 10.3.2 of its specification).
//
// 1e-5 is a number, 0x1F and 0o17 are integers, 010 is ten; yes, no, on and off are strings.
#pragma once

#include "absl/strings/string_view.h"
#include "common/value.h"

namespace sweepd {

struct Scalar {
  // What the text stands for. An integer beyond 64 bits becomes a floating-point number. For a number that is not
  // finite (.inf, .nan, or too large to hold) it is the text itself.
  Value value;
  bool is_finite = true;
};

Scalar ResolveScalar(absl::string_view text);

}  // namespace sweepd
