#include "server/wire/error_wire.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/retry.h"
#include "common/retry_after.h"
#include "common/wire_status.h"
#include "server/core/errors.h"
#include "server/core/limits.h"

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

TEST(ErrorWire, AnErrorThatMayGoAwaySaysWhenToComeBack) {
  struct Case {
    absl::Status error;
    const char* reason;
    absl::Duration retry_after;
  };
  for (const Case& c :
       {Case{Overloaded("1000 reports wait", absl::Milliseconds(1500)), "OVERLOADED", absl::Milliseconds(1500)},
        Case{DiskFull("cannot commit: database or disk is full"), "DISK_FULL", kDiskFullRetryAfter},
        Case{ShuttingDown(), "SHUTTING_DOWN", kRestartRetryAfter}}) {
    const grpc::Status wire = ErrorToWire(c.error);
    EXPECT_EQ(DetailFromWire(wire).reason(), c.reason);
    EXPECT_EQ(RetryAfterOf(StatusFromWire(wire)), c.retry_after) << c.reason;
    EXPECT_TRUE(IsTransient(StatusFromWire(wire))) << c.reason;
    // Libraries that know google.rpc.RetryInfo find it by this name.
    v1::RpcStatus packed;
    ASSERT_TRUE(packed.ParseFromString(wire.error_details()));
    ASSERT_EQ(packed.details_size(), 2);
    EXPECT_EQ(packed.details(1).type_url(), "type.googleapis.com/google.rpc.RetryInfo");
  }
  EXPECT_EQ(RetryAfterOf(StatusFromWire(ErrorToWire(SweepNotFound("abc")))), std::nullopt);
}

TEST(ErrorWire, KnowsWhatGrpcRanOutOf) {
  const auto of_grpc = [](const char* message) {
    return StatusFromWire(grpc::Status(grpc::StatusCode::RESOURCE_EXHAUSTED, message));
  };
  EXPECT_FALSE(IsTransient(of_grpc("Received message larger than max (5242880 vs. 4194304)")));
  EXPECT_FALSE(IsTransient(of_grpc("Sent message larger than max (5242880 vs. 4194304)")));
  EXPECT_TRUE(IsTransient(of_grpc("Received RST_STREAM with error code 11")));
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
