// What a controller with too little of something tells its callers, over real gRPC.
#include <string>

#include "absl/synchronization/notification.h"
#include "common/retry.h"
#include "common/retry_after.h"
#include "common/wire_status.h"
#include "server/core/limits.h"
#include "tests/support/test_server.h"

namespace sweepd {
namespace {

// Creates sweeps until the database has reached its largest size; returns that answer.
grpc::Status FillUp(TestServer& server, grpc::ClientContext& context) {
  v1::CreateSweepRequest create;
  create.mutable_file()->set_text(absl::StrCat(kGridFile, "# ", std::string(200'000, 'x'), "\n"));
  for (int i = 0; i < 100; ++i) {
    grpc::ClientContext one;
    create.set_request_id(absl::StrCat("request-", i));
    v1::CreateSweepResponse response;
    if (!server.sweeps().CreateSweep(&one, create, &response).ok()) break;
  }
  v1::CreateSweepResponse response;
  return server.sweeps().CreateSweep(&context, create, &response);
}

TEST(BackPressure, AFullDiskIsToldWithTheTimeToComeBack) {
  TestServer server({}, {.max_bytes = 2 << 20});
  grpc::ClientContext context;
  const grpc::Status full = FillUp(server, context);
  ASSERT_EQ(full.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED) << full.error_message();
  EXPECT_EQ(DetailFromWire(full).reason(), "DISK_FULL");
  EXPECT_EQ(RetryAfterOf(StatusFromWire(full)), kDiskFullRetryAfter);
  EXPECT_TRUE(IsTransient(StatusFromWire(full)));
  const auto& trailers = context.GetServerTrailingMetadata();
  const auto pushback = trailers.find("grpc-retry-pushback-ms");
  ASSERT_NE(pushback, trailers.end());
  EXPECT_EQ(std::string(pushback->second.begin(), pushback->second.end()), "1000");
}

TEST(BackPressure, ReadsGoOnWhileTheDiskIsFull) {
  TestServer server({}, {.max_bytes = 2 << 20});
  grpc::ClientContext context;
  ASSERT_FALSE(FillUp(server, context).ok());
  EXPECT_GT(server.Call(server.sweeps(), &v1::SweepService::Stub::ListSweeps, v1::ListSweepsRequest()).sweeps_size(),
            0);
}

TEST(BackPressure, ReadsNobodyWaitsForAreNotMade) {
  TestServer server;
  // Both reading threads wait, so that the read waits for longer than its caller.
  absl::Notification go_on;
  for (int i = 0; i < 2; ++i) {
    server.controller().read_pool().Run([&go_on](StoreReader&) { go_on.WaitForNotification(); });
  }
  grpc::ClientContext context;
  context.set_deadline(absl::ToChronoTime(absl::Now() + absl::Milliseconds(50)));
  v1::ListSweepsResponse response;
  EXPECT_EQ(server.sweeps().ListSweeps(&context, v1::ListSweepsRequest(), &response).error_code(),
            grpc::StatusCode::DEADLINE_EXCEEDED);
  go_on.Notify();
  server.Call(server.sweeps(), &v1::SweepService::Stub::ListSweeps, v1::ListSweepsRequest());
}

}  // namespace
}  // namespace sweepd
