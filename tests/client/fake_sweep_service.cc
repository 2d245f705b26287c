#include "tests/client/fake_sweep_service.h"

#include <chrono>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "common/wire_status.h"
#include "common/wire_value.h"

namespace sweepd::client {
namespace {

grpc::Status Error(absl::StatusCode code, const std::string& reason, const std::string& message) {
  v1::ErrorDetail detail;
  detail.set_reason(reason);
  return StatusToWire(absl::Status(code, message), detail);
}

void FillSpec(const std::string& name, v1::SweepSpec& spec) {
  spec.set_name(name);
  spec.set_method(v1::METHOD_GRID);
  spec.set_seed(7);
  spec.mutable_objective()->set_metric("val_acc");
  spec.mutable_objective()->set_goal(v1::GOAL_MAXIMIZE);
  spec.mutable_objective()->set_aggregation(v1::AGGREGATION_BEST);
  for (double lr : {0.1, 0.01}) {
    *(*spec.mutable_parameters())["lr"].mutable_categorical()->add_values() = ValueToWire(lr);
  }
  for (int size : {16, 32}) {
    *(*spec.mutable_parameters())["batch_size"].mutable_categorical()->add_values() = ValueToWire(size);
  }
}

}  // namespace

google::protobuf::Timestamp FakeSweepService::NextTime() {
  google::protobuf::Timestamp time;
  time.set_seconds(clock_);
  clock_ += 10;
  return time;
}

void FakeSweepService::Count(Entry& entry) {
  v1::TrialCounts& counts = *entry.sweep.mutable_counts();
  counts.Clear();
  for (const v1::Trial& trial : entry.trials) {
    if (trial.state() == v1::TRIAL_STATE_PENDING) counts.set_pending(counts.pending() + 1);
    if (trial.state() == v1::TRIAL_STATE_RUNNING) counts.set_running(counts.running() + 1);
    if (trial.state() == v1::TRIAL_STATE_SUCCEEDED) counts.set_succeeded(counts.succeeded() + 1);
    if (trial.state() == v1::TRIAL_STATE_FAILED) counts.set_failed(counts.failed() + 1);
  }
}

void FakeSweepService::Record(Entry& entry, v1::EventKind kind, const v1::Trial* trial) {
  Count(entry);
  v1::Event event;
  event.set_revision(entry.sweep.revision() + 1);
  event.set_kind(kind);
  *event.mutable_time() = NextTime();
  if (trial != nullptr) {
    event.set_trial(trial->number());
    event.set_attempt(trial->attempt());
    if (trial->has_objective()) event.set_objective(trial->objective());
  }
  entry.sweep.set_revision(event.revision());
  entry.events.push_back(event);
}

FakeSweepService::Entry& FakeSweepService::MakeSweep(const std::string& name, int trials) {
  const std::string id = absl::StrFormat("sweep%03d", sweeps_.size() + 1);
  Entry& entry = sweeps_[id];
  entry.sweep.set_id(id);
  entry.sweep.set_name(absl::StrCat("sweeps/", id));
  FillSpec(name, *entry.sweep.mutable_spec());
  entry.sweep.set_state(v1::SWEEP_STATE_ACTIVE);
  entry.sweep.set_grid_size(4);
  *entry.sweep.mutable_create_time() = NextTime();
  Record(entry, v1::EVENT_KIND_SWEEP_CREATED, nullptr);
  for (int i = 0; i < trials; ++i) {
    v1::Trial trial;
    trial.set_name(absl::StrCat("sweeps/", id, "/trials/", i + 1));
    trial.set_sweep(id);
    trial.set_number(i + 1);
    trial.set_state(v1::TRIAL_STATE_PENDING);
    MapToWire({{"lr", i % 2 == 0 ? 0.1 : 0.01}, {"batch_size", i / 2 % 2 == 0 ? 16 : 32}}, *trial.mutable_assignment());
    entry.trials.push_back(trial);
  }
  Count(entry);
  return entry;
}

std::string FakeSweepService::AddSweep(const std::string& name, int trials) {
  absl::MutexLock lock(&mutex_);
  return MakeSweep(name, trials).sweep.id();
}

v1::Trial* FakeSweepService::TrialOf(const std::string& id, int64_t number) {
  return &sweeps_.at(id).trials.at(static_cast<size_t>(number - 1));
}

void FakeSweepService::StartTrial(const std::string& id, int64_t number) {
  absl::MutexLock lock(&mutex_);
  v1::Trial* trial = TrialOf(id, number);
  trial->set_state(v1::TRIAL_STATE_RUNNING);
  trial->set_attempt(1);
  trial->set_agent("gpu1-4711");
  *trial->mutable_start_time() = NextTime();
  Record(sweeps_.at(id), v1::EVENT_KIND_TRIAL_STARTED, trial);
}

void FakeSweepService::SucceedTrial(const std::string& id, int64_t number, double objective) {
  absl::MutexLock lock(&mutex_);
  v1::Trial* trial = TrialOf(id, number);
  trial->set_state(v1::TRIAL_STATE_SUCCEEDED);
  trial->set_objective(objective);
  *trial->mutable_end_time() = NextTime();
  v1::Sweep& sweep = sweeps_.at(id).sweep;
  if (!sweep.has_best_trial() || objective > sweep.best_objective()) {
    sweep.set_best_trial(number);
    sweep.set_best_objective(objective);
  }
  Record(sweeps_.at(id), v1::EVENT_KIND_TRIAL_SUCCEEDED, trial);
}

void FakeSweepService::FailTrial(const std::string& id, int64_t number, const std::string& message) {
  absl::MutexLock lock(&mutex_);
  v1::Trial* trial = TrialOf(id, number);
  trial->set_state(v1::TRIAL_STATE_FAILED);
  trial->set_reason(v1::TRIAL_REASON_EXIT_CODE);
  trial->set_message(message);
  *trial->mutable_end_time() = NextTime();
  Record(sweeps_.at(id), v1::EVENT_KIND_TRIAL_FAILED, trial);
}

void FakeSweepService::FinishSweep(const std::string& id) {
  absl::MutexLock lock(&mutex_);
  Entry& entry = sweeps_.at(id);
  entry.sweep.set_state(v1::SWEEP_STATE_FINISHED);
  entry.sweep.set_reason(v1::SWEEP_REASON_SPACE_EXHAUSTED);
  Record(entry, v1::EVENT_KIND_SWEEP_FINISHED, nullptr);
  *entry.sweep.mutable_end_time() = entry.events.back().time();
}

void FakeSweepService::AddPoint(const std::string& id, int64_t number, const std::string& metric, int64_t step,
                                double value) {
  absl::MutexLock lock(&mutex_);
  std::vector<v1::MetricPoint>& points = sweeps_.at(id).points[number];
  v1::MetricPoint point;
  point.set_metric(metric);
  point.set_step(step);
  point.set_attempt(1);
  point.set_sequence(static_cast<int64_t>(points.size()) + 1);
  point.set_value(value);
  *point.mutable_time() = NextTime();
  points.push_back(point);
}

void FakeSweepService::AddAgent(const v1::Agent& agent) {
  absl::MutexLock lock(&mutex_);
  agents_.push_back(agent);
}

void FakeSweepService::FailNextCalls(int count) {
  absl::MutexLock lock(&mutex_);
  failing_calls_ = count;
}

void FakeSweepService::BreakNextWatchAfter(int events) {
  absl::MutexLock lock(&mutex_);
  break_after_ = events;
}

std::vector<int64_t> FakeSweepService::watched_from() const {
  absl::MutexLock lock(&mutex_);
  return watched_from_;
}

int FakeSweepService::pages_served() const {
  absl::MutexLock lock(&mutex_);
  return pages_;
}

int FakeSweepService::sweeps_created() const {
  absl::MutexLock lock(&mutex_);
  return static_cast<int>(created_.size());
}

bool FakeSweepService::FailsNow() { return failing_calls_ > 0 && failing_calls_-- > 0; }

grpc::Status FakeSweepService::Find(const std::string& id, Entry** entry) {
  if (FailsNow()) return Error(absl::StatusCode::kUnavailable, "SHUTTING_DOWN", "the controller restarts");
  const auto it = sweeps_.find(id);
  if (it == sweeps_.end()) {
    return Error(absl::StatusCode::kNotFound, "SWEEP_NOT_FOUND", absl::StrCat("no sweep \"", id, "\""));
  }
  *entry = &it->second;
  return grpc::Status::OK;
}

grpc::Status FakeSweepService::Move(const std::string& id, v1::SweepState state, v1::EventKind kind,
                                    v1::Sweep* answer) {
  absl::MutexLock lock(&mutex_);
  Entry* entry = nullptr;
  grpc::Status found = Find(id, &entry);
  if (!found.ok()) return found;
  if (entry->sweep.state() == v1::SWEEP_STATE_FINISHED) {
    return Error(absl::StatusCode::kFailedPrecondition, "WRONG_STATE", absl::StrCat("sweep ", id, " is FINISHED"));
  }
  entry->sweep.set_state(state);
  Record(*entry, kind, nullptr);
  *answer = entry->sweep;
  return grpc::Status::OK;
}

FakeController::FakeController() {
  grpc::ServerBuilder builder;
  int port = 0;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
  builder.RegisterService(&service_);
  server_ = builder.BuildAndStart();
  address_ = absl::StrCat("127.0.0.1:", port);
}

FakeController::~FakeController() { server_->Shutdown(std::chrono::system_clock::now()); }

std::string FreeAddress() {
  // A controller that has just gone leaves a port that nobody took yet.
  return FakeController().address();
}

}  // namespace sweepd::client
