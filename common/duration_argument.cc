#include "common/duration_argument.h"

#include <cmath>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace sweepd {
namespace {

// Whether it was understood; `duration` may be anything.
bool Parse(absl::string_view text, absl::Duration& duration) {
  double number = 0;
  if (absl::SimpleAtod(text, &number) && std::isfinite(number)) {
    duration = absl::Seconds(number);
    return true;
  }
  absl::string_view days = text;
  if (absl::ConsumeSuffix(&days, "d") && absl::SimpleAtod(days, &number) && std::isfinite(number)) {
    duration = absl::Hours(24 * number);
    return true;
  }
  return absl::ParseDuration(text, &duration) && duration != absl::InfiniteDuration();
}

}  // namespace

absl::StatusOr<absl::Duration> ParseDurationArgument(absl::string_view text, absl::Duration minimum) {
  absl::Duration duration;
  if (!Parse(absl::StripAsciiWhitespace(text), duration) || duration < minimum) {
    return absl::InvalidArgumentError(absl::StrCat("\"", text, "\" is not a duration of at least ",
                                                   absl::FormatDuration(minimum),
                                                   "; write it like 500ms, 90s, 10m or 1h30m"));
  }
  return duration;
}

}  // namespace sweepd
