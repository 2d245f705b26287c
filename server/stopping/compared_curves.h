// The curves of one sweep's trials, each compared with the others as the sweep's rule asks: what makes a decision with
// every report cheap.
//
// A pure function of its construction and the values of each curve: in which order the curves grew, and whether they
// were restarted meanwhile, makes no difference. So it can be thrown away at any time and built anew from what is
// stored, and a change can be taken back.
//
// Holds a few numbers for each trial and 16 bytes for each comparison it took part in. Not thread-safe.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "server/core/early_terminate.h"
#include "server/core/objective.h"
#include "server/core/stop_decision.h"
#include "server/stopping/stopping_rule.h"

namespace sweepd {

class ComparedCurves {
 public:
  // How a curve was before a change.
  struct Undo {
    int64_t trial = 0;
    CurveSoFar curve;
    size_t kept = 0;              // of its entries, the first ones are still there,
    std::vector<double> removed;  // and these followed
  };

  ComparedCurves(const EarlyTerminate& config, const Objective& objective);

  // What it was made for.
  bool IsFor(const EarlyTerminate& config, const Objective& objective) const {
    return config == config_ && objective.metric == metric_ && objective.goal == goal_;
  }

  // The trial's curve goes on with `value`, as it was reported: any double, of the sweep's own goal. O(1), and at an
  // iteration that is compared a search and a move in the sorted entries of all trials.
  Undo Append(int64_t trial, double value);

  // The trial's curve begins anew, with a new attempt. Costs as much as its comparisons did.
  Undo Restart(int64_t trial);

  // Takes a change back; the newest first.
  void TakeBack(Undo undo);

  // Whether the trial, whose curve has just grown, is to stop, and why; the decision's time is left to the caller.
  // O(1).
  std::optional<StopDecision> Judge(int64_t trial) const;

 private:
  struct Entered {
    CurveSoFar curve;
    std::vector<double> entries;  // at its first, second, ... comparison
  };

  void Enter(size_t comparison, double entry);
  void Leave(size_t comparison, double entry);
  double Loss(double value) const;
  double Value(double loss) const { return goal_ == Goal::kMaximize ? -loss : loss; }

  const EarlyTerminate config_;
  const std::string metric_;
  const Goal goal_;
  const std::unique_ptr<const StoppingRule> rule_;
  absl::flat_hash_map<int64_t, Entered> curves_;  // by the trial's number
  std::vector<std::vector<double>> entries_;      // of all trials at the first, second, ... comparison; ascending
};

// The decision on curves that are given as a whole: `curves[i]` are the values of trial i, oldest first, and `trial`
// has just reported its last. O(values). The meaning of ComparedCurves, and what tests hold it to.
std::optional<StopDecision> JudgeCurves(const EarlyTerminate& config, const Objective& objective,
                                        const std::vector<std::vector<double>>& curves, size_t trial);

}  // namespace sweepd
