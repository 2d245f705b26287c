#include "agent/grpc_controller.h"

#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <cmath>
#include <thread>

#include "absl/strings/str_cat.h"
#include "common/retry.h"
#include "common/retry_after.h"
#include "common/wire_status.h"
#include "sweepd/v1/agent_service.grpc.pb.h"
#include "tests/support/status_matchers.h"

namespace sweepd::agent {
namespace {

using testing::ElementsAre;

// Answers as a test sets it up, and remembers what it was asked.
class ScriptedService final : public v1::AgentService::Service {
 public:
  grpc::Status RegisterAgent(grpc::ServerContext*, const v1::RegisterAgentRequest* request,
                             v1::RegisterAgentResponse* response) override {
    absl::MutexLock lock(&mutex_);
    registrations_.push_back(*request);
    known_agent_ = absl::StrCat("agent-", registrations_.size());
    response->mutable_agent()->set_id(known_agent_);
    response->mutable_heartbeat_interval()->set_seconds(10);
    response->mutable_lease_ttl()->set_seconds(60);
    return grpc::Status::OK;
  }

  grpc::Status RequestTrial(grpc::ServerContext* context, const v1::RequestTrialRequest* request,
                            v1::RequestTrialResponse* response) override {
    {
      absl::MutexLock lock(&mutex_);
      if (request->agent_id() != known_agent_) return AgentNotFound();
      last_request_ = *request;
      *response = answer_;
      if (!error_.ok()) return error_;
    }
    if (response->answer_case() == v1::RequestTrialResponse::ANSWER_NOT_SET) {
      {
        absl::MutexLock lock(&mutex_);
        ++waiting_;
      }
      while (!context->IsCancelled()) absl::SleepFor(absl::Milliseconds(1));
      return grpc::Status::CANCELLED;
    }
    return grpc::Status::OK;
  }

  grpc::Status ReportMetrics(grpc::ServerContext*, const v1::ReportMetricsRequest* request,
                             v1::ReportMetricsResponse* response) override {
    absl::MutexLock lock(&mutex_);
    if (!error_.ok()) return error_;
    last_report_ = *request;
    response->set_acked_sequence(request->reports(request->reports_size() - 1).sequence());
    response->set_directive(v1::DIRECTIVE_STOP);
    return grpc::Status::OK;
  }

  grpc::Status Heartbeat(grpc::ServerContext*, const v1::HeartbeatRequest* request,
                         v1::HeartbeatResponse* response) override {
    absl::MutexLock lock(&mutex_);
    if (request->agent_id() != known_agent_) return AgentNotFound();
    for (const v1::LeaseRef& lease : request->running()) {
      response->add_directives(lease.token() == "good" ? v1::DIRECTIVE_CONTINUE : v1::DIRECTIVE_LEASE_LOST);
    }
    return grpc::Status::OK;
  }

  grpc::Status FinishTrial(grpc::ServerContext*, const v1::FinishTrialRequest* request,
                           v1::FinishTrialResponse* response) override {
    absl::MutexLock lock(&mutex_);
    if (!error_.ok()) return error_;
    last_finish_ = *request;
    response->set_state(v1::TRIAL_STATE_FAILED);
    response->set_reason(v1::TRIAL_REASON_NO_METRIC);
    return grpc::Status::OK;
  }

  void Answer(v1::RequestTrialResponse answer) {
    absl::MutexLock lock(&mutex_);
    answer_ = std::move(answer);
  }
  void FailWith(const absl::Status& status, const std::string& reason, int64_t expected_sequence = 0) {
    absl::MutexLock lock(&mutex_);
    v1::ErrorDetail detail;
    detail.set_reason(reason);
    detail.set_expected_sequence(expected_sequence);
    error_ = StatusToWire(status, detail);
  }
  // The same without an ErrorDetail: gRPC's own words.
  void FailWithBare(const grpc::Status& status) {
    absl::MutexLock lock(&mutex_);
    error_ = status;
  }
  // Returns once `count` requests for trials are held.
  void AwaitWaiting(int count) {
    absl::MutexLock lock(&mutex_);
    const auto enough = [&] { return waiting_ >= count; };
    mutex_.Await(absl::Condition(&enough));
  }

