// Several trials of one assignment, and assignments that are tried first.
#include <map>
#include <set>
#include <vector>

#include "tests/engine/sweep_course.h"

namespace sweepd {
namespace {

using testing::ElementsAre;

class Repeats : public SweepCourse {};
class GivenAssignments : public SweepCourse {};

SweepSpec WithRepeats(int64_t repeats) {
  SweepSpec spec = SpecOf(Method::kRandom);
  spec.repeats = repeats;
  return spec;
}

TEST_F(Repeats, EveryAssignmentRunsAsOftenAsWanted) {
  Create(WithRepeats(3));
  std::vector<Assignment> assignments;
  for (int i = 0; i < 7; ++i) assignments.push_back(Lease().assignment);
  EXPECT_EQ(assignments[0], assignments[1]);
  EXPECT_EQ(assignments[0], assignments[2]);
  EXPECT_NE(assignments[2], assignments[3]);
  EXPECT_EQ(assignments[3], assignments[5]);
  std::vector<int64_t> repeat_of;
  for (const Trial& trial : harness_.Trials(sweep_)) repeat_of.push_back(trial.repeat_of);
  EXPECT_THAT(repeat_of, ElementsAre(0, 1, 1, 0, 4, 4, 0, 7, 7));
  EXPECT_EQ(Found().suggestions, 3);
}

TEST_F(Repeats, TheBestTrialIsThatOfTheBestMeanOfCompleteRepeats) {
  Create(WithRepeats(2));
  Succeed(1);
  EXPECT_EQ(Best().first, 0) << "one of its trials is not over";
  Succeed(2);
  EXPECT_EQ(Best(), std::pair(int64_t{1}, 1.5));
  Succeed(0.5);
  Succeed(3);
  EXPECT_EQ(Best(), std::pair(int64_t{1}, 1.5));
  Succeed(1);
  Succeed(1);
  EXPECT_EQ(Best(), std::pair(int64_t{5}, 1.0));
}

TEST_F(Repeats, FailedRepeatsAreLeftOutOfTheMean) {
  Create(WithRepeats(2));
  Fail();
  Succeed(2);
  EXPECT_EQ(Best(), std::pair(int64_t{2}, 2.0)) << "the first that succeeded stands for all";
  Fail();
  Fail();
  EXPECT_EQ(Best(), std::pair(int64_t{2}, 2.0));
}

TEST_F(Repeats, TheTargetIsReachedByAMeanAlone) {
  SweepSpec spec = WithRepeats(2);
  spec.objective->target = 1;
  Create(spec);
  Succeed(0);
  Succeed(3);
  EXPECT_EQ(Found().state, SweepState::kActive);
  Succeed(0);
  Succeed(2);
  EXPECT_EQ(Found().reason, SweepReason::kTargetReached);
  EXPECT_EQ(Found().state, SweepState::kFinished);
  EXPECT_EQ(ReasonOf(Resume()), "NOTHING_LEFT");
}

TEST_F(Repeats, TheCapCountsEveryRepeat) {
  SweepSpec spec = WithRepeats(3);
  spec.run_cap = 4;
  Create(spec);
  for (const double loss : {2, 2, 2, 1}) Succeed(loss);
  EXPECT_EQ(Found().state, SweepState::kFinished);
  EXPECT_EQ(Found().reason, SweepReason::kRunCapReached);
  EXPECT_EQ(Best(), std::pair(int64_t{4}, 1.0)) << "the last assignment has but one trial";
}

TEST_F(Repeats, AGridRunsEveryPointAsOftenAsWanted) {
  SweepSpec spec = SpecOf(Method::kGrid);
  spec.repeats = 2;
  Create(spec);
  std::map<std::string, int> runs;
  for (int i = 0; i < 24; ++i) {
    const LeaseGrant grant = Lease();
    ++runs[ToJson(Value(grant.assignment))];
    harness_.Complete(grant.ref, 1);
  }
  EXPECT_EQ(runs.size(), 12u);
  for (const auto& [assignment, count] : runs) EXPECT_EQ(count, 2) << assignment;
  EXPECT_EQ(Found().reason, SweepReason::kSpaceExhausted);
  EXPECT_EQ(Found().state, SweepState::kFinished);
}

TEST_F(Repeats, AStopSettlesAnAssignmentWithTheRepeatsThatRan) {
  Create(WithRepeats(3));
  Succeed(2);
  Succeed(4);
  ASSERT_OK(Stop());
  EXPECT_EQ(Found().state, SweepState::kFinished);
  EXPECT_EQ(Best(), std::pair(int64_t{1}, 3.0));
  ASSERT_OK(Resume());
  EXPECT_EQ(Lease().ref.trial.number, 4) << "what a stop cancelled stays so";
}

TEST_F(Repeats, BayesSeesOneObservationForEachAssignment) {
  SweepSpec spec = SpecOf(Method::kBayes);
  spec.repeats = 2;
  Create(spec);
  Succeed(1);
  Succeed(2);
  Fail();
  Succeed(5);
  Fail();
  Fail();
  Lease();
  ASSERT_OK_AND_ASSIGN(const std::vector<Observation> history, GatherHistory(harness_.store(), sweep_));
  ASSERT_EQ(history.size(), 4u);
  using enum Observation::Outcome;
  EXPECT_EQ(history[0].outcome, kValue);
  EXPECT_EQ(history[0].objective, 1.5);
  EXPECT_EQ(history[1].objective, 5);
  EXPECT_EQ(history[2].outcome, kFailed);
  EXPECT_EQ(history[3].outcome, kPending);
  EXPECT_EQ(history[3].trial, 7);
}

TEST_F(GivenAssignments, AreTriedFirstByEveryMethodAndTheCapCountsThem) {
  for (const Method method : {Method::kRandom, Method::kBayes}) {
    SweepSpec spec = SpecOf(method);
    spec.initial = {{{"a", 0.25}, {"b", 0.75}}, {{"a", 0.5}}};
    spec.run_cap = 3;
    Create(spec);
    LeaseGrant grant = Lease();
    EXPECT_EQ(grant.assignment, spec.initial[0]);
    harness_.Complete(grant.ref, 1);
    grant = Lease();
    EXPECT_EQ(grant.assignment->at("a"), Value(0.5));
    harness_.Complete(grant.ref, 2);
    Succeed(3);
    EXPECT_EQ(Found().reason, SweepReason::kRunCapReached);
  }
}

TEST_F(GivenAssignments, AGridWithGivenPointsEndsWithEveryPointTriedOnce) {
  SweepSpec spec = SpecOf(Method::kGrid);
  spec.initial = {{{"a", 2}, {"b", "z"}}, {{"a", 3}}, {{"b", "w"}, {"a", 3}}};
  Create(spec);
  std::set<std::string> points;
  for (int i = 0; i < 12; ++i) {
    if (i == 5) harness_.Restart();
    const LeaseGrant grant = Lease();
    EXPECT_EQ(grant.assignment == spec.initial[0], i == 0);
    points.insert(ToJson(Value(grant.assignment)));
    harness_.Complete(grant.ref, 1);
  }
  EXPECT_EQ(points.size(), 12u);
  EXPECT_EQ(Found().reason, SweepReason::kSpaceExhausted);
  EXPECT_TRUE(harness_.IsDone(agent_, sweep_));
}

TEST_F(GivenAssignments, AGivenAssignmentIsRepeatedToo) {
  SweepSpec spec = WithRepeats(2);
  spec.initial = {{{"a", 0.25}}};
  Create(spec);
  EXPECT_EQ(Lease().assignment, Lease().assignment);
  EXPECT_NE(Lease().assignment->at("a"), Value(0.25));
}

}  // namespace
}  // namespace sweepd
