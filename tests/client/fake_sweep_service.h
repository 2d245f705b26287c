// A controller for tests: SweepService over lists in memory, with the faults that a client must survive.
#pragma once

#include <grpcpp/grpcpp.h>

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "sweepd/v1/sweep_service.grpc.pb.h"

namespace sweepd::client {

// Thread-safe. Ids are "sweep001" and so on; every sweep is a grid over lr and batch_size that maximizes val_acc. The
// times are 10 s apart from 2026-01-01T00:00:00Z.
class FakeSweepService : public v1::SweepService::Service {
 public:
  // What an agent and the engine would do.
  std::string AddSweep(const std::string& name, int trials);
  void StartTrial(const std::string& id, int64_t number);
  void SucceedTrial(const std::string& id, int64_t number, double objective);
  void FailTrial(const std::string& id, int64_t number, const std::string& message);
  void FinishSweep(const std::string& id);
  void AddPoint(const std::string& id, int64_t number, const std::string& metric, int64_t step, double value);
  void AddAgent(const v1::Agent& agent);
  // Gives the trial another assignment.
  void SetAssignment(const std::string& id, int64_t number, const std::map<std::string, v1::Value>& assignment);

  // The next calls, of any method but WatchSweep, are answered UNAVAILABLE.
  void FailNextCalls(int count);
  // The next watch ends with UNAVAILABLE after so many events.
  void BreakNextWatchAfter(int events);

  std::vector<int64_t> watched_from() const;  // after_revision of every WatchSweep
  int pages_served() const;
  int sweeps_created() const;

  // A text that holds "broken" has two problems, one that holds "odd" a warning. The same request_id gives the same
  // sweep.
  grpc::Status CreateSweep(grpc::ServerContext*, const v1::CreateSweepRequest*, v1::CreateSweepResponse*) override;
  grpc::Status ValidateSweep(grpc::ServerContext*, const v1::ValidateSweepRequest*,
                             v1::ValidateSweepResponse*) override;
  grpc::Status GetSweep(grpc::ServerContext*, const v1::GetSweepRequest*, v1::Sweep*) override;
  grpc::Status ListSweeps(grpc::ServerContext*, const v1::ListSweepsRequest*, v1::ListSweepsResponse*) override;
  grpc::Status PauseSweep(grpc::ServerContext*, const v1::PauseSweepRequest*, v1::Sweep*) override;
  grpc::Status ResumeSweep(grpc::ServerContext*, const v1::ResumeSweepRequest*, v1::Sweep*) override;
  grpc::Status StopSweep(grpc::ServerContext*, const v1::StopSweepRequest*, v1::Sweep*) override;
  grpc::Status CancelSweep(grpc::ServerContext*, const v1::CancelSweepRequest*, v1::Sweep*) override;
  grpc::Status DeleteSweep(grpc::ServerContext*, const v1::DeleteSweepRequest*, v1::DeleteSweepResponse*) override;
  grpc::Status UpdateSweep(grpc::ServerContext*, const v1::UpdateSweepRequest*, v1::Sweep*) override;
  grpc::Status AddTrial(grpc::ServerContext*, const v1::AddTrialRequest*, v1::Trial*) override;
  grpc::Status RetryTrial(grpc::ServerContext*, const v1::RetryTrialRequest*, v1::Trial*) override;
  grpc::Status CancelTrial(grpc::ServerContext*, const v1::CancelTrialRequest*, v1::Trial*) override;
  grpc::Status GetTrial(grpc::ServerContext*, const v1::GetTrialRequest*, v1::GetTrialResponse*) override;
  grpc::Status ListTrials(grpc::ServerContext*, const v1::ListTrialsRequest*, v1::ListTrialsResponse*) override;
  grpc::Status GetBestTrial(grpc::ServerContext*, const v1::GetBestTrialRequest*, v1::Trial*) override;
  grpc::Status ListMetrics(grpc::ServerContext*, const v1::ListMetricsRequest*, v1::ListMetricsResponse*) override;
  grpc::Status WatchSweep(grpc::ServerContext*, const v1::WatchSweepRequest*,
                          grpc::ServerWriter<v1::WatchSweepResponse>*) override;
  grpc::Status GetServerStats(grpc::ServerContext*, const v1::GetServerStatsRequest*, v1::ServerStats*) override;
  grpc::Status ListAgents(grpc::ServerContext*, const v1::ListAgentsRequest*, v1::ListAgentsResponse*) override;

 private:
  struct Entry {
    v1::Sweep sweep;
    std::vector<v1::Trial> trials;
    std::vector<v1::Event> events;
    std::map<int64_t, std::vector<v1::MetricPoint>> points;
  };

  Entry& MakeSweep(const std::string& name, int trials) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Record(Entry& entry, v1::EventKind kind, const v1::Trial* trial) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Count(Entry& entry) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  v1::Trial* TrialOf(const std::string& id, int64_t number) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  google::protobuf::Timestamp NextTime() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  bool FailsNow() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // UNAVAILABLE when a fault was asked for, NOT_FOUND without such a sweep.
  grpc::Status Find(const std::string& id, Entry** entry) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  grpc::Status Move(const std::string& id, v1::SweepState state, v1::EventKind kind, v1::Sweep* answer);

  mutable absl::Mutex mutex_;
  std::map<std::string, Entry> sweeps_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, std::string> created_ ABSL_GUARDED_BY(mutex_);  // request_id -> id
  std::map<std::string, int64_t> added_ ABSL_GUARDED_BY(mutex_);        // request_id -> number of a trial
  std::vector<v1::Agent> agents_ ABSL_GUARDED_BY(mutex_);
  std::vector<int64_t> watched_from_ ABSL_GUARDED_BY(mutex_);
  int64_t clock_ ABSL_GUARDED_BY(mutex_) = 1767225600;
  int pages_ ABSL_GUARDED_BY(mutex_) = 0;
  int failing_calls_ ABSL_GUARDED_BY(mutex_) = 0;
  int break_after_ ABSL_GUARDED_BY(mutex_) = -1;
};

// The service behind a port of this machine.
class FakeController {
 public:
  FakeController();  // listens at a free port
  ~FakeController();

  const std::string& address() const { return address_; }
  FakeSweepService& service() { return service_; }

 private:
  FakeSweepService service_;
  std::string address_;
  std::unique_ptr<grpc::Server> server_;
};

// An address of this machine where nothing listens.
std::string FreeAddress();

}  // namespace sweepd::client
