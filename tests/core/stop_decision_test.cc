#include "server/core/stop_decision.h"

#include <gtest/gtest.h>

#include <limits>

namespace sweepd {
namespace {

TEST(StopDecision, SaysWhatWasComparedWithWhat) {
  StopDecision decision{.rule = "asha", .iteration = 9, .value = 0.5, .threshold = 0.25, .trials = 1, .time = {}};
  EXPECT_EQ(DescribeStop(decision), "asha at iteration 9: 0.5 is worse than 0.25, by 1 trial");
  decision.trials = 12;
  for (const double sign : {1.0, -1.0}) {
    decision.value = sign * std::numeric_limits<double>::infinity();
    EXPECT_EQ(DescribeStop(decision),
              "asha at iteration 9: a value that is not finite is worse than 0.25, by 12 trials");
  }
}

}  // namespace
}  // namespace sweepd
