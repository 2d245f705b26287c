#include "agent/deadline.h"

#include <gtest/gtest.h>

#include <thread>

#include "common/clock.h"
#include "tests/support/fake_clock.h"

namespace sweepd::agent {
namespace {

TEST(Deadline, PassesOnlyOnceItIsLimited) {
  FakeClock clock;
  Deadline deadline(clock);
  clock.Advance(absl::Hours(1000));
  EXPECT_FALSE(deadline.HasPassed());
  deadline.Limit(absl::Seconds(5));
  EXPECT_FALSE(deadline.HasPassed());
  clock.Advance(absl::Seconds(5));
  EXPECT_TRUE(deadline.HasPassed());
}

TEST(Deadline, NeverMovesAway) {
  FakeClock clock;
  Deadline deadline(clock);
  deadline.Limit(absl::Seconds(5));
  deadline.Limit(absl::Seconds(50));
  clock.Advance(absl::Seconds(5));
  EXPECT_TRUE(deadline.HasPassed());
}

TEST(Deadline, WakesASleeperWhenItPasses) {
  SystemClock clock;
  Deadline deadline(clock);
  bool slept = true;
  std::thread sleeper([&] { slept = deadline.SleepFor(absl::Hours(1)); });
  deadline.Limit(absl::ZeroDuration());
  sleeper.join();
  EXPECT_FALSE(slept);
}

TEST(Deadline, LetsAShortSleepEnd) {
  SystemClock clock;
  Deadline deadline(clock);
  EXPECT_TRUE(deadline.SleepFor(absl::Milliseconds(2)));
}

}  // namespace
}  // namespace sweepd::agent
