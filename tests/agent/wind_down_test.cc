#include "agent/wind_down.h"

#include <gtest/gtest.h>

#include <csignal>

namespace sweepd::agent {
namespace {

using Cause = WindDown::Cause;

class WindDownTest : public testing::Test {
 protected:
  static absl::Duration At(int seconds) { return absl::Seconds(1000 + seconds); }

  WindDown wind_down_{WindDownTimes{absl::Seconds(10), absl::Seconds(30), absl::Seconds(15)}};
};

TEST_F(WindDownTest, SendsNothingUnasked) {
  EXPECT_EQ(wind_down_.TakeDueSignal(At(1'000'000)), std::nullopt);
  EXPECT_EQ(wind_down_.cause(), Cause::kNone);
}

TEST_F(WindDownTest, GivesAStoppedProgramTimeToEndByItself) {
  wind_down_.Stop(At(0));
  EXPECT_EQ(wind_down_.terminate_at(), At(10));
  EXPECT_EQ(wind_down_.TakeDueSignal(At(9)), std::nullopt);
  EXPECT_EQ(wind_down_.TakeDueSignal(At(10)), SIGTERM);
  EXPECT_EQ(wind_down_.TakeDueSignal(At(39)), std::nullopt);
  EXPECT_EQ(wind_down_.TakeDueSignal(At(40)), SIGKILL);
  EXPECT_EQ(wind_down_.TakeDueSignal(At(41)), std::nullopt);
}

TEST_F(WindDownTest, EndsACancelledProgramAtOnce) {
  wind_down_.Cancel(At(0));
  EXPECT_EQ(wind_down_.TakeDueSignal(At(0)), SIGTERM);
  EXPECT_EQ(wind_down_.TakeDueSignal(At(29)), std::nullopt);
  EXPECT_EQ(wind_down_.TakeDueSignal(At(30)), SIGKILL);
}

TEST_F(WindDownTest, EndsAProgramThatRanTooLongAndGrantsItItsGrace) {
  wind_down_.TimeOut(At(0));
  wind_down_.TimeOut(At(1));
  EXPECT_EQ(wind_down_.TakeDueSignal(At(1)), SIGTERM);
  EXPECT_EQ(wind_down_.TakeDueSignal(At(29)), std::nullopt);
  EXPECT_EQ(wind_down_.TakeDueSignal(At(30)), SIGKILL);
}

TEST_F(WindDownTest, ATimeoutIsNoReasonWhenTheProgramIsBeingEndedAlready) {
  wind_down_.Preempt(At(0));
  wind_down_.TimeOut(At(1));
  EXPECT_EQ(wind_down_.cause(), Cause::kPreempt);
}

TEST_F(WindDownTest, AnInterruptDoesNotMakeATimeoutForgotten) {
  wind_down_.TimeOut(At(0));
  wind_down_.Preempt(At(1));
  EXPECT_EQ(wind_down_.cause(), Cause::kTimeout);
  EXPECT_EQ(wind_down_.TakeDueSignal(At(0)), SIGTERM);
  EXPECT_EQ(wind_down_.TakeDueSignal(At(16)), SIGKILL);
}

TEST_F(WindDownTest, KillsAProgramWhoseLeaseIsLost) {
  wind_down_.Terminate(At(0));
  EXPECT_EQ(wind_down_.TakeDueSignal(At(0)), SIGTERM);
  wind_down_.Lose(At(1));
  EXPECT_EQ(wind_down_.TakeDueSignal(At(1)), SIGKILL);
  EXPECT_EQ(wind_down_.TakeDueSignal(At(40)), std::nullopt);
}

TEST_F(WindDownTest, GrantsLessGraceWhenTheAgentHasToGo) {
  wind_down_.Preempt(At(0));
  EXPECT_EQ(wind_down_.TakeDueSignal(At(0)), SIGTERM);
  EXPECT_EQ(wind_down_.TakeDueSignal(At(15)), SIGKILL);
}

TEST_F(WindDownTest, KillsWithoutSigtermWhenAskedTo) {
  wind_down_.Kill(At(0));
  EXPECT_EQ(wind_down_.TakeDueSignal(At(0)), SIGKILL);
  EXPECT_EQ(wind_down_.TakeDueSignal(At(0)), std::nullopt);
}

TEST_F(WindDownTest, NeverPutsASignalOff) {
  wind_down_.Preempt(At(0));
  wind_down_.Terminate(At(5));
  wind_down_.Stop(At(6));
  EXPECT_EQ(wind_down_.TakeDueSignal(At(6)), SIGTERM);
  EXPECT_EQ(wind_down_.TakeDueSignal(At(15)), SIGKILL);
}

TEST_F(WindDownTest, HurriesWhenAStoppedTrialIsInterrupted) {
  wind_down_.Stop(At(0));
  wind_down_.Terminate(At(2));
  EXPECT_EQ(wind_down_.TakeDueSignal(At(2)), SIGTERM);
  EXPECT_EQ(wind_down_.cause(), Cause::kStop);
}

TEST_F(WindDownTest, LetsTheStrongerCausePrevail) {
  wind_down_.Preempt(At(0));
  EXPECT_EQ(wind_down_.cause(), Cause::kPreempt);
  wind_down_.Stop(At(1));
  EXPECT_EQ(wind_down_.cause(), Cause::kStop);
  wind_down_.Cancel(At(2));
  wind_down_.Stop(At(3));
  EXPECT_EQ(wind_down_.cause(), Cause::kCancel);
  wind_down_.Lose(At(4));
  wind_down_.Cancel(At(5));
  EXPECT_EQ(wind_down_.cause(), Cause::kLost);
}

}  // namespace
}  // namespace sweepd::agent
