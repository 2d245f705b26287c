// The rpcs of the fake controller.
#include <algorithm>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "common/wire_status.h"
#include "tests/client/fake_sweep_service.h"

namespace sweepd::client {
namespace {

grpc::Status Error(absl::StatusCode code, const std::string& reason, const std::string& message) {
  v1::ErrorDetail detail;
  detail.set_reason(reason);
  return StatusToWire(absl::Status(code, message), detail);
}

v1::Problem MakeProblem(int line, const std::string& path, const std::string& message, const std::string& hint) {
  v1::Problem problem;
  problem.set_file("sweep.yaml");
  problem.set_line(line);
  problem.set_column(5);
  problem.set_path(path);
  problem.set_message(message);
  problem.set_hint(hint);
  return problem;
}

void Check(const std::string& text, google::protobuf::RepeatedPtrField<v1::Problem>& problems,
           google::protobuf::RepeatedPtrField<v1::Problem>& warnings) {
  if (text.find("broken") != std::string::npos) {
    *problems.Add() = MakeProblem(2, "method", "no method \"gird\"", "did you mean grid?");
    *problems.Add() = MakeProblem(5, "parameters.lr.min", "must be below max", "");
  }
  if (text.find("odd") != std::string::npos) {
    *warnings.Add() = MakeProblem(1, "controller", "is ignored", "");
  }
}

template <class State>
bool Wanted(const google::protobuf::RepeatedField<int>& states, State state) {
  return states.empty() || std::find(states.begin(), states.end(), static_cast<int>(state)) != states.end();
}

// The page of `all` that a request asks for; the token is the index of the first item.
template <class Request, class Response, class Item>
void FillPage(const Request& request, const std::vector<Item>& all, Response& response,
              google::protobuf::RepeatedPtrField<Item>& items) {
  int first = 0;
  if (!request.page_token().empty() && !absl::SimpleAtoi(request.page_token(), &first)) first = 0;
  const int size = request.page_size() == 0 ? 100 : std::min(request.page_size(), 1000);
  const int end = std::min(first + size, static_cast<int>(all.size()));
  for (int i = first; i < end; ++i) *items.Add() = all[static_cast<size_t>(i)];
  if (end < static_cast<int>(all.size())) response.set_next_page_token(absl::StrCat(end));
}

}  // namespace

grpc::Status FakeSweepService::CreateSweep(grpc::ServerContext*, const v1::CreateSweepRequest* request,
                                           v1::CreateSweepResponse* response) {
  v1::ErrorDetail detail;
  detail.set_reason("INVALID_SWEEP");
  Check(request->file().text(), *detail.mutable_problems(), *response->mutable_warnings());
  if (detail.problems_size() > 0) return StatusToWire(absl::InvalidArgumentError("the sweep file is wrong"), detail);
  absl::MutexLock lock(&mutex_);
  std::string& id = created_[request->request_id()];
  if (id.empty()) id = MakeSweep("mnist", 4).sweep.id();
  sweeps_.at(id).sweep.set_source(request->file().text());
  // The sweep is stored, and the answer is lost.
  if (FailsNow()) return Error(absl::StatusCode::kUnavailable, "SHUTTING_DOWN", "the controller restarts");
  *response->mutable_sweep() = sweeps_.at(id).sweep;
  return grpc::Status::OK;
}

grpc::Status FakeSweepService::ValidateSweep(grpc::ServerContext*, const v1::ValidateSweepRequest* request,
                                             v1::ValidateSweepResponse* response) {
  Check(request->file().text(), *response->mutable_problems(), *response->mutable_warnings());
  if (response->problems_size() > 0) return grpc::Status::OK;
  v1::SweepSpec& spec = *response->mutable_spec();
  spec.set_method(v1::METHOD_GRID);
  spec.set_program("train.py");
  for (const char* element : {"${env}", "${interpreter}", "${program}", "${args}", "--home=${envvar:HOME}"}) {
    spec.add_command(element);
  }
  response->set_grid_size(4);
  response->set_preview_seed(1);
  for (int i = 0; i < std::min(request->preview(), 4); ++i) {
    auto& assignment = *response->add_preview()->mutable_assignment();
    assignment["lr"].set_double_value(i < 2 ? 0.1 : 0.01);
    assignment["note"].set_string_value(i % 2 == 0 ? "a b" : "it's");
  }
  return grpc::Status::OK;
}

grpc::Status FakeSweepService::GetSweep(grpc::ServerContext*, const v1::GetSweepRequest* request, v1::Sweep* answer) {
  absl::MutexLock lock(&mutex_);
  Entry* entry = nullptr;
  const grpc::Status found = Find(request->sweep(), &entry);
  if (found.ok()) *answer = entry->sweep;
  return found;
}

grpc::Status FakeSweepService::ListSweeps(grpc::ServerContext*, const v1::ListSweepsRequest* request,
                                          v1::ListSweepsResponse* response) {
  absl::MutexLock lock(&mutex_);
  ++pages_;
  std::vector<v1::Sweep> wanted;
  for (auto it = sweeps_.rbegin(); it != sweeps_.rend(); ++it) {
    if (Wanted(request->states(), it->second.sweep.state())) wanted.push_back(it->second.sweep);
  }
  FillPage(*request, wanted, *response, *response->mutable_sweeps());
  return grpc::Status::OK;
}

grpc::Status FakeSweepService::PauseSweep(grpc::ServerContext*, const v1::PauseSweepRequest* request,
                                          v1::Sweep* answer) {
  return Move(request->sweep(), v1::SWEEP_STATE_PAUSED, v1::EVENT_KIND_SWEEP_PAUSED, answer);
}

grpc::Status FakeSweepService::ResumeSweep(grpc::ServerContext*, const v1::ResumeSweepRequest* request,
                                           v1::Sweep* answer) {
  return Move(request->sweep(), v1::SWEEP_STATE_ACTIVE, v1::EVENT_KIND_SWEEP_RESUMED, answer);
}

grpc::Status FakeSweepService::StopSweep(grpc::ServerContext*, const v1::StopSweepRequest* request, v1::Sweep* answer) {
  return Move(request->sweep(), v1::SWEEP_STATE_STOPPING, v1::EVENT_KIND_SWEEP_STOPPING, answer);
}

grpc::Status FakeSweepService::CancelSweep(grpc::ServerContext*, const v1::CancelSweepRequest* request,
                                           v1::Sweep* answer) {
  return Move(request->sweep(), v1::SWEEP_STATE_CANCELLED, v1::EVENT_KIND_SWEEP_CANCELLED, answer);
}

grpc::Status FakeSweepService::DeleteSweep(grpc::ServerContext*, const v1::DeleteSweepRequest* request,
                                           v1::DeleteSweepResponse*) {
  absl::MutexLock lock(&mutex_);
  const auto it = sweeps_.find(request->sweep());
  if (it == sweeps_.end()) return Error(absl::StatusCode::kNotFound, "SWEEP_NOT_FOUND", "no such sweep");
  const v1::SweepState state = it->second.sweep.state();
  if (state != v1::SWEEP_STATE_FINISHED && state != v1::SWEEP_STATE_CANCELLED) {
    return Error(absl::StatusCode::kFailedPrecondition, "SWEEP_OPEN", "the sweep is open; cancel it first");
  }
  sweeps_.erase(it);
  // The sweep is gone, and the answer is lost.
  if (FailsNow()) return Error(absl::StatusCode::kUnavailable, "SHUTTING_DOWN", "the controller restarts");
  return grpc::Status::OK;
}

grpc::Status FakeSweepService::GetTrial(grpc::ServerContext*, const v1::GetTrialRequest* request,
                                        v1::GetTrialResponse* response) {
  absl::MutexLock lock(&mutex_);
  Entry* entry = nullptr;
  const grpc::Status found = Find(request->sweep(), &entry);
  if (!found.ok()) return found;
  if (request->number() < 1 || request->number() > static_cast<int64_t>(entry->trials.size())) {
    return Error(absl::StatusCode::kNotFound, "TRIAL_NOT_FOUND", absl::StrCat("no trial ", request->number()));
  }
  *response->mutable_trial() = entry->trials[static_cast<size_t>(request->number() - 1)];
  const v1::Trial& trial = response->trial();
  if (trial.attempt() == 0) return grpc::Status::OK;
  v1::Attempt& attempt = *response->add_attempts();
  attempt.set_number(1);
  attempt.set_state(trial.state() == v1::TRIAL_STATE_SUCCEEDED ? v1::ATTEMPT_STATE_SUCCEEDED
                                                               : v1::ATTEMPT_STATE_RUNNING);
  attempt.set_agent("gpu1-4711");
  attempt.set_reports(static_cast<int64_t>(entry->points[trial.number()].size()));
  *attempt.mutable_start_time() = trial.start_time();
  *attempt.mutable_end_time() = trial.end_time();
  if (trial.state() == v1::TRIAL_STATE_SUCCEEDED) attempt.set_exit_code(0);
  return grpc::Status::OK;
}

grpc::Status FakeSweepService::ListTrials(grpc::ServerContext*, const v1::ListTrialsRequest* request,
                                          v1::ListTrialsResponse* response) {
  absl::MutexLock lock(&mutex_);
  Entry* entry = nullptr;
  const grpc::Status found = Find(request->sweep(), &entry);
  if (!found.ok()) return found;
  ++pages_;
  std::vector<v1::Trial> wanted;
  for (const v1::Trial& trial : entry->trials) {
    if (Wanted(request->states(), trial.state())) wanted.push_back(trial);
  }
  if (request->order() == v1::TRIAL_ORDER_NUMBER_REVERSE) std::reverse(wanted.begin(), wanted.end());
  if (request->order() == v1::TRIAL_ORDER_BEST_FIRST) {
    std::stable_sort(wanted.begin(), wanted.end(), [](const v1::Trial& a, const v1::Trial& b) {
      return a.has_objective() != b.has_objective() ? a.has_objective() : a.objective() > b.objective();
    });
  }
  FillPage(*request, wanted, *response, *response->mutable_trials());
  return grpc::Status::OK;
}

grpc::Status FakeSweepService::GetBestTrial(grpc::ServerContext*, const v1::GetBestTrialRequest* request,
                                            v1::Trial* answer) {
  absl::MutexLock lock(&mutex_);
  Entry* entry = nullptr;
  const grpc::Status found = Find(request->sweep(), &entry);
  if (!found.ok()) return found;
  if (!entry->sweep.has_best_trial()) {
    return Error(absl::StatusCode::kNotFound, "NO_SUCCESSFUL_TRIAL", "no trial has succeeded yet");
  }
  *answer = entry->trials[static_cast<size_t>(entry->sweep.best_trial() - 1)];
  return grpc::Status::OK;
}

grpc::Status FakeSweepService::ListMetrics(grpc::ServerContext*, const v1::ListMetricsRequest* request,
                                           v1::ListMetricsResponse* response) {
  absl::MutexLock lock(&mutex_);
  Entry* entry = nullptr;
  const grpc::Status found = Find(request->sweep(), &entry);
  if (!found.ok()) return found;
  FillPage(*request, entry->points[request->trial()], *response, *response->mutable_points());
  return grpc::Status::OK;
}

grpc::Status FakeSweepService::WatchSweep(grpc::ServerContext* context, const v1::WatchSweepRequest* request,
                                          grpc::ServerWriter<v1::WatchSweepResponse>* writer) {
  absl::MutexLock lock(&mutex_);
  watched_from_.push_back(request->after_revision());
  size_t next = static_cast<size_t>(request->after_revision());
  while (!context->IsCancelled()) {
    const auto it = sweeps_.find(request->sweep());
    if (it == sweeps_.end()) return Error(absl::StatusCode::kNotFound, "SWEEP_NOT_FOUND", "no such sweep");
    const Entry& entry = it->second;
    if (break_after_ == 0) {
      break_after_ = -1;
      return grpc::Status(grpc::StatusCode::UNAVAILABLE, "the controller restarts");
    }
    if (next < entry.events.size()) {
      v1::WatchSweepResponse response;
      *response.mutable_event() = entry.events[next++];
      *response.mutable_sweep() = entry.sweep;
      writer->Write(response);
      if (break_after_ > 0) --break_after_;
      continue;
    }
    if (entry.sweep.state() == v1::SWEEP_STATE_FINISHED || entry.sweep.state() == v1::SWEEP_STATE_CANCELLED) {
      return grpc::Status::OK;
    }
    const auto changed = [&]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
      const auto now = sweeps_.find(request->sweep());
      return now == sweeps_.end() || now->second.events.size() > next;
    };
    mutex_.AwaitWithTimeout(absl::Condition(&changed), absl::Milliseconds(100));
  }
  return grpc::Status::CANCELLED;
}

grpc::Status FakeSweepService::ListAgents(grpc::ServerContext*, const v1::ListAgentsRequest*,
                                          v1::ListAgentsResponse* response) {
  absl::MutexLock lock(&mutex_);
  response->mutable_agents()->Add(agents_.begin(), agents_.end());
  return grpc::Status::OK;
}

grpc::Status FakeSweepService::GetServerStats(grpc::ServerContext*, const v1::GetServerStatsRequest*,
                                              v1::ServerStats* response) {
  response->set_version("9.9");
  response->mutable_uptime()->set_seconds(7200);
  response->set_live_agents(2);
  response->set_batches(4);
  response->set_commands(10);
  response->mutable_commit()->set_count(4);
  response->mutable_commit()->mutable_p50()->set_nanos(2'048'000);
  response->mutable_commit()->mutable_p99()->set_nanos(8'192'000);
  response->mutable_commit()->mutable_max()->set_nanos(7'000'000);
  return grpc::Status::OK;
}

}  // namespace sweepd::client
