// The events of one sweep as they happen.
#pragma once

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "sweepd/v1/sweep_service.pb.h"

namespace sweepd::client {

// Single-threaded: the caller asks for the next step and decides how long to wait for it. Made by
// SweepClient::WatchSweep.
class SweepWatch {
 public:
  enum class Step {
    kEvent,         // response() holds a new one; revisions come without hole or repeat
    kNothing,       // nothing happened within the timeout
    kDisconnected,  // the controller went away; it is tried again, from the last revision, by the following calls
    kEnd,           // the sweep is over and every event was delivered
  };

  virtual ~SweepWatch() = default;

  // UNAVAILABLE once the controller stayed away longer than ClientOptions::reconnect_for; NOT_FOUND for a sweep that
  // does not exist or was deleted meanwhile. No calls after an error or kEnd.
  virtual absl::StatusOr<Step> Next(absl::Duration timeout) = 0;

  // The latest event; valid until the next call of Next.
  virtual const v1::WatchSweepResponse& response() const = 0;
};

}  // namespace sweepd::client
