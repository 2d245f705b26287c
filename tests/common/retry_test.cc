#include "common/retry.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <set>
#include <vector>

#include "common/retry_after.h"
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

TEST(RetryLoop, StaysAwayForAsLongAsTheFailureAsks) {
  Sleeper sleeper;
  int tries = 0;
  EXPECT_OK(RetryLoop({}, Rng(1, 1), sleeper, [&] {
    if (++tries == 1) return WithRetryAfter(absl::ResourceExhaustedError("full"), absl::Seconds(3));
    return tries == 2 ? absl::UnavailableError("") : absl::OkStatus();
  }));
  ASSERT_THAT(sleeper.waits, SizeIs(2));
  EXPECT_GE(sleeper.waits[0], absl::Seconds(3));
  EXPECT_LT(sleeper.waits[0], absl::Seconds(3) + RetryPolicy().initial_delay);
  EXPECT_LT(sleeper.waits[1], absl::Seconds(1)) << "the wish is of one failure only";
}

TEST(RetryLoop, CallersWhoAreTurnedAwayTogetherDoNotComeBackTogether) {
  std::set<absl::Duration> waits;
  for (uint64_t seed = 0; seed < 100; ++seed) {
    Sleeper sleeper;
    sleeper.patience = 1;
    RetryLoop({}, Rng(seed, 0), sleeper, [] {
      return WithRetryAfter(absl::UnavailableError("restart"), absl::Seconds(1));
    }).IgnoreError();
    waits.insert(sleeper.waits[0]);
  }
  EXPECT_GT(waits.size(), 90u);
  EXPECT_GE(*waits.begin(), absl::Seconds(1));
}

TEST(RetryLoop, DoesNotSendAMessageAgainThatIsTooLarge) {
  Sleeper sleeper;
  EXPECT_THAT(RetryLoop({}, Rng(1, 1), sleeper, [] { return absl::ResourceExhaustedError("message larger than max"); }),
              StatusIsCode(absl::StatusCode::kResourceExhausted));
  EXPECT_THAT(sleeper.waits, IsEmpty());
}

TEST(Backoff, HeedsAWishOnlyUpToAMinute) {
  Backoff backoff({}, Rng(1, 1));
  EXPECT_LT(backoff.NextDelay(WithRetryAfter(absl::UnavailableError(""), absl::Hours(5))), absl::Seconds(61));
}

TEST(RetryAfter, TravelsWithAStatus) {
  EXPECT_EQ(RetryAfterOf(WithRetryAfter(absl::UnavailableError(""), absl::Milliseconds(250))), absl::Milliseconds(250));
  EXPECT_EQ(RetryAfterOf(WithRetryAfter(absl::UnavailableError(""), -absl::Seconds(1))), absl::ZeroDuration());
  EXPECT_EQ(RetryAfterOf(absl::UnavailableError("")), std::nullopt);
  EXPECT_OK(WithRetryAfter(absl::OkStatus(), absl::Seconds(1)));
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
  for (const auto& status :
       {absl::UnavailableError(""), absl::DeadlineExceededError(""), absl::AbortedError(""),
        WithRetryAfter(absl::ResourceExhaustedError("the queue or the disk is full"), absl::ZeroDuration())}) {
    EXPECT_TRUE(IsTransient(status)) << status;
  }
  for (const auto& status :
       {absl::OkStatus(), absl::InternalError(""), absl::FailedPreconditionError(""), absl::InvalidArgumentError(""),
        absl::UnauthenticatedError(""), absl::ResourceExhaustedError("the message is too large")}) {
    EXPECT_FALSE(IsTransient(status)) << status;
  }
}

}  // namespace
}  // namespace sweepd
