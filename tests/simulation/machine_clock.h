// The clocks of the controller's machine: a monotonic one that begins anew when the machine does, and a wall clock that
// somebody sets now and then.
#pragma once

#include "absl/time/time.h"
#include "common/clock.h"
#include "tests/simulation/event_queue.h"

namespace sweepd::simulation {

// Not thread-safe. The queue outlives it.
class MachineClock : public Clock {
 public:
  explicit MachineClock(const EventQueue& queue) : queue_(queue) {}

  absl::Time Now() const override { return absl::FromUnixSeconds(1767225600) + queue_.now() + wall_offset_; }
  absl::Duration Monotonic() const override { return queue_.now() + monotonic_offset_; }

  void SetWallClock(absl::Duration offset) { wall_offset_ = offset; }
  // The machine was started again.
  void Reboot(absl::Duration uptime) { monotonic_offset_ = uptime - queue_.now(); }

 private:
  const EventQueue& queue_;
  absl::Duration wall_offset_;
  absl::Duration monotonic_offset_ = absl::Seconds(1000);
};

}  // namespace sweepd::simulation
