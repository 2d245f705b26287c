// The leases that are running now, and when each ends. In memory: a heartbeat costs no disk write, and is answered
// while the disk stalls.
//
// Deadlines are readings of Clock::Monotonic(). Thread-safe: the engine's thread grants, ends and releases leases, and
// the threads that answer heartbeats extend them. O(log n) per call unless said otherwise.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "server/core/trial.h"
#include "server/engine/requests.h"

namespace sweepd {

class LeaseTable {
 public:
  struct Lease {
    TrialKey trial;
    int64_t attempt = 0;
    std::string token;
    std::string agent_id;
    absl::Duration deadline;
    absl::Duration limit = absl::InfiniteDuration();  // nothing moves the deadline beyond it
    bool stop = false;                                // its agent is to stop the attempt

    // It ended although its agent was heard of: it had its full time.
    bool reached_limit() const { return deadline >= limit; }
  };

  // Adds the lease, in place of an earlier one of the trial.
  void Grant(Lease lease);

  // Puts back a lease that TakeExpired gave, unless the trial has another by now.
  void Restore(Lease lease);

  // Moves the end of exactly this lease, its token compared in constant time, if it is running here; not beyond its
  // limit. Says what its agent is to do, CONTINUE or STOP; nullopt when it is not running here.
  std::optional<Directive> Extend(const LeaseRef& lease, absl::Duration deadline);

  // From now on the agent of the trial's lease, if it has one, is told to stop.
  void TellToStop(const TrialKey& trial);

  // Whether exactly this lease is running here.
  bool Holds(const LeaseRef& lease) const;

  // Forgets the trial's lease, if it has one.
  void Release(const TrialKey& trial);

  // Takes out the leases whose deadline is not after `now`, earliest first, at most `limit`. Nobody can extend them any
  // more.
  std::vector<Lease> TakeExpired(absl::Duration now, size_t limit);

  // The earliest deadline; InfiniteDuration without leases.
  absl::Duration NextDeadline() const;

  // Moves every deadline: the controller itself was asleep. O(n log n).
  void ShiftAll(absl::Duration by);

  // Trials whose lease the agent holds, in order. O(n).
  std::vector<TrialKey> HeldBy(absl::string_view agent_id) const;

  size_t size() const;

 private:
  bool IsThis(const LeaseRef& lease) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Insert(Lease lease) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Erase(const TrialKey& trial) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  mutable absl::Mutex mutex_;
  absl::flat_hash_map<TrialKey, Lease> leases_ ABSL_GUARDED_BY(mutex_);
  std::set<std::pair<absl::Duration, TrialKey>> by_deadline_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace sweepd
