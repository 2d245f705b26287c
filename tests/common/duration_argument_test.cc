#include "common/duration_argument.h"

#include "tests/support/status_matchers.h"

namespace sweepd {
namespace {

TEST(DurationArgument, ReadsWhatPeopleType) {
  const struct {
    const char* text;
    absl::Duration duration;
  } good[] = {{"500ms", absl::Milliseconds(500)}, {"90", absl::Seconds(90)},    {"1.5s", absl::Seconds(1.5)},
              {"10m", absl::Minutes(10)},         {"1h30m", absl::Minutes(90)}, {" 2d ", absl::Hours(48)}};
  for (const auto& c : good) {
    ASSERT_OK_AND_ASSIGN(const absl::Duration duration, ParseDurationArgument(c.text, absl::Milliseconds(1)));
    EXPECT_EQ(duration, c.duration) << c.text;
  }
  for (const char* bad : {"", "0", "-3s", "soon", "10 minutes", "inf", "infd", "nan"}) {
    EXPECT_THAT(ParseDurationArgument(bad, absl::Milliseconds(1)), StatusIsCode(absl::StatusCode::kInvalidArgument))
        << bad;
  }
}

}  // namespace
}  // namespace sweepd
