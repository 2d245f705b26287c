// Limits and single trials, changed over real gRPC.
#include <map>
#include <string>

#include "common/wire_status.h"
#include "common/wire_value.h"
#include "tests/support/test_server.h"

namespace sweepd {
namespace {

using SweepStub = v1::SweepService::Stub;

constexpr char kRandomFile[] = R"(method: random
metric: {name: loss}
program: train.py
run_cap: 2
seed: 7
trial_timeout: 1h30m
parameters:
  lr: {min: 0.0, max: 1.0}
  layers: {values: [1, 2, 4]}
  epochs: {value: 30}
)";

class SteeringTest : public testing::Test {
 protected:
  template <class Request, class Response>
  std::string ReasonFor(grpc::Status (SweepStub::*method)(grpc::ClientContext*, const Request&, Response*),
                        const Request& request) {
    grpc::ClientContext context;
    Response response;
    const grpc::Status status = (server_.sweeps().*method)(&context, request, &response);
    EXPECT_FALSE(status.ok());
    message_ = status.error_message();
    return DetailFromWire(status).reason();
  }

  v1::AddTrialRequest Addition(const std::string& request_id, double lr) const {
    v1::AddTrialRequest request;
    request.set_request_id(request_id);
    request.set_sweep(sweep_);
    MapToWire({{"lr", lr}, {"layers", 4}}, *request.mutable_assignment());
    return request;
  }
  v1::RetryTrialRequest Retry(const std::string& request_id, int64_t number) const {
    v1::RetryTrialRequest request;
    request.set_request_id(request_id);
    request.set_sweep(sweep_);
    request.set_number(number);
    return request;
  }
  v1::Sweep Now() {
    v1::GetSweepRequest get;
    get.set_sweep(sweep_);
    return server_.Call(server_.sweeps(), &SweepStub::GetSweep, get);
  }
  v1::Lease Lease() { return server_.RequestTrial(agent_, sweep_).lease(); }
  void Fail(const v1::LeaseRef& lease) {
    v1::FinishTrialRequest finish;
    *finish.mutable_lease() = lease;
    finish.set_outcome(v1::OUTCOME_FAILED);
    finish.set_exit_code(1);
    server_.Call(server_.agents(), &v1::AgentService::Stub::FinishTrial, finish);
  }

