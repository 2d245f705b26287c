#include "agent/interrupts.h"

#include <gtest/gtest.h>

#include <csignal>
#include <vector>

namespace sweepd::agent {
namespace {

struct Case {
  std::vector<int> signals;
  std::vector<Interrupt> expected;
};

TEST(InterruptLadder, ClimbsWithEverySignal) {
  const std::vector<Case> cases = {
      {{SIGINT, SIGINT, SIGINT, SIGINT},
       {Interrupt::kDrain, Interrupt::kTerminate, Interrupt::kKill, Interrupt::kKill}},
      {{SIGTERM, SIGTERM, SIGHUP}, {Interrupt::kPreempt, Interrupt::kNone, Interrupt::kNone}},
      {{SIGHUP}, {Interrupt::kPreempt}},
      {{SIGINT, SIGTERM, SIGINT}, {Interrupt::kDrain, Interrupt::kPreempt, Interrupt::kKill}},
      {{SIGTERM, SIGINT}, {Interrupt::kPreempt, Interrupt::kKill}},
      {{SIGUSR2}, {Interrupt::kNone}},
  };
  for (size_t i = 0; i < cases.size(); ++i) {
    InterruptLadder ladder;
    std::vector<Interrupt> taken;
    for (int signal : cases[i].signals) taken.push_back(ladder.On(signal));
    EXPECT_EQ(taken, cases[i].expected) << "case " << i;
  }
}

}  // namespace
}  // namespace sweepd::agent
