// How an assignment came out, from the trials of it: one, or as many as the sweep's `repeats`. Pure functions.
#pragma once

#include <cstdint>
#include <vector>

#include "server/core/sweep.h"
#include "server/core/trial_result.h"

namespace sweepd {

struct AssignmentResult {
  enum class Outcome {
    kOpen,       // some trial of it is not over
    kValue,      // over; `mean` is over the trials that ended well
    kFailed,     // over, and no trial gave a finite objective
    kCancelled,  // over, and every trial was cancelled
  };
  Outcome outcome = Outcome::kOpen;
  double mean = 0;    // finite
  int64_t trial = 0;  // with kValue: the number of the first trial that ended well, which stands for all
};

// `trials` are all trials of one assignment, at least one, by ascending numbers.
AssignmentResult JudgeAssignment(const std::vector<Trial>& trials);

// The mean of finite numbers, of which there is at least one; finite also where their sum is not.
double MeanOf(const std::vector<double>& numbers);

}  // namespace sweepd