  TestServer server_;
  const std::string sweep_ = server_.CreateSweep(kRandomFile).id();
  const std::string agent_ = server_.RegisterAgent();
  std::string message_;  // of the last refusal
};

TEST_F(SteeringTest, ALeaseTellsHowLongTheProgramMayRun) {
  EXPECT_EQ(Now().spec().trial_timeout().seconds(), 5400);
  EXPECT_EQ(Lease().timeout().seconds(), 5400);
}

TEST_F(SteeringTest, AnAttemptThatTimedOutHasFailedWithTheReason) {
  v1::FinishTrialRequest finish;
  *finish.mutable_lease() = Lease().ref();
  finish.set_outcome(v1::OUTCOME_TIMED_OUT);
  const auto answer = server_.Call(server_.agents(), &v1::AgentService::Stub::FinishTrial, finish);
  EXPECT_EQ(answer.state(), v1::TRIAL_STATE_FAILED);
  EXPECT_EQ(answer.reason(), v1::TRIAL_REASON_TIMEOUT);
}

TEST_F(SteeringTest, AnAddedTrialIsStoredOnceAndRuns) {
  const v1::Trial added = server_.Call(server_.sweeps(), &SweepStub::AddTrial, Addition("add", 0.25));
  EXPECT_EQ(added.number(), 1);
  EXPECT_EQ(added.assignment().at("epochs").int_value(), 30) << "the constant was filled in";
  EXPECT_EQ(server_.Call(server_.sweeps(), &SweepStub::AddTrial, Addition("add", 0.25)).number(), 1);
  EXPECT_EQ(ReasonFor(&SweepStub::AddTrial, Addition("add", 0.75)), "REQUEST_ID_REUSED");
  EXPECT_EQ(ReasonFor(&SweepStub::AddTrial, Addition("", 0.75)), "BAD_FIELD");
  const v1::Lease lease = Lease();
  EXPECT_EQ(lease.ref().trial(), 1);
  EXPECT_EQ(lease.assignment().at("lr").DebugString(), added.assignment().at("lr").DebugString());
}

TEST_F(SteeringTest, AnAdditionIsCheckedAgainstSpaceAndCap) {
  EXPECT_EQ(ReasonFor(&SweepStub::AddTrial, Addition("add", 7)), "OUTSIDE_SPACE");
  EXPECT_THAT(message_, testing::HasSubstr("lr: "));
  server_.Call(server_.sweeps(), &SweepStub::AddTrial, Addition("a", 0.1));
  server_.Call(server_.sweeps(), &SweepStub::AddTrial, Addition("b", 0.2));
  EXPECT_EQ(ReasonFor(&SweepStub::AddTrial, Addition("c", 0.3)), "RUN_CAP_REACHED");
}

TEST_F(SteeringTest, AFailedTrialIsRetriedThoughTheSweepWasOver) {
  Fail(Lease().ref());
  Fail(Lease().ref());
  EXPECT_EQ(Now().state(), v1::SWEEP_STATE_FINISHED);
  const v1::Trial retried = server_.Call(server_.sweeps(), &SweepStub::RetryTrial, Retry("once", 2));
  EXPECT_EQ(retried.state(), v1::TRIAL_STATE_PENDING);
  EXPECT_EQ(Now().state(), v1::SWEEP_STATE_STOPPING);
  server_.Complete(Lease().ref(), 1);
  EXPECT_EQ(server_.Call(server_.sweeps(), &SweepStub::RetryTrial, Retry("once", 2)).state(),
            v1::TRIAL_STATE_SUCCEEDED);
  EXPECT_EQ(ReasonFor(&SweepStub::RetryTrial, Retry("again", 2)), "WRONG_STATE");
  EXPECT_EQ(message_, "cannot retry trial 2 of sweep " + sweep_ + ": it is SUCCEEDED");
  EXPECT_EQ(Now().state(), v1::SWEEP_STATE_FINISHED);
}

TEST_F(SteeringTest, ACancelledTrialReachesItsAgentByTheHeartbeat) {
  const v1::LeaseRef lease = Lease().ref();
  v1::CancelTrialRequest cancel;
  cancel.set_sweep(sweep_);
  cancel.set_number(lease.trial());
  const v1::Trial cancelled = server_.Call(server_.sweeps(), &SweepStub::CancelTrial, cancel);
  EXPECT_EQ(cancelled.reason(), v1::TRIAL_REASON_USER);
  v1::HeartbeatRequest beat;
  beat.set_agent_id(agent_);
  *beat.add_running() = lease;
  const auto answer = server_.Call(server_.agents(), &v1::AgentService::Stub::Heartbeat, beat);
  EXPECT_EQ(answer.directives(0), v1::DIRECTIVE_CANCEL);
  cancel.set_number(9);
  EXPECT_EQ(ReasonFor(&SweepStub::CancelTrial, cancel), "TRIAL_NOT_FOUND");
}

TEST_F(SteeringTest, ARaisedCapIsSeenByReadersAndOverARestart) {
  server_.Complete(Lease().ref(), 1);
  server_.Complete(Lease().ref(), 1);
  EXPECT_EQ(Now().state(), v1::SWEEP_STATE_FINISHED);
  v1::UpdateSweepRequest update;
  update.set_sweep(sweep_);
  update.set_run_cap(3);
  update.mutable_retries()->set_failed(1);
  EXPECT_EQ(server_.Call(server_.sweeps(), &SweepStub::UpdateSweep, update).spec().run_cap(), 3);
  EXPECT_EQ(Now().spec().run_cap(), 3);
  EXPECT_EQ(Now().spec().retries().lost(), 3);
  server_.Stop();
  server_.Start();
  EXPECT_EQ(Now().spec().run_cap(), 3);
  EXPECT_EQ(Now().spec().retries().failed(), 1);
  v1::ResumeSweepRequest resume;
  resume.set_sweep(sweep_);
  server_.Call(server_.sweeps(), &SweepStub::ResumeSweep, resume);
  server_.Complete(Lease().ref(), 1);
  EXPECT_EQ(Now().state(), v1::SWEEP_STATE_FINISHED);
}

TEST_F(SteeringTest, ARuleOfEarlyTerminationIsReadAsInASweepFile) {
  v1::UpdateSweepRequest update;
  update.set_sweep(sweep_);
  update.mutable_early_terminate_file()->set_name("--early-terminate");
  update.mutable_early_terminate_file()->set_text("{type: median, min_iter: 3}");
  EXPECT_EQ(
      server_.Call(server_.sweeps(), &SweepStub::UpdateSweep, update).spec().early_terminate().median().min_iter(), 3);
  for (const char* wrong : {"{type: median, min_iter: 0}", "{type: median, min_itre: 3}", "median", "[", ""}) {
    update.mutable_early_terminate_file()->set_text(wrong);
    EXPECT_EQ(ReasonFor(&SweepStub::UpdateSweep, update), "INVALID_SWEEP") << wrong;
    EXPECT_THAT(message_, testing::StartsWith("--early-terminate:1:")) << wrong;
  }
  update.mutable_early_terminate()->mutable_asha()->set_eta(0.5);
  EXPECT_EQ(ReasonFor(&SweepStub::UpdateSweep, update), "INVALID_SWEEP");
  EXPECT_THAT(message_, testing::StartsWith("early_terminate.eta: "));
  EXPECT_EQ(Now().spec().early_terminate().median().min_iter(), 3);
  update.set_no_early_terminate(false);
  EXPECT_EQ(ReasonFor(&SweepStub::UpdateSweep, update), "BAD_FIELD");
  update.set_no_early_terminate(true);
  EXPECT_FALSE(server_.Call(server_.sweeps(), &SweepStub::UpdateSweep, update).spec().has_early_terminate());
}

TEST_F(SteeringTest, AnUpdateMustNameALimit) {
  v1::UpdateSweepRequest update;
  update.set_sweep(sweep_);
  EXPECT_EQ(ReasonFor(&SweepStub::UpdateSweep, update), "BAD_FIELD");
  update.set_max_parallel(-1);
  EXPECT_EQ(ReasonFor(&SweepStub::UpdateSweep, update), "BAD_FIELD");
  EXPECT_THAT(message_, testing::HasSubstr("max_parallel"));
}

TEST_F(SteeringTest, APreviewIsWhatTheSweepTries) {
  v1::ValidateSweepRequest request;
  request.mutable_file()->set_text(kRandomFile);
  request.set_preview(5);
  const auto response = server_.Call(server_.sweeps(), &SweepStub::ValidateSweep, request);
  ASSERT_EQ(response.preview_size(), 2) << "run_cap";
  EXPECT_EQ(response.preview_seed(), 7);
  for (const v1::PreviewedTrial& trial : response.preview()) {
    const v1::Lease lease = Lease();
    for (const auto& [name, value] : trial.assignment()) {
      EXPECT_EQ(lease.assignment().at(name).DebugString(), value.DebugString());
    }
  }
  request.set_preview(-1);
  EXPECT_EQ(ReasonFor(&SweepStub::ValidateSweep, request), "BAD_FIELD");
}

}  // namespace
}  // namespace sweepd
