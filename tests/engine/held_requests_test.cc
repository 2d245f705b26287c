#include "server/engine/held_requests.h"

#include <gtest/gtest.h>

namespace sweepd {
namespace {

HeldRequest RequestOf(const std::string& id, std::vector<std::string> sweeps, int deadline_seconds = 20) {
  return {{"agent", id, 0, std::move(sweeps)}, absl::Seconds(deadline_seconds), [] { return false; }, nullptr};
}

std::string IdOf(const std::optional<HeldRequest>& held) { return held.has_value() ? held->request.request_id : ""; }

TEST(HeldRequests, AGroupIsServedInTheOrderOfArrival) {
  HeldRequests held;
  held.Add(RequestOf("1", {"a"}));
  held.Add(RequestOf("2", {"b"}));
  held.Add(RequestOf("3", {"a"}));
  EXPECT_EQ(IdOf(held.TakeFirst({"a"})), "1");
  EXPECT_EQ(IdOf(held.TakeFirst({"a"})), "3");
  EXPECT_EQ(IdOf(held.TakeFirst({"a"})), "");
  EXPECT_EQ(held.size(), 1U);
}

TEST(HeldRequests, ARequestThatIsPutBackIsTheFirstAgain) {
  HeldRequests held;
  held.Add(RequestOf("1", {"a"}));
  held.Add(RequestOf("2", {"a"}));
  held.PutBack(*held.TakeFirst({"a"}));
  EXPECT_EQ(IdOf(held.TakeFirst({"a"})), "1");
}

TEST(HeldRequests, ARepeatedRequestTakesThePlaceOfTheEarlierOne) {
  HeldRequests held;
  EXPECT_FALSE(held.Add(RequestOf("1", {"a"}, 10)).has_value());
  EXPECT_FALSE(held.Add(RequestOf("2", {"a"}, 10)).has_value());
  EXPECT_EQ(IdOf(held.Add(RequestOf("1", {"a"}, 30))), "1");
  EXPECT_EQ(held.size(), 2U);
  const std::optional<HeldRequest> first = held.TakeFirst({"a"});
  EXPECT_EQ(IdOf(first), "1");
  EXPECT_EQ(first->deadline, absl::Seconds(30));
}

TEST(HeldRequests, AChangeConcernsTheGroupsThatNameTheSweepAndThoseThatTakeAny) {
  HeldRequests held;
  held.Add(RequestOf("1", {"a", "b"}));
  held.Add(RequestOf("2", {"c"}));
  held.Add(RequestOf("3", {}));
  EXPECT_EQ(held.GroupsThatWant({"b"}), (std::vector<HeldRequests::Group>{{}, {"a", "b"}}));
  EXPECT_TRUE(held.GroupsThatWant({}).empty());
}

TEST(HeldRequests, TheOneWhoseTimeIsOverIsTakenFirst) {
  HeldRequests held;
  EXPECT_EQ(held.NextDeadline(), absl::InfiniteDuration());
  held.Add(RequestOf("1", {"a"}, 20));
  held.Add(RequestOf("2", {"a"}, 10));
  EXPECT_EQ(held.NextDeadline(), absl::Seconds(10));
  EXPECT_EQ(IdOf(held.TakeDue(absl::Seconds(9))), "");
  EXPECT_EQ(IdOf(held.TakeDue(absl::Seconds(10))), "2");
  EXPECT_EQ(IdOf(held.TakeDue(absl::Seconds(10))), "");
  EXPECT_EQ(IdOf(held.TakeAny()), "1");
  EXPECT_EQ(held.NextDeadline(), absl::InfiniteDuration());
}

}  // namespace
}  // namespace sweepd
