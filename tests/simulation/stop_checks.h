// What must hold of the decisions to stop early, whatever faults the controller saw: they rest on stored reports alone.
#pragma once

#include <string>
#include <vector>

#include "server/core/sweep.h"
#include "server/core/trial.h"
#include "server/store/store.h"

namespace sweepd::simulation {

// What is wrong with the decisions of a sweep; `trials` are all of it.
std::vector<std::string> CheckStops(StoreReader& reader, const Sweep& sweep, const std::vector<Trial>& trials);

}  // namespace sweepd::simulation
