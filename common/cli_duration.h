// Durations on command lines: "90s", "1h30m".
#pragma once

#include <functional>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"

namespace sweepd {

// A check for CLI11: "" when the text is a duration of at least `minimum`, otherwise what is wrong.
inline std::function<std::string(const std::string&)> CheckDuration(absl::Duration minimum) {
  return [minimum](const std::string& text) -> std::string {
    absl::Duration duration;
    if (!absl::ParseDuration(text, &duration)) return absl::StrCat("\"", text, "\" is not a duration such as 90s or 1h30m");
    if (duration < minimum) return absl::StrCat("must be at least ", absl::FormatDuration(minimum));
    return "";
  };
}

}  // namespace sweepd
