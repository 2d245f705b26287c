#include "server/net/descriptor_limit.h"

#include <gtest/gtest.h>

#include "tests/support/status_matchers.h"

namespace sweepd {
namespace {

TEST(DescriptorLimit, LeavesAReserveBesideTheConnections) {
  ASSERT_OK_AND_ASSIGN(const size_t large, RoomForConnections(20'000, 30));
  EXPECT_EQ(large, 20'000u - 30 - 64);
  ASSERT_OK_AND_ASSIGN(const size_t small, RoomForConnections(60, 28));
  EXPECT_EQ(small, 24u);
}

TEST(DescriptorLimit, RefusesALimitWithoutRoom) {
  for (const size_t limit : {20, 30, 31}) {
    EXPECT_THAT(RoomForConnections(limit, 30).status(),
                StatusIs(absl::StatusCode::kFailedPrecondition, testing::HasSubstr("ulimit -n")))
        << limit;
  }
  EXPECT_OK(RoomForConnections(32, 30).status());
}

TEST(DescriptorLimit, FindsRoomInThisProcess) { EXPECT_OK(RoomForConnections().status()); }

}  // namespace
}  // namespace sweepd
