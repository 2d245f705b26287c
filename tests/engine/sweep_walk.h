// A drawn course of a sweep: what agents and users may do to it, one thing after another.
#pragma once

#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/rng.h"
#include "tests/support/engine_harness.h"

namespace sweepd {

// The course depends on the seed and on what the sweep holds, on nothing else. The sweep's parameters are "a" and "b"
// on [0, 1]; agents report "loss".
class SweepWalk {
 public:
  SweepWalk(EngineHarness& harness, std::string sweep, uint64_t seed)
      : harness_(harness), sweep_(std::move(sweep)), agent_(harness.RegisterAgent("walker")), rng_(seed, 0) {}

  void Step() {
    // Some things happen at the same moment.
    if (Chance(2)) harness_.clock.Advance(absl::Milliseconds(rng_.NextBelow(50)));
    switch (rng_.NextBelow(14)) {
      case 0:
      case 1:
      case 2:
      case 3:
      case 4: return Lease();
      case 5:
      case 6:
      case 7: return Finish(Outcome::kCompleted);
      case 8: return Finish(Outcome::kFailed);
      case 9: return Finish(Chance(2) ? Outcome::kPreempted : Outcome::kCompleted);
      case 10: return Cancel();
      case 11: return Retry();
      case 12: return Add();
      default: return Steer();
    }
  }

 private:
  bool Chance(uint64_t one_in) { return rng_.NextBelow(one_in) == 0; }

  void Lease() {
    absl::StatusOr<TrialAnswer> answer = harness_.Ask(agent_, sweep_);
    ASSERT_OK(answer);
    if (auto* grant = std::get_if<LeaseGrant>(&*answer)) running_.push_back(std::move(*grant));
  }

  double LossOf(const Assignment& assignment) {
    if (Chance(8)) return std::numeric_limits<double>::quiet_NaN();
    const double a = assignment.at("a").as_double() - 0.3;
    const double b = assignment.at("b").as_double() - 0.6;
    return a * a + b * b;
  }

  // Reports as many losses as are drawn, and ends.
  void Finish(Outcome outcome) {
    if (running_.empty()) return;
    const auto chosen = running_.begin() + static_cast<int64_t>(rng_.NextBelow(running_.size()));
    const LeaseGrant grant = std::move(*chosen);
    running_.erase(chosen);
    int64_t sequence = 0;
    for (auto reports = static_cast<int64_t>(rng_.NextBelow(4)); sequence < reports;) {
      const double loss = LossOf(grant.assignment) + static_cast<double>(rng_.NextBelow(3));
      // The lease is lost when a user cancelled the trial.
      if (!harness_.Report(grant.ref, ++sequence, loss).ok()) return;
    }
    harness_.Finish(grant.ref, outcome, sequence).status().IgnoreError();
  }

  int64_t AnyTrial() {
    const int64_t count = harness_.FindSweep(sweep_).counts.total();
    return count == 0 ? 1 : 1 + static_cast<int64_t>(rng_.NextBelow(static_cast<uint64_t>(count)));
  }

  void Cancel() {
    const TrialKey key{sweep_, AnyTrial()};
    harness_.Run([&](Engine& engine) { return engine.CancelTrial(key); }).status().IgnoreError();
  }

  void Retry() {
    const TrialRetry retry{absl::StrCat("retry-", ++requests_), "f", {sweep_, AnyTrial()}};
    harness_.Run([&](Engine& engine) { return engine.RetryTrial(retry); }).status().IgnoreError();
  }

  void Add() {
    const NewTrial trial{
        absl::StrCat("add-", ++requests_), "f", sweep_, {{"a", rng_.NextUnit()}, {"b", rng_.NextUnit()}}};
    EXPECT_OK(harness_.Run([&](Engine& engine) { return engine.AddTrial(trial); }));
  }

  void Steer() {
    if (Chance(2)) {
      EXPECT_OK(harness_.Run([&](Engine& engine) { return engine.PauseSweep(sweep_); }));
      EXPECT_OK(harness_.Run([&](Engine& engine) { return engine.ResumeSweep(sweep_); }));
      return;
    }
    SweepUpdate update{sweep_};
    update.run_cap = 1000 + static_cast<int64_t>(rng_.NextBelow(3));
    EXPECT_OK(harness_.Run([&](Engine& engine) { return engine.UpdateSweep(update); }));
  }

  EngineHarness& harness_;
  const std::string sweep_;
  const std::string agent_;
  Rng rng_;
  std::vector<LeaseGrant> running_;
  int requests_ = 0;
};

}  // namespace sweepd
