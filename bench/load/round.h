// One measured round: the client calls one server for some seconds while the others rest.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "bench/load/load_client.h"
#include "bench/load/server_process.h"

namespace sweepd::load {

struct RoundResult {
  absl::Duration length;
  CallLog log;
  absl::Duration server_cpu;
  absl::Duration client_cpu;

  double PerSecond(int64_t count) const { return static_cast<double>(count) / absl::ToDoubleSeconds(length); }
  // Zero without calls.
  absl::Duration ServerCpuPerCall() const;
  absl::Duration ClientCpuPerCall() const;
  absl::Duration ServerCpuPerLifecycle() const;
};

// A short time of the same load before the measured `length` is not counted.
absl::StatusOr<RoundResult> MeasureRound(const ServerProcess& server, LoadClient& client, absl::Duration length);

}  // namespace sweepd::load
