// Sweeps on the wire.
#pragma once

#include "server/core/event.h"
#include "server/core/sweep.h"
#include "server/engine/queries.h"
#include "sweepd/v1/sweep.pb.h"

namespace sweepd {

v1::SweepSpec SpecToWire(const SweepSpec& spec);
v1::Objective ObjectiveToWire(const Objective& objective);
v1::Sweep SweepToWire(const SweepView& view);
v1::Event EventToWire(const Event& event);

}  // namespace sweepd
