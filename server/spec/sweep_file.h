// The sweep file: YAML or JSON text in, a checked spec or every mistake out.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "server/core/sweep.h"
#include "server/spec/problem.h"

namespace sweepd {

struct ParsedSweep {
  std::optional<SweepSpec> spec;  // nullopt exactly when `problems` is not empty
  bool seed_given = false;        // false: the caller draws spec->seed, below 2^63
  std::vector<Problem> problems;  // in the order of their places
  std::vector<Problem> warnings;  // in the order of their places; they do not keep the sweep from being created
};

// `name` is only used in the problems, for example "sweep.yaml". Pure; thread-safe.
ParsedSweep ParseSweepFile(absl::string_view name, absl::string_view text);

}  // namespace sweepd
