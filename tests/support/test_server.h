// sweepd in the test's process: SQLite file, engine and gRPC server on a free loopback port.
#pragma once

#include <grpcpp/grpcpp.h>

#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/clock.h"
#include "common/ids.h"
#include "server/engine/controller.h"
#include "server/rpc/server.h"
#include "server/store/sqlite/open.h"
#include "sweepd/v1/agent_service.grpc.pb.h"
#include "sweepd/v1/sweep_service.grpc.pb.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temporary_folder.h"

namespace sweepd {

class TestServer {
 public:
  explicit TestServer(RpcOptions rpc = {}, SqliteOptions store = {}) : rpc_options_(rpc), store_options_(store) {
    Start();
  }
  ~TestServer() { Stop(); }

  void Start() {
    absl::StatusOr<std::unique_ptr<Store>> store = OpenSqliteStore(folder_.File("data"), store_options_);
    ASSERT_OK(store);
    auto controller = Controller::Start({}, *std::move(store), clock_, ids_, "test key",
                                        [](const absl::Status& status) { ADD_FAILURE() << status; });
    ASSERT_OK(controller);
    controller_ = *std::move(controller);
    auto server = RpcServer::Start(*controller_, address_, rpc_options_);
    ASSERT_OK(server);
    server_ = *std::move(server);
    address_ = server_->address();
    const auto channel = grpc::CreateChannel(address_, grpc::InsecureChannelCredentials());
    sweeps_ = v1::SweepService::NewStub(channel);
    agents_ = v1::AgentService::NewStub(channel);
  }

  void Stop() {
    if (server_ != nullptr) server_->Shutdown(absl::Seconds(1));
    server_.reset();
    controller_.reset();
  }

  // Calls `method` of a stub and returns its answer; the test fails when the status is not OK.
  template <class Stub, class Request, class Response>
  Response Call(Stub& stub, grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                const Request& request) {
    grpc::ClientContext context;
    Response response;
    const grpc::Status status = (stub.*method)(&context, request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response;
  }

  v1::Sweep CreateSweep(const std::string& yaml) {
    v1::CreateSweepRequest request;
    request.set_request_id(MakeToken(ids_));
    request.mutable_file()->set_name("sweep.yaml");
    request.mutable_file()->set_text(yaml);
    return Call(sweeps(), &v1::SweepService::Stub::CreateSweep, request).sweep();
  }

  std::string RegisterAgent() {
    v1::RegisterAgentRequest request;
    request.set_request_id(MakeToken(ids_));
    request.set_name("agent");
    request.set_host("host");
    request.set_slots(1);
    return Call(agents(), &v1::AgentService::Stub::RegisterAgent, request).agent().id();
  }

  v1::RequestTrialResponse RequestTrial(const std::string& agent, const std::string& sweep) {
    v1::RequestTrialRequest request;
    request.set_agent_id(agent);
    request.set_request_id(MakeToken(ids_));
    request.add_sweeps(sweep);
    request.mutable_wait()->set_seconds(20);
    return Call(agents(), &v1::AgentService::Stub::RequestTrial, request);
  }

  // Reports one loss and ends the attempt well.
  void Complete(const v1::LeaseRef& lease, double loss) {
    v1::ReportMetricsRequest report;
    *report.mutable_lease() = lease;
    report.add_reports()->set_sequence(1);
    (*report.mutable_reports(0)->mutable_values())["loss"] = loss;
    Call(agents(), &v1::AgentService::Stub::ReportMetrics, report);
    v1::FinishTrialRequest finish;
    *finish.mutable_lease() = lease;
    finish.set_outcome(v1::OUTCOME_COMPLETED);
    finish.set_exit_code(0);
    finish.set_last_sequence(1);
    EXPECT_EQ(Call(agents(), &v1::AgentService::Stub::FinishTrial, finish).state(), v1::TRIAL_STATE_SUCCEEDED);
  }

  v1::SweepService::Stub& sweeps() { return *sweeps_; }
  v1::AgentService::Stub& agents() { return *agents_; }
  const std::string& address() const { return address_; }
  Controller& controller() { return *controller_; }

 private:
  const RpcOptions rpc_options_;
  const SqliteOptions store_options_;
  TemporaryFolder folder_;
  std::string address_ = "127.0.0.1:0";
  SystemClock clock_;
  RandomIdSource ids_;
  std::unique_ptr<Controller> controller_;
  std::unique_ptr<RpcServer> server_;
  std::unique_ptr<v1::SweepService::Stub> sweeps_;
  std::unique_ptr<v1::AgentService::Stub> agents_;
};

inline constexpr char kGridFile[] = R"(
method: grid
metric: {name: loss, goal: minimize}
program: train.py
parameters:
  a: {values: [1, 2, 3]}
  b: {values: [x, y, z, w]}
)";

}  // namespace sweepd