  absl::Mutex mutex_;
  std::vector<v1::RegisterAgentRequest> registrations_;
  v1::RequestTrialRequest last_request_;
  v1::ReportMetricsRequest last_report_;
  v1::FinishTrialRequest last_finish_;

 private:
  static grpc::Status AgentNotFound() {
    v1::ErrorDetail detail;
    detail.set_reason("AGENT_NOT_FOUND");
    return StatusToWire(absl::NotFoundError("no such agent"), detail);
  }

  std::string known_agent_;
  v1::RequestTrialResponse answer_;
  grpc::Status error_;
  int waiting_ = 0;
};

class GrpcControllerTest : public testing::Test {
 protected:
  GrpcControllerTest() { Listen(); }
  ~GrpcControllerTest() override { Stop(); }

  // On the same port as before, when there was one.
  void Listen() {
    service_ = std::make_unique<ScriptedService>();
    grpc::ServerBuilder builder;
    builder.AddListeningPort(absl::StrCat("127.0.0.1:", port_), grpc::InsecureServerCredentials(), &port_);
    builder.AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS, 64);  // as sweepd
    builder.RegisterService(service_.get());
    server_ = builder.BuildAndStart();
    ASSERT_NE(server_, nullptr);
  }
  void Stop() {
    server_->Shutdown(std::chrono::system_clock::now());
    server_->Wait();
    server_.reset();
  }
  void Register() { ASSERT_OK(Client().Register({"n", "h", 2, "0.1"})); }

  GrpcController& Client() {
    if (!client_) client_ = std::make_unique<GrpcController>(absl::StrCat("127.0.0.1:", port_), ids_);
    return *client_;
  }

  // As callers do.
  absl::Status Retry(absl::FunctionRef<absl::Status()> attempt) {
    const auto sleep = [](absl::Duration delay) {
      absl::SleepFor(delay);
      return true;
    };
    return RetryLoop({absl::Milliseconds(10), absl::Milliseconds(100), absl::Seconds(60)}, Rng(1, 0), sleep, attempt);
  }

