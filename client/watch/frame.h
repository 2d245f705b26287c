// The picture of a running sweep that fills a part of the terminal.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "client/output/terminal.h"
#include "sweepd/v1/sweep.pb.h"
#include "sweepd/v1/trial.pb.h"

namespace sweepd::client {

// All that the picture shows.
struct SweepSnapshot {
  v1::Sweep sweep;
  std::optional<v1::Trial> best;
  std::vector<v1::Trial> running;  // at most as many as fit
  std::string controller;
  bool connected = true;
  absl::Time now;
};

// A bar of `width` columns, filled to `done` of `total` in eighths of a column.
std::string ProgressBar(uint64_t done, uint64_t total, int width);

// Lines that each fit into the terminal's width.
std::vector<std::string> RenderFrame(const SweepSnapshot& snapshot, const Terminal& terminal);

}  // namespace sweepd::client
