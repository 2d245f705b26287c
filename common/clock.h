// Where the time comes from. Code that needs the time takes a Clock, so that tests decide what time it is.
#pragma once

#include "absl/time/time.h"

namespace sweepd {

// Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;

  // Wall-clock time, for people: it is stored and shown, and may jump.
  virtual absl::Time Now() const = 0;

  // Time since an arbitrary fixed origin; never goes back. Every deadline is measured by it.
  virtual absl::Duration Monotonic() const = 0;
};

// The machine's clocks.
class SystemClock : public Clock {
 public:
  absl::Time Now() const override;
  absl::Duration Monotonic() const override;
};

}  // namespace sweepd
