// The leases that are running now, and when each ends. In memory: a heartbeat costs no disk write.
//
// Deadlines are readings of Clock::Monotonic(). Not thread-safe; the engine thread owns it. O(log n) per call.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "server/core/trial.h"

namespace sweepd {

class LeaseTable {
 public:
  struct Lease {
    TrialKey trial;
    int64_t attempt = 0;
    std::string agent_id;
    absl::Duration deadline;
  };

  // Adds the lease, in place of an earlier one of the trial: also how a lease is extended.
  void Grant(Lease lease);

  // Forgets the trial's lease, if it has one.
  void Release(const TrialKey& trial);

  // The leases whose deadline is not after `now`, earliest first. They stay until they are released.
  std::vector<Lease> ExpiredAt(absl::Duration now) const;

  // The earliest deadline; nullopt without leases.
  std::optional<absl::Duration> NextDeadline() const;

  // Moves every deadline: the controller itself was asleep.
  void ShiftAll(absl::Duration by);

  // Trials whose lease the agent holds, in order.
  std::vector<TrialKey> HeldBy(absl::string_view agent_id) const;

  size_t size() const { return leases_.size(); }

 private:
  std::map<TrialKey, Lease> leases_;
  std::set<std::pair<absl::Duration, TrialKey>> by_deadline_;
};

}  // namespace sweepd