  int port_ = 0;
  SeededIdSource ids_{1};
  std::unique_ptr<ScriptedService> service_;
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<GrpcController> client_;
  const LeaseRef lease_{"abcdefgh", 3, 2, "good"};
};

TEST_F(GrpcControllerTest, Registers) {
  ASSERT_OK_AND_ASSIGN(const Registration registration, Client().Register({"name", "host", 2, "0.1"}));
  EXPECT_EQ(registration.agent_id, "agent-1");
  EXPECT_EQ(registration.heartbeat_interval, absl::Seconds(10));
  EXPECT_EQ(registration.lease_ttl, absl::Seconds(60));
  EXPECT_EQ(service_->registrations_[0].name(), "name");
  EXPECT_EQ(service_->registrations_[0].slots(), 2);
}

TEST_F(GrpcControllerTest, ReadsALease) {
  Register();
  v1::RequestTrialResponse answer;
  v1::Lease& wire = *answer.mutable_lease();
  wire.mutable_ref()->set_sweep("abcdefgh");
  wire.mutable_ref()->set_trial(3);
  wire.mutable_ref()->set_attempt(2);
  wire.mutable_ref()->set_token("good");
  (*wire.mutable_assignment())["lr"].set_double_value(0.5);
  (*wire.mutable_assignment())["n"].set_int_value(4);
  wire.add_command("${program}");
  wire.set_program("train.py");
  wire.mutable_objective()->set_metric("acc");
  wire.mutable_objective()->set_goal(v1::GOAL_MAXIMIZE);
  wire.set_stdout_metrics(v1::STDOUT_METRICS_REGEX);
  wire.add_stdout_patterns("(?P<x>.)");
  wire.set_seed(17);
  service_->Answer(answer);
  ASSERT_OK_AND_ASSIGN(const TrialAnswer got,
                       Client().RequestTrial({"req", 1, {"abcdefgh"}, absl::Milliseconds(1500)}));
  const auto& lease = std::get<Lease>(got);
  EXPECT_EQ(lease.ref, lease_);
  EXPECT_EQ(lease.assignment, (Value::Map{{"lr", 0.5}, {"n", 4}}));
  EXPECT_THAT(lease.command, ElementsAre("${program}"));
  EXPECT_EQ(lease.program, "train.py");
  EXPECT_TRUE(lease.objective->maximize);
  EXPECT_EQ(lease.stdout_metrics, StdoutMetrics::kRegex);
  EXPECT_THAT(lease.stdout_patterns, ElementsAre("(?P<x>.)"));
  EXPECT_EQ(lease.seed, 17);
  EXPECT_EQ(service_->last_request_.wait().seconds(), 1);
  EXPECT_EQ(service_->last_request_.wait().nanos(), 500'000'000);
}

TEST_F(GrpcControllerTest, ReadsWhyThereIsNoTrial) {
  Register();
  v1::RequestTrialResponse answer;
  answer.mutable_wait()->set_reason(v1::WAIT_REASON_BAYES_SERIAL);
  answer.mutable_wait()->set_detail("one at a time");
  service_->Answer(answer);
  ASSERT_OK_AND_ASSIGN(const TrialAnswer wait, Client().RequestTrial({"r1", 0, {}, absl::Seconds(1)}));
  EXPECT_EQ(std::get<WaitAnswer>(wait).reason, "BAYES_SERIAL");
  EXPECT_EQ(std::get<WaitAnswer>(wait).detail, "one at a time");
  answer.mutable_done()->set_reason(v1::DONE_REASON_SWEEPS_OVER);
  service_->Answer(answer);
  ASSERT_OK_AND_ASSIGN(const TrialAnswer done, Client().RequestTrial({"r2", 0, {}, absl::Seconds(1)}));
  EXPECT_EQ(std::get<DoneAnswer>(done).reason, "SWEEPS_OVER");
}

TEST_F(GrpcControllerTest, SendsReportsBitByBit) {
  const double nan = std::nan("");
  ASSERT_OK_AND_ASSIGN(const ReportAnswer answer,
                       Client().Report(lease_, {{7, 3, absl::FromUnixMillis(1500), {{"a", -0.0}, {"b", nan}}}}));
  EXPECT_EQ(answer.acked_sequence, 7);
  EXPECT_EQ(answer.directive, Directive::kStop);
  const v1::MetricReport& report = service_->last_report_.reports(0);
  EXPECT_EQ(report.sequence(), 7);
  EXPECT_EQ(report.step(), 3);
  EXPECT_EQ(report.time().seconds(), 1);
  EXPECT_EQ(report.time().nanos(), 500'000'000);
  EXPECT_TRUE(std::signbit(report.values().at("a")));
  EXPECT_TRUE(std::isnan(report.values().at("b")));
  EXPECT_EQ(service_->last_report_.lease().token(), "good");
}

TEST_F(GrpcControllerTest, ReadsOneDirectiveForEachLease) {
  Register();
  LeaseRef stale = lease_;
  stale.token = "stale";
  ASSERT_OK_AND_ASSIGN(const std::vector<Directive> directives, Client().Heartbeat({lease_, stale}));
  EXPECT_THAT(directives, ElementsAre(Directive::kContinue, Directive::kLeaseLost));
}

TEST_F(GrpcControllerTest, FinishesATrial) {
  ASSERT_OK_AND_ASSIGN(const FinishAnswer answer, Client().Finish({lease_, Outcome::kPreempted, 143, 9, "bad \xff"}));
  EXPECT_EQ(answer.state, "FAILED");
  EXPECT_EQ(answer.reason, "NO_METRIC");
  EXPECT_EQ(service_->last_finish_.outcome(), v1::OUTCOME_PREEMPTED);
  EXPECT_EQ(service_->last_finish_.exit_code(), 143);
  EXPECT_EQ(service_->last_finish_.last_sequence(), 9);
  EXPECT_EQ(service_->last_finish_.message(), "bad ?");
}

TEST_F(GrpcControllerTest, TellsRefusalsApart) {
  Register();
  service_->FailWith(absl::FailedPreconditionError("lost"), "LEASE_LOST");
  EXPECT_TRUE(IsLeaseLost(Client().Finish({lease_, Outcome::kCompleted, 0, 0, ""}).status()));
  service_->FailWith(absl::FailedPreconditionError("a report is missing"), "SEQUENCE_GAP", 5);
  const std::vector<MetricReport> reports = {{9, 1, absl::UnixEpoch(), {{"a", 1}}}};
  EXPECT_EQ(ExpectedSequence(Client().Report(lease_, reports).status()), 5);
  service_->FailWith(absl::NotFoundError("deleted"), "SWEEP_NOT_FOUND");
  EXPECT_TRUE(IsSweepNotFound(Client().RequestTrial({"r", 0, {}, absl::Seconds(1)}).status()));
  EXPECT_TRUE(IsLeaseLost(Client().Report(lease_, reports).status()));
  service_->FailWith(WithRetryAfter(absl::ResourceExhaustedError("disk full"), absl::Seconds(2)), "DISK_FULL");
  const absl::Status full = Client().Report(lease_, reports).status();
  EXPECT_TRUE(IsTransient(full));
  EXPECT_EQ(RetryAfterOf(full), absl::Seconds(2));
}

TEST_F(GrpcControllerTest, SendsAMessageThatIsTooLargeOnlyOnce) {
  Register();
  const std::string name(5 << 20, 'n');
  const absl::Status refused = Client().Report(lease_, {{1, 1, absl::UnixEpoch(), {{name, 1}}}}).status();
  EXPECT_TRUE(absl::IsInvalidArgument(refused)) << refused;
}

TEST_F(GrpcControllerTest, ComesBackToAServerThatIsFullInAnotherWay) {
  service_->FailWith(absl::ResourceExhaustedError("Received RST_STREAM with error code 11"), "");
  EXPECT_TRUE(IsTransient(Client().Finish({lease_, Outcome::kCompleted, 0, 0, ""}).status()));
}

// gRPC's own answer to calls that arrive while the controller shuts down.
TEST_F(GrpcControllerTest, CallsThatAShutdownCutsOffMayBeRepeated) {
  Register();
  service_->FailWithBare(grpc::Status::CANCELLED);
  EXPECT_TRUE(IsTransient(Client().RequestTrial({"r", 0, {}, absl::Seconds(1)}).status()));
  EXPECT_TRUE(IsTransient(Client().Finish({lease_, Outcome::kCompleted, 0, 0, ""}).status()));
}

TEST_F(GrpcControllerTest, CancelsRequestsThatWait) {
  Register();
  absl::Status status;
  std::thread waiter([&] { status = Client().RequestTrial({"r", 0, {}, absl::Hours(1)}).status(); });
  service_->AwaitWaiting(1);
  Client().CancelRequests();
  waiter.join();
  EXPECT_TRUE(absl::IsCancelled(status)) << status;
  EXPECT_TRUE(absl::IsCancelled(Client().RequestTrial({"r2", 0, {}, absl::Hours(1)}).status()));
}

TEST_F(GrpcControllerTest, SlotsThatWaitLeaveRoomForHeartbeatsOnTheConnection) {
  Register();
  std::vector<std::thread> slots;
  for (int i = 0; i < 100; ++i) {
    slots.emplace_back([this, i] {
      EXPECT_TRUE(absl::IsCancelled(Client().RequestTrial({absl::StrCat(i), i, {}, absl::Hours(1)}).status()));
    });
  }
  service_->AwaitWaiting(48);
  EXPECT_OK(Client().Heartbeat({lease_}));
  Client().CancelRequests();
  for (std::thread& slot : slots) slot.join();
}

TEST_F(GrpcControllerTest, IsUnavailableWhileTheServerIsGone) {
  Register();
  Stop();
  EXPECT_TRUE(IsTransient(Client().Heartbeat({}).status()));
  Listen();
}

TEST_F(GrpcControllerTest, GoesOnAfterARestartOnTheSamePort) {
  Register();
  ASSERT_OK(Client().Heartbeat({lease_}));
  Stop();
  EXPECT_FALSE(Client().Heartbeat({lease_}).ok());
  Listen();  // a controller that has never heard of the agent
  ASSERT_OK(Retry([&] { return Client().Heartbeat({lease_}).status(); }));
  ASSERT_EQ(service_->registrations_.size(), 1u);
  EXPECT_EQ(service_->registrations_[0].name(), "n");
  ASSERT_OK(Client().Finish({lease_, Outcome::kCompleted, 0, 0, ""}));
}

TEST_F(GrpcControllerTest, RegistersOnceForManyCallsThatFindItForgotten) {
  Register();
  Stop();
  Listen();
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([this] { EXPECT_OK(Retry([&] { return Client().Heartbeat({lease_}).status(); })); });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(service_->registrations_.size(), 1u);
}

}  // namespace
}  // namespace sweepd::agent
