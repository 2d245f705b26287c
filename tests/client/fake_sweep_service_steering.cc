// The rpcs of the fake controller that change limits and single trials.
#include "absl/strings/str_cat.h"
#include "common/wire_status.h"
#include "tests/client/fake_sweep_service.h"

namespace sweepd::client {
namespace {

grpc::Status Refuse(const std::string& message) {
  v1::ErrorDetail detail;
  detail.set_reason("WRONG_STATE");
  return StatusToWire(absl::FailedPreconditionError(message), detail);
}

grpc::Status RefuseText(const v1::SweepFile& file) {
  v1::ErrorDetail detail;
  detail.set_reason("INVALID_SWEEP");
  v1::Problem& problem = *detail.add_problems();
  problem.set_file(file.name());
  problem.set_line(1);
  problem.set_column(8);
  problem.set_path("early_terminate.type");
  problem.set_message(file.text());
  return StatusToWire(absl::InvalidArgumentError("one problem"), detail);
}

}  // namespace

void FakeSweepService::SetAssignment(const std::string& id, int64_t number,
                                     const std::map<std::string, v1::Value>& assignment) {
  absl::MutexLock lock(&mutex_);
  v1::Trial& trial = *TrialOf(id, number);
  trial.clear_assignment();
  for (const auto& [name, value] : assignment) (*trial.mutable_assignment())[name] = value;
}

grpc::Status FakeSweepService::UpdateSweep(grpc::ServerContext*, const v1::UpdateSweepRequest* request,
                                           v1::Sweep* answer) {
  absl::MutexLock lock(&mutex_);
  Entry* entry = nullptr;
  const grpc::Status found = Find(request->sweep(), &entry);
  if (!found.ok()) return found;
  v1::SweepSpec& spec = *entry->sweep.mutable_spec();
  if (request->has_run_cap()) spec.set_run_cap(request->run_cap());
  if (request->has_run_cap() && request->run_cap() == 0) spec.clear_run_cap();
  if (request->has_max_parallel()) spec.set_max_parallel(request->max_parallel());
  spec.mutable_retries()->MergeFrom(request->retries());
  if (request->has_no_early_terminate()) spec.clear_early_terminate();
  if (request->has_early_terminate_file()) {
    const std::string& text = request->early_terminate_file().text();
    if (text != "{type: median}") return RefuseText(request->early_terminate_file());
    spec.mutable_early_terminate()->mutable_median()->set_min_iter(1);
  }
  *answer = entry->sweep;
  return grpc::Status::OK;
}

grpc::Status FakeSweepService::AddTrial(grpc::ServerContext*, const v1::AddTrialRequest* request, v1::Trial* answer) {
  absl::MutexLock lock(&mutex_);
  const auto it = sweeps_.find(request->sweep());
  if (it == sweeps_.end()) return Refuse("no such sweep");
  Entry& entry = it->second;
  int64_t& number = added_[request->request_id()];
  if (number == 0) {
    number = static_cast<int64_t>(entry.trials.size()) + 1;
    v1::Trial& trial = entry.trials.emplace_back();
    trial.set_sweep(request->sweep());
    trial.set_number(number);
    trial.set_state(v1::TRIAL_STATE_PENDING);
    *trial.mutable_assignment() = request->assignment();
    Count(entry);
  }
  // The trial is stored, and the answer is lost.
  if (FailsNow()) return grpc::Status(grpc::StatusCode::UNAVAILABLE, "the controller restarts");
  *answer = entry.trials[static_cast<size_t>(number - 1)];
  return grpc::Status::OK;
}

grpc::Status FakeSweepService::RetryTrial(grpc::ServerContext*, const v1::RetryTrialRequest* request,
                                          v1::Trial* answer) {
  absl::MutexLock lock(&mutex_);
  if (request->request_id().empty()) return Refuse("no request_id");
  v1::Trial& trial = *TrialOf(request->sweep(), request->number());
  if (trial.state() != v1::TRIAL_STATE_FAILED) return Refuse(absl::StrCat("cannot retry trial ", trial.number()));
  trial.set_state(v1::TRIAL_STATE_PENDING);
  *answer = trial;
  return grpc::Status::OK;
}

grpc::Status FakeSweepService::CancelTrial(grpc::ServerContext*, const v1::CancelTrialRequest* request,
                                           v1::Trial* answer) {
  absl::MutexLock lock(&mutex_);
  v1::Trial& trial = *TrialOf(request->sweep(), request->number());
  trial.set_state(v1::TRIAL_STATE_CANCELLED);
  *answer = trial;
  return grpc::Status::OK;
}

}  // namespace sweepd::client
