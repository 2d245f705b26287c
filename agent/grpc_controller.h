// The controller over gRPC: the one place of the agent that knows its wire types.
#pragma once

#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "agent/controller.h"
#include "common/ids.h"

namespace grpc {
class ChannelInterface;
class ClientContext;
}  // namespace grpc

namespace sweepd::agent {

struct CallTimes {
  // Deadline of every call but RequestTrial, whose deadline is its `wait` and this.
  absl::Duration timeout = absl::Seconds(5);
  // Longest pause between two tries to connect again.
  absl::Duration reconnect_pause = absl::Seconds(1);
};

// Thread-safe. The channel reconnects by itself, so a call after a restart of the controller just works. When the
// controller has forgotten the agent, the call that finds out registers it anew and goes on.
class GrpcController : public Controller {
 public:
  // `address` is HOST:PORT. `ids` must outlive it.
  GrpcController(const std::string& address, IdSource& ids, const CallTimes& times = {});
  ~GrpcController() override;

  absl::StatusOr<Registration> Register(const AgentDescription& agent) override;
  absl::StatusOr<TrialAnswer> RequestTrial(const TrialRequest& request) override;
  void CancelRequests() override;
  absl::StatusOr<ReportAnswer> Report(const LeaseRef& lease, const std::vector<MetricReport>& reports) override;
  absl::StatusOr<std::vector<Directive>> Heartbeat(const std::vector<LeaseRef>& running) override;
  absl::StatusOr<FinishAnswer> Finish(const FinishRequest& finish) override;

 private:
  struct Rpc;  // the generated stub and the calls through it

  absl::StatusOr<TrialAnswer> RequestTrialOnce(const TrialRequest& request, const std::string& agent_id);
  absl::StatusOr<std::vector<Directive>> HeartbeatOnce(const std::vector<LeaseRef>& running,
                                                       const std::string& agent_id);
  // Registers again unless another thread has done so since there were `seen` registrations.
  absl::Status RegisterAgain(int64_t seen);
  // Calls `once` with the agent's id; again with a new one when the controller does not know the first.
  template <class Answer, class Once>
  absl::StatusOr<Answer> AsKnownAgent(Once once);
  // The agent's id, and how many registrations came before it.
  std::pair<std::string, int64_t> identity();

  const std::unique_ptr<Rpc> rpc_;
  const CallTimes times_;
  IdSource& ids_;

  absl::Mutex registering_;  // held over a registration, so that only one thread makes it
  absl::Mutex mutex_ ABSL_ACQUIRED_AFTER(registering_);
  AgentDescription description_ ABSL_GUARDED_BY(mutex_);
  std::string request_id_ ABSL_GUARDED_BY(mutex_);  // of the registration that is tried or was made
  std::string agent_id_ ABSL_GUARDED_BY(mutex_);
  int64_t registrations_ ABSL_GUARDED_BY(mutex_) = 0;
  bool cancelled_ ABSL_GUARDED_BY(mutex_) = false;
  std::set<grpc::ClientContext*> waiting_ ABSL_GUARDED_BY(mutex_);  // of the RequestTrial calls that are open
};

}  // namespace sweepd::agent
