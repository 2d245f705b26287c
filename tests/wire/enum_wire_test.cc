// The domain's enums and the wire's list the same values in the same order.
#include "server/wire/enum_wire.h"

#include <gtest/gtest.h>

#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

namespace sweepd {
namespace {

template <class Wire, class Domain>
void ExpectSameNames(const std::string& prefix, Domain last, absl::string_view (*name)(Domain)) {
  const auto* descriptor = google::protobuf::GetEnumDescriptor<Wire>();
  EXPECT_EQ(descriptor->value_count(), static_cast<int>(last) + 1 + kFirstOnWire<Domain>) << prefix;
  for (int i = kFirstOnWire<Domain> == 0 ? 1 : 0; i <= static_cast<int>(last); ++i) {
    const auto value = static_cast<Domain>(i);
    const Wire wire = EnumToWire<Wire>(value);
    EXPECT_EQ(descriptor->FindValueByNumber(wire)->name(), absl::StrCat(prefix, absl::AsciiStrToUpper(name(value))));
    EXPECT_EQ(EnumFromWire(wire, last), value);
  }
}

TEST(EnumWire, NamesAreTheSameOnBothSides) {
  ExpectSameNames<v1::Method>("METHOD_", Method::kBayes, MethodName);
  ExpectSameNames<v1::Goal>("GOAL_", Goal::kMaximize, GoalName);
  ExpectSameNames<v1::Aggregation>("AGGREGATION_", Aggregation::kLast, AggregationName);
  ExpectSameNames<v1::Impute>("IMPUTE_", Impute::kLatest, ImputeName);
  ExpectSameNames<v1::StdoutMetrics>("STDOUT_METRICS_", StdoutMetrics::kRegex, StdoutMetricsName);
  ExpectSameNames<v1::SweepState>("SWEEP_STATE_", SweepState::kCancelled, SweepStateName);
  ExpectSameNames<v1::SweepReason>("SWEEP_REASON_", SweepReason::kTooManyFailures, SweepReasonName);
  ExpectSameNames<v1::TrialState>("TRIAL_STATE_", TrialState::kCancelled, TrialStateName);
  ExpectSameNames<v1::TrialReason>("TRIAL_REASON_", TrialReason::kUser, TrialReasonName);
  ExpectSameNames<v1::AttemptState>("ATTEMPT_STATE_", AttemptState::kPreempted, AttemptStateName);
  ExpectSameNames<v1::EventKind>("EVENT_KIND_", EventKind::kTrialRetried, EventKindName);
}

// These have no names in the domain; their first and last values pin the order.
TEST(EnumWire, TheOtherEnumsAgreeAtBothEnds) {
  EXPECT_EQ(EnumToWire<v1::WaitReason>(WaitReason::kPaused), v1::WAIT_REASON_PAUSED);
  EXPECT_EQ(EnumToWire<v1::WaitReason>(WaitReason::kBayesSerial), v1::WAIT_REASON_BAYES_SERIAL);
  EXPECT_EQ(EnumToWire<v1::WaitReason>(WaitReason::kFinishing), v1::WAIT_REASON_FINISHING);
  EXPECT_EQ(EnumToWire<v1::DoneReason>(DoneReason::kSweepsOver), v1::DONE_REASON_SWEEPS_OVER);
  EXPECT_EQ(EnumToWire<v1::DoneReason>(DoneReason::kNoSweep), v1::DONE_REASON_NO_SWEEP);
  EXPECT_EQ(EnumToWire<v1::Directive>(Directive::kContinue), v1::DIRECTIVE_CONTINUE);
  EXPECT_EQ(EnumToWire<v1::Directive>(Directive::kStop), v1::DIRECTIVE_STOP);
  EXPECT_EQ(EnumToWire<v1::Directive>(Directive::kLeaseLost), v1::DIRECTIVE_LEASE_LOST);
  EXPECT_EQ(EnumToWire<v1::Outcome>(Outcome::kCompleted), v1::OUTCOME_COMPLETED);
  EXPECT_EQ(EnumToWire<v1::Outcome>(Outcome::kStopped), v1::OUTCOME_STOPPED);
  EXPECT_EQ(EnumToWire<v1::Outcome>(Outcome::kPreempted), v1::OUTCOME_PREEMPTED);
  EXPECT_EQ(EnumToWire<v1::Outcome>(Outcome::kTimedOut), v1::OUTCOME_TIMED_OUT);
}

TEST(EnumWire, RefusesUnspecifiedAndUnknownValues) {
  EXPECT_EQ(EnumFromWire(v1::METHOD_UNSPECIFIED, Method::kBayes), std::nullopt);
  EXPECT_EQ(EnumFromWire(static_cast<v1::Method>(99), Method::kBayes), std::nullopt);
  EXPECT_EQ(EnumFromWire(static_cast<v1::Method>(-1), Method::kBayes), std::nullopt);
}

}  // namespace
}  // namespace sweepd
