// Checks every answer of the controller against what is known of the sweeps: right after its batch was committed,
// whether or not the answer ever reaches its client.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "server/engine/queries.h"
#include "server/engine/requests.h"
#include "tests/simulation/history.h"
#include "tests/simulation/scene.h"
#include "tests/simulation/watcher.h"

namespace sweepd::simulation {

// A lease as the sweep's events tell it at one moment.
struct LeaseView {
  bool known = false;  // the trial exists
  bool live = false;   // and its current attempt may be used
  int64_t attempt = 0;
  bool to_stop = false;  // it was decided that the lease's attempt is to stop early
};

class AnswerChecks {
 public:
  AnswerChecks(Scene& scene, History& history, Watcher& watcher)
      : scene_(scene), history_(history), watcher_(watcher) {}

  LeaseView ViewOf(const LeaseRef& lease);

  void OnRegister(const NewAgent& request, const absl::StatusOr<Agent>& answer);
  // `abandoned`: nobody waits for the answer any more, as the controller knows. `held`: it did not come with this turn.
  void OnTrialRequest(const TrialRequest& request, bool abandoned, bool held,
                      const absl::StatusOr<TrialAnswer>& answer);
  // `forged`: the lease was never given to anybody. `before`: what it was when the call arrived.
  void OnReport(const LeaseRef& lease, bool forged, const LeaseView& before, const std::vector<MetricReport>& reports,
                const absl::StatusOr<ReportAnswer>& answer);
  void OnHeartbeat(const std::vector<LeaseRef>& leases, const std::vector<LeaseView>& before,
                   const absl::StatusOr<std::vector<Directive>>& answer);
  void OnFinish(const FinishReport& report, bool forged, const LeaseView& before,
                const absl::StatusOr<FinishAnswer>& answer);
  void OnCreate(const NewSweep& request, bool reused, const absl::StatusOr<SweepView>& answer);
  // Any answer that shows a sweep.
  void OnView(const absl::StatusOr<SweepView>& answer);
  void OnSweep(const Sweep& sweep);
  void OnStatus(const absl::Status& status);

 private:
  // Its holder ended the attempt, and was answered or not.
  bool WasGivenBack(const LeaseRef& lease);
  void CheckLeaseAnswer(const LeaseRef& lease, bool forged, const LeaseView& before, const absl::Status& status);
  void CheckDirective(const LeaseRef& lease, const LeaseView& before, Directive directive);
  // Null when the sweep was not as it was shown, or has been deleted.
  const SweepHistory::Moment* FindMoment(const Sweep& sweep);
  void OnGrant(const TrialRequest& request, bool abandoned, bool held, const LeaseGrant& grant);

  Scene& scene_;
  History& history_;
  Watcher& watcher_;
  std::map<History::RunKey, int64_t> acked_;    // highest sequence that was acknowledged
  std::map<std::string, std::string> created_;  // request id -> sweep id
};

}  // namespace sweepd::simulation
