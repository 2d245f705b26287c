// A sweep as its events tell it: the model against which the controller's state is checked.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "server/core/event.h"
#include "server/core/sweep.h"
#include "server/core/trial.h"

namespace sweepd::simulation {

class SweepHistory {
 public:
  struct TrialRecord {
    TrialState state = TrialState::kPending;
    int64_t first = 0;  // number of the first trial of its assignment
    int64_t attempt = 0;
    int64_t losses = 0;               // lost attempts that were not revived; given-back ones not counted
    std::optional<double> objective;  // of the event that ended it
    std::optional<double> mean;       // of its assignment, if it stands for all repeats of it
    absl::Duration extended;          // when its lease was last granted or extended
    int64_t to_stop = 0;              // the attempt that is to stop early; 0 for none
    std::set<int64_t> given_back;     // attempts that their holders ended and that another one followed, or will
  };
  // What was true right after an event.
  struct Moment {
    SweepState state = SweepState::kActive;
    TrialCounts counts;
    int64_t best = 0;  // number of the best trial; 0 for none
    int64_t failures_in_a_row = 0;
  };

  explicit SweepHistory(std::shared_ptr<const SweepSpec> spec) : spec_(std::move(spec)) {}

  // Takes the next event, which was committed at `at`. The invariant that it breaks; empty for none.
  std::string Apply(const Event& event, absl::Duration at);

  const SweepSpec& spec() const { return *spec_; }
  int64_t revision() const { return static_cast<int64_t>(moments_.size()); }
  const Moment& now() const { return now_; }
  // `revision` in 1..revision().
  const Moment& MomentOf(int64_t revision) const { return moments_[static_cast<size_t>(revision - 1)]; }

  int64_t trial_count() const { return static_cast<int64_t>(trials_.size()); }
  // Null for a number that no trial has.
  TrialRecord* Find(int64_t number) {
    return number < 1 || number > trial_count() ? nullptr : &trials_[static_cast<size_t>(number - 1)];
  }
  const std::vector<TrialRecord>& trials() const { return trials_; }

 private:
  std::string ApplyToSweep(const Event& event);
  std::string ApplyToTrial(const Event& event, absl::Duration at);
  std::string DecideToStop(TrialRecord& trial);
  // To which assignment the newest trial belongs.
  std::string NoteRepeat(const Event& event);
  std::string Begin(TrialRecord& trial, const Event& event);
  std::string Move(TrialRecord& trial, TrialState to, const Event& event);
  std::string CheckParallelism() const;
  void NoteResult(int64_t number, TrialRecord& trial, const Event& event);
  // Whether the assignment that the trial repeats is over, and the best one.
  void NoteMean(int64_t number);

  std::shared_ptr<const SweepSpec> spec_;
  Moment now_;
  std::vector<Moment> moments_;  // by revision
  std::vector<TrialRecord> trials_;
};

}  // namespace sweepd::simulation
