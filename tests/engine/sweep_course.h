// A sweep with one agent that takes its trials one after another.
#pragma once

#include <string>
#include <utility>

#include "server/core/errors.h"
#include "tests/support/engine_harness.h"
#include "tests/support/sweep_specs.h"

namespace sweepd {

class SweepCourse : public testing::Test {
 protected:
  void Create(SweepSpec spec) { sweep_ = harness_.CreateSweep(std::move(spec)); }
  LeaseGrant Lease() { return harness_.Lease(agent_, sweep_); }
  void Succeed(double loss) { harness_.Complete(Lease().ref, loss); }
  void Fail() { EXPECT_OK(harness_.Finish(Lease().ref, Outcome::kFailed)); }
  absl::Status Resume() {
    return harness_.Run([&](Engine& engine) { return engine.ResumeSweep(sweep_); }).status();
  }
  absl::StatusOr<SweepView> Stop() {
    return harness_.Run([&](Engine& engine) { return engine.StopSweep(sweep_); });
  }
  Sweep Found() { return harness_.FindSweep(sweep_); }
  Event LastEvent() { return harness_.store().ListEvents(sweep_, 0, 100000)->back(); }
  // The number of the best trial, and its result.
  std::pair<int64_t, double> Best() {
    const SweepView view = *FindSweepView(harness_.store(), sweep_);
    return view.best.has_value() ? std::pair(view.best->key.number, ResultOf(*view.best)) : std::pair(int64_t{0}, 0.0);
  }

  EngineHarness harness_;
  const std::string agent_ = harness_.RegisterAgent("agent");
  std::string sweep_;
};

}  // namespace sweepd
