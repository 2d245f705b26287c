#include "bench/load/trial_chain.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/retry.h"
#include "common/wire_status.h"
#include "common/wire_time.h"

namespace sweepd::load {
namespace {

// After an error, so that a dead server is not called in a busy loop.
constexpr std::chrono::milliseconds kPause(100);

constexpr double kFirstLoss = 2.0;

}  // namespace

TrialChain::TrialChain(const TrialPlan& plan, v1::AgentService::Stub& stub, const std::string& sweep,
                       std::vector<std::string> agents, int64_t number)
    : plan_(plan),
      stub_(stub),
      sweep_(sweep),
      agents_(std::move(agents)),
      number_(number),
      rng_(/*seed=*/1, static_cast<uint64_t>(number)),
      request_(&v1::AgentService::Stub::PrepareAsyncRequestTrial),
      report_(&v1::AgentService::Stub::PrepareAsyncReportMetrics),
      heartbeat_(&v1::AgentService::Stub::PrepareAsyncHeartbeat),
      finish_(&v1::AgentService::Stub::PrepareAsyncFinishTrial) {}

void TrialChain::Start(const Window& window, grpc::CompletionQueue& queue) {
  window_ = window;
  queue_ = &queue;
  PrepareRequest();
  StartCall();
}

void TrialChain::PrepareRequest() {
  step_ = Step::kRequest;
  v1::RequestTrialRequest& request = request_.request;
  request.set_agent_id(agent());
  request.set_request_id(absl::StrCat(absl::ToUnixMicros(absl::Now()), "-load-", number_));
  request.set_slot(0);
  if (request.sweeps().empty()) request.add_sweeps(sweep_);
}

void TrialChain::PrepareReports() {
  step_ = Step::kReport;
  v1::ReportMetricsRequest& request = report_.request;
  while (request.reports_size() < plan_.reports) request.add_reports();
  const absl::Time now = absl::Now();
  for (v1::MetricReport& report : *request.mutable_reports()) {
    ++sequence_;
    report.set_sequence(sequence_);
    report.set_step(sequence_);
    TimeToWire(now, report.mutable_time());
    loss_ *= 1 - 0.1 * rng_.NextUnit();
    auto& values = *report.mutable_values();
    values["loss"] = loss_;
    for (int64_t i = 1; i < plan_.values_per_report; ++i) values[absl::StrCat("metric_", i)] = rng_.NextUnit();
  }
}

void TrialChain::PrepareFinish() {
  step_ = Step::kFinish;
  v1::FinishTrialRequest& request = finish_.request;
  request.set_outcome(v1::OUTCOME_COMPLETED);
  request.set_exit_code(0);
  request.set_last_sequence(sequence_);
}

void TrialChain::StartCall() {
  started_ = std::chrono::steady_clock::now();
  switch (step_) {
    case Step::kRequest: return request_.Start(stub_, *queue_, this);
    case Step::kReport: return report_.Start(stub_, *queue_, this);
    case Step::kHeartbeat: return heartbeat_.Start(stub_, *queue_, this);
    case Step::kFinish: return finish_.Start(stub_, *queue_, this);
  }
}

const grpc::Status& TrialChain::status() const {
  switch (step_) {
    case Step::kRequest: return request_.status;
    case Step::kReport: return report_.status;
    case Step::kHeartbeat: return heartbeat_.status;
    case Step::kFinish: break;
  }
  return finish_.status;
}

CallKind TrialChain::kind() const {
  switch (step_) {
    case Step::kRequest: return CallKind::kRequestTrial;
    case Step::kReport: return CallKind::kReportMetrics;
    case Step::kHeartbeat: return CallKind::kHeartbeat;
    case Step::kFinish: break;
  }
  return CallKind::kFinishTrial;
}

bool TrialChain::Proceed() {
  const auto now = std::chrono::steady_clock::now();
  if (std::exchange(paused_, false)) {
    if (step_ == Step::kRequest && now >= window_.end) return false;
    StartCall();
    return true;
  }
  if (!status().ok()) {
    Pause(StatusFromWire(status()));
    return true;
  }
  const bool in_window = now >= window_.begin && now < window_.end;
  if (in_window) log_.AddCall(kind(), absl::FromChrono(now - started_));
  return Advance(in_window);
}

void TrialChain::Pause(const absl::Status& error) {
  log_.AddError(kind(), error);
  if (!IsTransient(error)) {
    ++trials_;
    PrepareRequest();
  }
  paused_ = true;
  alarm_.Set(queue_, std::chrono::system_clock::now() + kPause, this);
}

bool TrialChain::Advance(bool in_window) {
  switch (step_) {
    case Step::kRequest: TakeLease(); return true;
    case Step::kReport:
      if (report_.response.acked_sequence() != sequence_) {
        Pause(absl::InternalError(
            absl::StrCat("acknowledged up to ", report_.response.acked_sequence(), " instead of ", sequence_)));
        return true;
      }
      if (in_window) log_.AddPoints(plan_.reports * plan_.values_per_report);
      ContinueBody();
      return true;
    case Step::kHeartbeat:
      if (heartbeat_.response.directives_size() != 1 || heartbeat_.response.directives(0) != v1::DIRECTIVE_CONTINUE) {
        Pause(absl::InternalError("a heartbeat was answered with another directive than CONTINUE"));
        return true;
      }
      ContinueBody();
      return true;
    case Step::kFinish: break;
  }
  if (finish_.response.state() != v1::TRIAL_STATE_SUCCEEDED) {
    Pause(absl::InternalError(absl::StrCat("the trial ended ", v1::TrialState_Name(finish_.response.state()))));
    return true;
  }
  if (in_window) log_.AddLifecycle();
  ++finished_trials_;
  last_finished_ = {finish_.request.lease().trial(), sequence_};
  ++trials_;
  if (std::chrono::steady_clock::now() >= window_.end) return false;
  PrepareRequest();
  StartCall();
  return true;
}

void TrialChain::TakeLease() {
  if (!request_.response.has_lease()) {
    Pause(absl::InternalError(absl::StrCat("no lease: ", request_.response.ShortDebugString())));
    return;
  }
  const v1::LeaseRef& lease = request_.response.lease().ref();
  *report_.request.mutable_lease() = lease;
  *finish_.request.mutable_lease() = lease;
  heartbeat_.request.set_agent_id(agent());
  if (heartbeat_.request.running().empty()) heartbeat_.request.add_running();
  *heartbeat_.request.mutable_running(0) = lease;
  body_calls_ = 0;
  sequence_ = 0;
  loss_ = kFirstLoss + rng_.NextUnit();
  // A trial without its objective would fail.
  PrepareReports();
  StartCall();
}

void TrialChain::ContinueBody() {
  ++body_calls_;
  if (body_calls_ >= plan_.calls || std::chrono::steady_clock::now() >= window_.end) {
    PrepareFinish();
  } else if (plan_.body == TrialPlan::Body::kReports) {
    PrepareReports();
  } else {
    step_ = Step::kHeartbeat;
  }
  StartCall();
}

}  // namespace sweepd::load
