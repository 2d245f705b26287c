// Both services over real gRPC and real SQLite.
#include <grpcpp/generic/generic_stub.h>

#include <cmath>
#include <set>
#include <thread>
#include <vector>

#include "common/wire_status.h"
#include "tests/support/test_server.h"

namespace sweepd {
namespace {

using SweepStub = v1::SweepService::Stub;
using AgentStub = v1::AgentService::Stub;

TEST(Services, AGridRunsToItsEndWithManyAgentsAtOnce) {
  TestServer server;
  const std::string sweep = server.CreateSweep(kGridFile).id();
  std::vector<std::thread> agents;
  for (int i = 0; i < 4; ++i) {
    agents.emplace_back([&, agent = server.RegisterAgent()] {
      for (auto answer = server.RequestTrial(agent, sweep); !answer.has_done();
           answer = server.RequestTrial(agent, sweep)) {
        if (answer.has_lease()) server.Complete(answer.lease().ref(), answer.lease().assignment().at("a").int_value());
      }
    });
  }
  for (std::thread& agent : agents) agent.join();

  v1::GetSweepRequest get;
  get.set_sweep(sweep);
  const v1::Sweep over = server.Call(server.sweeps(), &SweepStub::GetSweep, get);
  EXPECT_EQ(over.state(), v1::SWEEP_STATE_FINISHED);
  EXPECT_EQ(over.counts().succeeded(), 12);
  EXPECT_EQ(over.grid_size(), 12u);
  EXPECT_EQ(over.best_trial(), 1);
  EXPECT_EQ(over.best_objective(), 1);
}

TEST(Services, ListsArePaged) {
  TestServer server;
  const std::string sweep = server.CreateSweep(kGridFile).id();
  const std::string agent = server.RegisterAgent();
  for (int i = 0; i < 12; ++i) {
    server.Complete(server.RequestTrial(agent, sweep).lease().ref(), 12 - i);
  }
  v1::ListTrialsRequest list;
  list.set_sweep(sweep);
  list.set_page_size(5);
  list.set_order(v1::TRIAL_ORDER_BEST_FIRST);
  std::vector<int64_t> numbers;
  int pages = 0;
  do {
    const v1::ListTrialsResponse page = server.Call(server.sweeps(), &SweepStub::ListTrials, list);
    for (const v1::Trial& trial : page.trials()) numbers.push_back(trial.number());
    list.set_page_token(page.next_page_token());
    ++pages;
  } while (!list.page_token().empty());
  EXPECT_EQ(pages, 3);
  EXPECT_THAT(numbers, testing::ElementsAre(12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1));
}

TEST(Services, MetricsKeepNanAndInfinityAndArePaged) {
  TestServer server;
  const std::string sweep = server.CreateSweep(kGridFile).id();
  const v1::LeaseRef lease = server.RequestTrial(server.RegisterAgent(), sweep).lease().ref();
  v1::ReportMetricsRequest report;
  *report.mutable_lease() = lease;
  const double values[] = {0.5, std::nan(""), -HUGE_VAL, -0.0};
  for (int i = 0; i < 4; ++i) {
    auto& line = *report.add_reports();
    line.set_sequence(i + 1);
    line.set_step(i);
    (*line.mutable_values())["loss"] = values[i];
  }
  EXPECT_EQ(server.Call(server.agents(), &AgentStub::ReportMetrics, report).acked_sequence(), 4);
  v1::ListMetricsRequest list;
  list.set_sweep(sweep);
  list.set_trial(lease.trial());
  list.set_page_size(3);
  const v1::ListMetricsResponse first = server.Call(server.sweeps(), &SweepStub::ListMetrics, list);
  ASSERT_EQ(first.points_size(), 3);
  EXPECT_TRUE(std::isnan(first.points(1).value()));
  EXPECT_EQ(first.points(2).value(), -HUGE_VAL);
  list.set_page_token(first.next_page_token());
  const v1::ListMetricsResponse second = server.Call(server.sweeps(), &SweepStub::ListMetrics, list);
  ASSERT_EQ(second.points_size(), 1);
  EXPECT_TRUE(std::signbit(second.points(0).value()));
}

TEST(Services, EverythingIsThereAfterARestart) {
  TestServer server;
  const v1::Sweep sweep = server.CreateSweep(kGridFile);
  const std::string agent = server.RegisterAgent();
  server.Complete(server.RequestTrial(agent, sweep.id()).lease().ref(), 3);
  const v1::LeaseRef running = server.RequestTrial(agent, sweep.id()).lease().ref();
  v1::GetSweepRequest get;
  get.set_sweep(sweep.id());
  const v1::Sweep before = server.Call(server.sweeps(), &SweepStub::GetSweep, get);
  server.Stop();
  server.Start();
  EXPECT_EQ(server.Call(server.sweeps(), &SweepStub::GetSweep, get).DebugString(), before.DebugString());
  server.Complete(running, 2);
  EXPECT_EQ(server.RequestTrial(agent, sweep.id()).lease().ref().trial(), 3);
}

TEST(Services, ErrorsCarryReasonAndHint) {
  TestServer server;
  grpc::ClientContext context;
  v1::GetSweepRequest get;
  get.set_sweep("absent");
  v1::Sweep sweep;
  const grpc::Status status = server.sweeps().GetSweep(&context, get, &sweep);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(DetailFromWire(status).reason(), "SWEEP_NOT_FOUND");
}

TEST(Services, ReadingTheTrialsOfAnAbsentSweepSaysThatTheSweepIsAbsent) {
  TestServer server;
  const auto reason_of = [&](auto method, auto request, auto response) {
    grpc::ClientContext context;
    request.set_sweep("absent");
    return DetailFromWire((server.sweeps().*method)(&context, request, &response)).reason();
  };
  EXPECT_EQ(reason_of(&SweepStub::GetTrial, v1::GetTrialRequest(), v1::GetTrialResponse()), "SWEEP_NOT_FOUND");
  EXPECT_EQ(reason_of(&SweepStub::ListTrials, v1::ListTrialsRequest(), v1::ListTrialsResponse()), "SWEEP_NOT_FOUND");
  EXPECT_EQ(reason_of(&SweepStub::ListMetrics, v1::ListMetricsRequest(), v1::ListMetricsResponse()), "SWEEP_NOT_FOUND");
}

TEST(Services, AWrongSweepFileIsRefusedWithEveryMistake) {
  TestServer server;
  grpc::ClientContext context;
  v1::CreateSweepRequest create;
  create.set_request_id("r");
  create.mutable_file()->set_name("s.yaml");
  create.mutable_file()->set_text("method: grit\nparameters: {a: {min: 2, max: 1}}\n");
  v1::CreateSweepResponse response;
  const grpc::Status status = server.sweeps().CreateSweep(&context, create, &response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_GE(DetailFromWire(status).problems_size(), 2);
  EXPECT_EQ(server.Call(server.sweeps(), &SweepStub::ListSweeps, v1::ListSweepsRequest()).sweeps_size(), 0);
}

// What the health service answers about `service`, by its wire format: field 1 is the service's name in the request and
// the state in the answer, where 1 is SERVING.
std::string CheckHealth(const TestServer& server, const std::string& service) {
  const auto channel = grpc::CreateChannel(server.address(), grpc::InsecureChannelCredentials());
  grpc::GenericStub stub(channel);
  grpc::ClientContext context;
  grpc::CompletionQueue queue;
  const grpc::Slice request(
      service.empty() ? "" : absl::StrCat("\x0a", std::string(1, static_cast<char>(service.size())), service));
  const grpc::ByteBuffer body(&request, 1);
  auto call = stub.PrepareUnaryCall(&context, "/grpc.health.v1.Health/Check", body, &queue);
  call->StartCall();
  grpc::ByteBuffer answer;
  grpc::Status status;
  call->Finish(&answer, &status, nullptr);
  void* tag = nullptr;
  bool ok = false;
  EXPECT_TRUE(queue.Next(&tag, &ok));
  EXPECT_TRUE(status.ok()) << status.error_message();
  grpc::Slice slice;
  EXPECT_TRUE(answer.DumpToSingleSlice(&slice).ok());
  return std::string(slice.begin(), slice.end());
}

TEST(Services, TheControllerTellsWhatItDoes) {
  TestServer server;
  const v1::Sweep sweep = server.CreateSweep(kGridFile);
  const std::string agent = server.RegisterAgent();
  const v1::RequestTrialResponse running = server.RequestTrial(agent, sweep.id());
  v1::HeartbeatRequest heartbeat;
  heartbeat.set_agent_id(agent);
  *heartbeat.add_running() = running.lease().ref();
  server.Call(server.agents(), &AgentStub::Heartbeat, heartbeat);
  const v1::ServerStats stats = server.Call(server.sweeps(), &SweepStub::GetServerStats, v1::GetServerStatsRequest());
  EXPECT_EQ(stats.running_leases(), 1);
  EXPECT_EQ(stats.live_agents(), 1);
  EXPECT_EQ(stats.commands(), 3);
  EXPECT_EQ(stats.direct_heartbeats(), 1);
  EXPECT_EQ(stats.commit().count(), stats.batches());
  EXPECT_GT(stats.largest_batch(), 0);
}

TEST(Services, HealthIsServing) {
  TestServer server;
  for (const char* service : {"", "sweepd.v1.SweepService", "sweepd.v1.AgentService"}) {
    EXPECT_EQ(CheckHealth(server, service), "\x08\x01") << service;
  }
}

}  // namespace
}  // namespace sweepd
