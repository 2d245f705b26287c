// What agents left undelivered when they ended: found at the start of the next one, and brought to the controller
// beside its trials.
//
// An attempt whose program had ended gets its stored result. One whose program had not is given back: its program died
// with its agent, or is waited for, for the kill delay, and then killed; what it reported is delivered first.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "agent/attempt_end.h"
#include "agent/controller.h"
#include "agent/deadline.h"
#include "agent/spool.h"
#include "agent/spool_folder.h"
#include "common/clock.h"

namespace sweepd::agent {

class Leftovers {
 public:
  // Opens every spool of the `folders`, which belong to it from now on. `kill_delay`: from now until SIGKILL for
  // programs that outlived their agent. References must outlive it.
  Leftovers(std::vector<std::unique_ptr<SpoolFolder>> folders, const std::string& work_root, absl::Duration kill_delay,
            const DeliveryMeans& means, const Clock& clock);

  // Delivers one after the other, until all is done or the farewell is over; called once. What is left then stays on
  // disk.
  void Deliver();

  // The leases that are not settled yet, which heartbeats keep alive. Thread-safe.
  std::vector<LeaseRef> Leases() const;

  // What the controller says to one of them; programs whose trial is somebody else's are not waited for. Thread-safe.
  void Apply(const LeaseRef& lease, Directive directive);

 private:
  void Open(const std::string& file);
  std::string DeliverAndClose(Spool& spool);
  Delivery DeliverOne(Spool& spool, Outcome& outcome);
  // Waits until no process of the attempt is left; false when the farewell was over before.
  bool AwaitPrograms(const LeaseRef& lease, const std::string& mark);
  bool HasToBeKilled(const LeaseRef& lease) const;

  const std::vector<std::unique_ptr<SpoolFolder>> folders_;
  const std::string work_root_;
  const DeliveryMeans means_;
  const Clock& clock_;
  const absl::Duration kill_at_;
  std::vector<Spool> spools_;

  mutable absl::Mutex mutex_;
  std::vector<LeaseRef> leases_ ABSL_GUARDED_BY(mutex_);
  std::vector<LeaseRef> lost_ ABSL_GUARDED_BY(mutex_);  // as heartbeats told
};

}  // namespace sweepd::agent
