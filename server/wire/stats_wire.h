// The controller's counters on the wire.
#pragma once

#include "server/engine/controller.h"
#include "sweepd/v1/server_stats.pb.h"

namespace sweepd {

// With this program's version.
v1::ServerStats StatsToWire(const ControllerStats& stats);

}  // namespace sweepd
