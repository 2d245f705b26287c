#include "common/retry.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "tests/support/status_matchers.h"

namespace sweepd {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

// Remembers the waits instead of waiting.
struct Sleeper {
  mutable std::vector<absl::Duration> waits;  // FunctionRef calls through a const reference
  size_t patience = 1000;

  bool operator()(absl::Duration wait) const {
    waits.push_back(wait);
    return waits.size() < patience;
  }
};

TEST(RetryLoop, ReturnsTheFirstSuccess) {
  Sleeper sleeper;
  int tries = 0;
  EXPECT_OK(
      RetryLoop({}, Rng(1, 1), sleeper, [&] { return ++tries < 4 ? absl::UnavailableError("") : absl::OkStatus(); }));
  EXPECT_EQ(tries, 4);
  EXPECT_THAT(sleeper.waits, SizeIs(3));
}

TEST(RetryLoop, DoesNotRepeatAnErrorThatWillStay) {
  Sleeper sleeper;
  EXPECT_THAT(RetryLoop({}, Rng(1, 1), sleeper, [] { return absl::NotFoundError("gone"); }),
              StatusIs(absl::StatusCode::kNotFound, "gone"));
  EXPECT_THAT(sleeper.waits, IsEmpty());
}

TEST(RetryLoop, GivesUpWithTheLastErrorWhenItsTimeIsSpent) {
  Sleeper sleeper;
  RetryPolicy policy;
  policy.give_up_after = absl::Seconds(30);
  int tries = 0;
  const absl::Status status = RetryLoop(policy, Rng(1, 1), sleeper, [&] {
    ++tries;
    return absl::UnavailableError(std::to_string(tries));
  });
  EXPECT_EQ(status.message(), std::to_string(tries));
  absl::Duration total;
  for (const absl::Duration wait : sleeper.waits) total += wait;
  EXPECT_LE(total, absl::Seconds(30));
  EXPECT_GT(total, absl::Seconds(20));
}

TEST(RetryLoop, StopsWhenTheSleeperSaysSo) {
  Sleeper sleeper;
  sleeper.patience = 2;
  EXPECT_THAT(RetryLoop({}, Rng(1, 1), sleeper, [] { return absl::AbortedError(""); }),
              StatusIsCode(absl::StatusCode::kAborted));
  EXPECT_THAT(sleeper.waits, SizeIs(2));
}

TEST(Backoff, DoublesItsBoundUpToTheLargest) {
  RetryPolicy policy;
  policy.initial_delay = absl::Milliseconds(100);
  policy.max_delay = absl::Seconds(1);
  const double bounds[] = {0.1, 0.2, 0.4, 0.8, 1, 1, 1};
  std::vector<double> longest(std::size(bounds));
  for (uint64_t seed = 0; seed < 200; ++seed) {
    Backoff backoff(policy, Rng(seed, 0));
    for (size_t i = 0; i < std::size(bounds); ++i) {
      const double wait = absl::ToDoubleSeconds(backoff.NextDelay());
      EXPECT_GE(wait, 0);
      EXPECT_LT(wait, bounds[i]);
      longest[i] = std::max(longest[i], wait);
    }
    backoff.Reset();
    EXPECT_LT(backoff.NextDelay(), absl::Milliseconds(100));
  }
  for (size_t i = 0; i < std::size(bounds); ++i)
    EXPECT_GT(longest[i], 0.9 * bounds[i]) << "full jitter reaches the bound";
}

TEST(IsTransient, KnowsWhatMayGoAway) {
  for (const auto& status : {absl::UnavailableError(""), absl::DeadlineExceededError(""),
                             absl::ResourceExhaustedError(""), absl::AbortedError("")}) {
    EXPECT_TRUE(IsTransient(status)) << status;
  }
  for (const auto& status : {absl::OkStatus(), absl::InternalError(""), absl::FailedPreconditionError(""),
                             absl::InvalidArgumentError(""), absl::UnauthenticatedError("")}) {
    EXPECT_FALSE(IsTransient(status)) << status;
  }
}

}  // namespace
}  // namespace sweepd
