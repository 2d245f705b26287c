#include "server/wire/error_wire.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/wire_status.h"
#include "server/core/errors.h"

namespace sweepd {
namespace {

TEST(ErrorWire, CarriesCodeMessageReasonAndHint) {
  const absl::Status error = SweepNotFound("abc");
  const grpc::Status wire = ErrorToWire(error);
  EXPECT_EQ(wire.error_code(), grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(StatusFromWire(wire).message(), error.message());
  EXPECT_EQ(DetailFromWire(wire).reason(), "SWEEP_NOT_FOUND");
  EXPECT_THAT(DetailFromWire(wire).hint(), testing::HasSubstr("sweepctl list"));
}

TEST(ErrorWire, ASequenceGapSaysWhatIsExpected) {
  EXPECT_EQ(DetailFromWire(ErrorToWire(SequenceGap({"abc", 1}, 5, 9))).expected_sequence(), 5);
}

TEST(ErrorWire, OkStaysOk) { EXPECT_TRUE(ErrorToWire(absl::OkStatus()).ok()); }

TEST(ErrorWire, EveryProblemOfASweepFileTravels) {
  const grpc::Status wire =
      ProblemsToWire({{"s.yaml", 1, 2, "method", "wrong", "right"}, {"s.yaml", 3, 4, "a", "b", ""}});
  EXPECT_EQ(wire.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(wire.error_message(), testing::HasSubstr("(and 1 more)"));
  const v1::ErrorDetail detail = DetailFromWire(wire);
  ASSERT_EQ(detail.problems_size(), 2);
  EXPECT_EQ(detail.problems(0).line(), 1);
  EXPECT_EQ(detail.problems(0).column(), 2);
  EXPECT_EQ(detail.problems(0).hint(), "right");
}

TEST(ErrorWire, AForeignDetailIsIgnored) {
  EXPECT_EQ(DetailFromWire(grpc::Status(grpc::StatusCode::INTERNAL, "m", "not a proto")).reason(), "");
}

}  // namespace
}  // namespace sweepd
