// Following a sweep to its end, whoever looks at it.
#pragma once

#include <cstdint>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "client/sweep_client.h"

namespace sweepd::client {

// Sees what happens, in order, from one thread.
class SweepObserver {
 public:
  virtual ~SweepObserver() = default;

  virtual void OnEvent(const v1::WatchSweepResponse& response) = 0;

  // The controller went away (false), or an event showed that it is back (true).
  virtual void OnConnection(bool connected) = 0;

  // Twice a second, and after every burst of events.
  virtual void OnTick() {}

  // The sweep is over; its final state.
  virtual void OnEnd(const v1::Sweep&) {}
};

// Delivers the events of `sweep` after a revision until it is FINISHED or CANCELLED, and gives its final state. `check`
// is asked twice a second; its error ends the following and is returned.
absl::StatusOr<v1::Sweep> FollowSweep(SweepClient& client, const v1::Sweep& sweep, int64_t after_revision,
                                      SweepObserver& observer, absl::FunctionRef<absl::Status()> check);

}  // namespace sweepd::client
