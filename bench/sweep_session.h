// One sweep in a controller of its own in this process, and the agent that runs its trials: suggestion worker, engine
// thread, in-memory store, as in sweepd below its wire.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "common/clock.h"
#include "common/ids.h"
#include "server/core/sweep.h"
#include "server/engine/controller.h"

namespace sweepd {

// Not thread-safe.
class SweepSession {
 public:
  static absl::StatusOr<std::unique_ptr<SweepSession>> Start(const SweepSpec& spec);

  // The next trial, leased, as soon as the method has it; nullopt when the sweep makes no further one. The caller has
  // fewer than max_parallel open.
  absl::StatusOr<std::optional<LeaseGrant>> Ask();

  // Ends a trial: it reported that objective, or exited with 1 without a report.
  absl::Status Succeed(const LeaseRef& lease, double objective);
  absl::Status Fail(const LeaseRef& lease);

 private:
  SweepSession() = default;

  template <class T>
  absl::StatusOr<T> Run(absl::AnyInvocable<absl::StatusOr<T>(Engine&)> command);
  absl::StatusOr<TrialAnswer> RequestTrial();

  const SystemClock clock_;
  SeededIdSource ids_{1};
  std::string metric_;
  std::unique_ptr<Controller> controller_;
  std::string agent_id_;
  std::string sweep_id_;
  int requests_ = 0;
};

}  // namespace sweepd
