// A number in a message, as its author would have written it.
#pragma once

#include <string>

#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "common/value.h"

namespace sweepd {

// The shortest text that reads back as the number: 16 and 0.1, where FormatDouble tells 16.0 from the integer 16.
inline std::string PlainNumber(double number) {
  const std::string text = FormatDouble(number);
  return std::string(absl::StripSuffix(text, ".0"));
}

}  // namespace sweepd
