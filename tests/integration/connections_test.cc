// Connections that misbehave, over real gRPC: each ends by itself and disturbs nobody.
#include <memory>
#include <vector>

#include "tests/support/raw_connection.h"
#include "tests/support/test_server.h"

namespace sweepd {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

// A call on a connection of its own.
grpc::Status CallAnew(const std::string& address) {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 100);
  const auto channel = grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), arguments);
  grpc::ClientContext context;
  context.set_wait_for_ready(true);
  context.set_deadline(absl::ToChronoTime(absl::Now() + absl::Seconds(20)));
  v1::ListSweepsResponse response;
  return v1::SweepService::NewStub(channel)->ListSweeps(&context, v1::ListSweepsRequest(), &response);
}

TEST(Connections, ASecondServerOnThePortIsRefusedAndToldWhatToDo) {
  TestServer server;
  const absl::Time begin = absl::Now();
  EXPECT_THAT(RpcServer::Start(server.controller(), server.address()).status(),
              StatusIs(absl::StatusCode::kFailedPrecondition, AllOf(HasSubstr("in use"), HasSubstr("--listen"))));
  EXPECT_LT(absl::Now() - begin, absl::Seconds(1));
  EXPECT_TRUE(CallAnew(server.address()).ok());
}

TEST(Connections, OneThatNeverSpeaksIsClosed) {
  TestServer server({.handshake_timeout = absl::Milliseconds(200)});
  RawConnection silent(server.address());
  RawConnection halfway(server.address());
  ASSERT_TRUE(halfway.Send(Http2Preface().substr(0, 10)));
  EXPECT_TRUE(silent.AwaitEnd());
  EXPECT_TRUE(halfway.AwaitEnd());
  EXPECT_TRUE(CallAnew(server.address()).ok());
}

TEST(Connections, OneWhosePeerHasVanishedIsClosed) {
  TestServer server({.keepalive_time = absl::Milliseconds(200), .keepalive_timeout = absl::Milliseconds(200)});
  RawConnection vanished(server.address());
  ASSERT_TRUE(vanished.Send(Http2Preface()));
  EXPECT_TRUE(vanished.AwaitEnd()) << "it answers no ping";
}

TEST(Connections, OneThatSpeaksGarbageIsClosed) {
  TestServer server;
  RawConnection garbage(server.address());
  ASSERT_TRUE(garbage.Send("GET / HTTP/1.1\r\nHost: sweepd\r\n\r\n"));
  EXPECT_TRUE(garbage.AwaitEnd());
  RawConnection later(server.address());
  ASSERT_TRUE(later.Send(Http2Preface()));
  later.Send(std::string(100'000, '\xff'));
  EXPECT_TRUE(later.AwaitEnd());
  EXPECT_TRUE(CallAnew(server.address()).ok());
}

TEST(Connections, OneAddressHasNoMoreThanItsShare) {
  TestServer server({.max_connections_per_address = 4});
  std::vector<std::unique_ptr<RawConnection>> held;
  for (int i = 0; i < 4; ++i) {
    held.push_back(std::make_unique<RawConnection>(server.address()));
    ASSERT_TRUE(held.back()->connected());
  }
  RawConnection fifth(server.address());
  EXPECT_TRUE(fifth.AwaitEnd(absl::Seconds(5))) << "long before the handshake's time is over";
  held.pop_back();
  EXPECT_TRUE(CallAnew(server.address()).ok());
}

TEST(Connections, ThousandsOpenAtOnceAndACallAmongThem) {
  TestServer server;
  std::vector<std::unique_ptr<RawConnection>> held;
  for (int i = 0; i < 2000; ++i) {
    held.push_back(std::make_unique<RawConnection>(server.address()));
    ASSERT_TRUE(held.back()->connected()) << i;
  }
  EXPECT_TRUE(CallAnew(server.address()).ok());
}

}  // namespace
}  // namespace sweepd
