// The parameters of a sweep: core's space to the wire, and the wire to a draft.
#pragma once

#include <string>
#include <vector>

#include "google/protobuf/map.h"
#include "server/core/search_space.h"
#include "server/spec/problem_list.h"
#include "server/spec/sweep_draft.h"
#include "sweepd/v1/sweep.pb.h"

namespace sweepd {

using WireParameters = google::protobuf::Map<std::string, v1::Distribution>;

// Adds the parameters of `space`, groups nested, the conditions at each parameter.
void SpaceToWire(const SearchSpace& space, WireParameters& wire);

// The drafts of what the caller sent. Reports only what no draft can hold: a kind that is not set, a value that is
// none. `path` is where the map stands, for example "parameters".
std::vector<ParameterDraft> ParametersFromWire(const WireParameters& wire, const std::string& path, ProblemList& found);

}  // namespace sweepd
