// Requests that are too much, or no requests at all, over real gRPC.
#include <grpcpp/generic/generic_stub.h>

#include <future>
#include <vector>

#include "common/wire_status.h"
#include "tests/support/test_server.h"

namespace sweepd {
namespace {

using ::testing::HasSubstr;

// A connection of its own, which the controller may close for what is sent over it.
std::shared_ptr<grpc::Channel> Stranger(const TestServer& server) {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  return grpc::CreateCustomChannel(server.address(), grpc::InsecureChannelCredentials(), arguments);
}

// Sends bytes as the request of a method.
grpc::Status CallWith(const TestServer& server, const std::string& method, const std::string& bytes,
                      grpc_compression_algorithm compression = GRPC_COMPRESS_NONE) {
  grpc::GenericStub stub(Stranger(server));
  grpc::ClientContext context;
  context.set_compression_algorithm(compression);
  grpc::CompletionQueue queue;
  const grpc::Slice slice(bytes);
  auto call = stub.PrepareUnaryCall(&context, method, grpc::ByteBuffer(&slice, 1), &queue);
  call->StartCall();
  grpc::ByteBuffer answer;
  grpc::Status status;
  call->Finish(&answer, &status, nullptr);
  void* tag = nullptr;
  bool ok = false;
  EXPECT_TRUE(queue.Next(&tag, &ok));
  return status;
}

void ExpectServes(TestServer& server) {
  server.Call(server.sweeps(), &v1::SweepService::Stub::ListSweeps, v1::ListSweepsRequest());
}

TEST(Requests, ALargeOneOfAnAgentIsRefusedUnparsed) {
  TestServer server;
  const grpc::Status status = CallWith(server, "/sweepd.v1.AgentService/ReportMetrics", std::string(2 << 20, '\xff'));
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(status.error_message(), HasSubstr("larger than 1048576 bytes"));
  EXPECT_EQ(DetailFromWire(status).reason(), "BAD_FIELD");
  ExpectServes(server);
}

TEST(Requests, AHugeOneIsRefusedWhoeverSendsIt) {
  TestServer server;
  for (const char* method : {"/sweepd.v1.AgentService/ReportMetrics", "/sweepd.v1.SweepService/CreateSweep"}) {
    const grpc::Status status = CallWith(server, method, std::string(64 << 20, 'x'));
    EXPECT_EQ(status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED) << method;
  }
  ExpectServes(server);
}

TEST(Requests, ACompressedOneIsRefusedUnread) {
  TestServer server;
  const grpc::Status status =
      CallWith(server, "/sweepd.v1.SweepService/CreateSweep", std::string(64 << 20, '\0'), GRPC_COMPRESS_GZIP);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::UNIMPLEMENTED);
  EXPECT_THAT(status.error_message(), HasSubstr("gzip"));
  ExpectServes(server);
}

TEST(Requests, ATextThatIsNotUtf8IsRefusedWithTheReason) {
  TestServer server;
  v1::CreateSweepRequest create;
  create.set_request_id("r");
  create.mutable_file()->set_text("method: grid\nprogram: gr\xfc\xdf.py\n");
  v1::HeartbeatRequest heartbeat;
  heartbeat.set_agent_id("\xff");
  for (const grpc::Status& status :
       {CallWith(server, "/sweepd.v1.SweepService/CreateSweep", create.SerializeAsString()),
        CallWith(server, "/sweepd.v1.AgentService/Heartbeat", heartbeat.SerializeAsString())}) {
    EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
    EXPECT_THAT(status.error_message(), HasSubstr("not UTF-8"));
  }
}

TEST(Requests, BytesThatAreNoMessageAreRefused) {
  TestServer server;
  EXPECT_EQ(CallWith(server, "/sweepd.v1.AgentService/FinishTrial", "\xff\xff\xff").error_code(),
            grpc::StatusCode::INVALID_ARGUMENT);
}

TEST(Requests, HugeMetadataIsRefusedAndDisturbsNobodyElse) {
  TestServer server;
  ExpectServes(server);
  grpc::ClientContext context;
  context.AddMetadata("x", std::string(100'000, 'x'));
  v1::ListSweepsResponse response;
  const auto stranger = v1::SweepService::NewStub(Stranger(server));
  const grpc::Status status = stranger->ListSweeps(&context, v1::ListSweepsRequest(), &response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED) << status.error_message();
  ExpectServes(server);
}

TEST(Requests, MoreAtOnceThanAConnectionTakesAreAllAnswered) {
  TestServer server;
  std::vector<std::future<void>> calls;
  for (int i = 0; i < 200; ++i) {
    calls.push_back(std::async(std::launch::async, [&server] { ExpectServes(server); }));
  }
  for (std::future<void>& call : calls) call.get();
}

}  // namespace
}  // namespace sweepd
