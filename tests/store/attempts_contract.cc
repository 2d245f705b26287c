#include <limits>

#include "server/core/errors.h"
#include "tests/store/samples.h"
#include "tests/store/store_contract.h"

namespace sweepd {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST_P(StoreContract, FindsAnAttemptAsItWasInserted) {
  HaveSweep(SampleSweep("aaaaaaaa"));
  HaveTrial(SampleTrial("aaaaaaaa", 1));
  const Attempt attempt = SampleAttempt({"aaaaaaaa", 1}, 1);
  HaveAttempt(attempt);
  EXPECT_EQ(Describe(*store().FindAttempt({"aaaaaaaa", 1}, 1)), Describe(attempt));
}

TEST_P(StoreContract, KeepsAbsentFieldsOfAnAttemptAbsent) {
  HaveSweep(SampleSweep("aaaaaaaa"));
  HaveTrial(SampleTrial("aaaaaaaa", 1));
  Attempt attempt;
  attempt.trial = {"aaaaaaaa", 1};
  attempt.number = 1;
  HaveAttempt(attempt);
  EXPECT_EQ(Describe(*store().FindAttempt({"aaaaaaaa", 1}, 1)), Describe(attempt));
}

TEST_P(StoreContract, SaysThatAnAttemptOrItsTrialIsAbsent) {
  HaveSweep(SampleSweep("aaaaaaaa"));
  HaveTrial(SampleTrial("aaaaaaaa", 1));
  EXPECT_EQ(ReasonOf(store().FindAttempt({"aaaaaaaa", 1}, 1).status()), "ATTEMPT_NOT_FOUND");
  EXPECT_EQ(ReasonOf(store().FindAttempt({"aaaaaaaa", 2}, 1).status()), "TRIAL_NOT_FOUND");
  EXPECT_EQ(ReasonOf(store().ListAttempts({"aaaaaaaa", 2}).status()), "TRIAL_NOT_FOUND");
  EXPECT_EQ(ReasonOf(store().ListAttempts({"bbbbbbbb", 1}).status()), "SWEEP_NOT_FOUND");
  EXPECT_THAT(*store().ListAttempts({"aaaaaaaa", 1}), IsEmpty());
  Commit([&] {
    EXPECT_EQ(ReasonOf(store().InsertAttempt(SampleAttempt({"aaaaaaaa", 2}, 1))), "TRIAL_NOT_FOUND");
    EXPECT_EQ(ReasonOf(store().UpdateAttempt(SampleAttempt({"aaaaaaaa", 1}, 1))), "ATTEMPT_NOT_FOUND");
  });
}

TEST_P(StoreContract, UpdatesTheOutcomeOfAnAttemptOnly) {
  HaveSweep(SampleSweep("aaaaaaaa"));
  HaveTrial(SampleTrial("aaaaaaaa", 1));
  HaveAttempt(SampleAttempt({"aaaaaaaa", 1}, 1));
  Attempt changed = SampleAttempt({"aaaaaaaa", 1}, 1, AttemptState::kFailed);
  changed.reason = TrialReason::kExitCode;
  changed.message = "another message";
  changed.agent = changed.agent_id = changed.request_id = "another";
  changed.slot = 1;
  changed.acked_sequence = 44;
  changed.exit_code = std::nullopt;
  changed.started = At(90);
  changed.ended = At(91);
  Commit([&] { ASSERT_OK(store().UpdateAttempt(changed)); });

  Attempt expected = SampleAttempt({"aaaaaaaa", 1}, 1, AttemptState::kFailed);
  expected.reason = changed.reason;
  expected.message = changed.message;
  expected.acked_sequence = changed.acked_sequence;
  expected.exit_code = changed.exit_code;
  expected.ended = changed.ended;
  EXPECT_EQ(Describe(*store().FindAttempt({"aaaaaaaa", 1}, 1)), Describe(expected));
}

TEST_P(StoreContract, ListsTheAttemptsOfATrialInOrder) {
  HaveSweep(SampleSweep("aaaaaaaa"));
  HaveTrial(SampleTrial("aaaaaaaa", 1));
  HaveTrial(SampleTrial("aaaaaaaa", 2));
  for (const int64_t number : {2, 1, 3}) HaveAttempt(SampleAttempt({"aaaaaaaa", 1}, number, AttemptState::kFailed));
  HaveAttempt(SampleAttempt({"aaaaaaaa", 2}, 1));
  ASSERT_OK_AND_ASSIGN(const std::vector<Attempt> attempts, store().ListAttempts({"aaaaaaaa", 1}));
  std::vector<int64_t> numbers;
  for (const Attempt& attempt : attempts) numbers.push_back(attempt.number);
  EXPECT_THAT(numbers, ElementsAre(1, 2, 3));
}

TEST_P(StoreContract, RefusesASecondRunningAttemptOfATrial) {
  HaveSweep(SampleSweep("aaaaaaaa"));
  HaveTrial(SampleTrial("aaaaaaaa", 1));
  HaveTrial(SampleTrial("aaaaaaaa", 2));
  ASSERT_OK(store().Begin());
  ASSERT_OK(store().InsertAttempt(SampleAttempt({"aaaaaaaa", 1}, 1)));
  EXPECT_THAT(store().InsertAttempt(SampleAttempt({"aaaaaaaa", 1}, 2)), StatusIsCode(absl::StatusCode::kAlreadyExists));
  EXPECT_OK(store().InsertAttempt(SampleAttempt({"aaaaaaaa", 1}, 2, AttemptState::kPreempted)));
  EXPECT_THAT(store().UpdateAttempt(SampleAttempt({"aaaaaaaa", 1}, 2)), StatusIsCode(absl::StatusCode::kAlreadyExists));
  EXPECT_OK(store().InsertAttempt(SampleAttempt({"aaaaaaaa", 2}, 1)));
  store().Rollback();
}

TEST_P(StoreContract, LetsAnAttemptTakeThePlaceOfALostOne) {
  HaveSweep(SampleSweep("aaaaaaaa"));
  HaveTrial(SampleTrial("aaaaaaaa", 1));
  HaveAttempt(SampleAttempt({"aaaaaaaa", 1}, 1, AttemptState::kLost));
  HaveAttempt(SampleAttempt({"aaaaaaaa", 1}, 2));
  EXPECT_EQ(store().ListAttempts({"aaaaaaaa", 1})->size(), 2u);
}

TEST_P(StoreContract, LetsAnAttemptFollowAFinishedOne) {
  HaveSweep(SampleSweep("aaaaaaaa"));
  HaveTrial(SampleTrial("aaaaaaaa", 1));
  HaveAttempt(SampleAttempt({"aaaaaaaa", 1}, 1));
  Commit([&] {
    ASSERT_OK(store().UpdateAttempt(SampleAttempt({"aaaaaaaa", 1}, 1, AttemptState::kLost)));
    ASSERT_OK(store().UpdateAttempt(SampleAttempt({"aaaaaaaa", 1}, 1, AttemptState::kRunning)));
    ASSERT_OK(store().UpdateAttempt(SampleAttempt({"aaaaaaaa", 1}, 1, AttemptState::kPreempted)));
    ASSERT_OK(store().InsertAttempt(SampleAttempt({"aaaaaaaa", 1}, 2)));
  });
}

TEST_P(StoreContract, RefusesASecondAttemptOfTheSameNumber) {
  HaveSweep(SampleSweep("aaaaaaaa"));
  HaveTrial(SampleTrial("aaaaaaaa", 1));
  HaveAttempt(SampleAttempt({"aaaaaaaa", 1}, 1, AttemptState::kFailed));
  Commit([&] {
    EXPECT_THAT(store().InsertAttempt(SampleAttempt({"aaaaaaaa", 1}, 1)),
                StatusIsCode(absl::StatusCode::kAlreadyExists));
  });
}

TEST_P(StoreContract, KeepsAStopDecisionWithItsAttempt) {
  HaveSweep(SampleSweep("aaaaaaaa"));
  HaveTrial(SampleTrial("aaaaaaaa", 1));
  Attempt attempt = SampleAttempt({"aaaaaaaa", 1}, 1, AttemptState::kLost);
  attempt.stop = SampleStop(9, 1);  // not written with it
  HaveAttempt(attempt);
  attempt = SampleAttempt({"aaaaaaaa", 1}, 2);
  HaveAttempt(attempt);
  EXPECT_EQ(store().FindAttempt({"aaaaaaaa", 1}, 1)->stop, std::nullopt);
  const StopDecision decision = SampleStop(-0.0, std::numeric_limits<double>::infinity());
  Commit([&] {
    ASSERT_OK(store().InsertStopDecision({"aaaaaaaa", 1}, 2, decision));
    ASSERT_OK(store().UpdateAttempt(attempt));
    EXPECT_EQ(ReasonOf(store().InsertStopDecision({"aaaaaaaa", 1}, 3, decision)), "ATTEMPT_NOT_FOUND");
    EXPECT_THAT(store().InsertStopDecision({"aaaaaaaa", 1}, 2, decision),
                StatusIsCode(absl::StatusCode::kAlreadyExists));
  });
  attempt.stop = decision;
  EXPECT_EQ(Describe(*store().FindAttempt({"aaaaaaaa", 1}, 2)), Describe(attempt));
  EXPECT_EQ(Describe(store().ListAttempts({"aaaaaaaa", 1})->at(1)), Describe(attempt));
  EXPECT_EQ(store().ListAttempts({"aaaaaaaa", 1})->at(0).stop, std::nullopt);
  EXPECT_EQ(Describe(store().ListRunningAttempts()->at(0)), Describe(attempt));
  EXPECT_EQ(Describe(**store().FindAttemptByRequest(attempt.agent_id, attempt.request_id)), Describe(attempt));
  ASSERT_OK_AND_ASSIGN(const auto reader, store().OpenReader());
  EXPECT_EQ(Describe(*reader->FindAttempt({"aaaaaaaa", 1}, 2)), Describe(attempt));
}

TEST_P(StoreContract, ForgetsAStopDecisionThatWasTakenBack) {
  HaveSweep(SampleSweep("aaaaaaaa"));
  HaveTrial(SampleTrial("aaaaaaaa", 1));
  HaveAttempt(SampleAttempt({"aaaaaaaa", 1}, 1));
  ASSERT_OK(store().Begin());
  ASSERT_OK(store().Savepoint());
  ASSERT_OK(store().InsertStopDecision({"aaaaaaaa", 1}, 1, SampleStop(2, 1)));
  ASSERT_OK(store().RollbackToSavepoint());
  EXPECT_EQ(store().FindAttempt({"aaaaaaaa", 1}, 1)->stop, std::nullopt);
  ASSERT_OK(store().InsertStopDecision({"aaaaaaaa", 1}, 1, SampleStop(2, 1)));
  store().Rollback();
  EXPECT_EQ(store().FindAttempt({"aaaaaaaa", 1}, 1)->stop, std::nullopt);
}

TEST_P(StoreContract, ListsTheRunningAttemptsOfAllSweeps) {
  EXPECT_THAT(*store().ListRunningAttempts(), IsEmpty());
  for (const char* id : {"bbbbbbbb", "aaaaaaaa"}) {
    HaveSweep(SampleSweep(id));
    for (const int64_t number : {2, 1}) HaveTrial(SampleTrial(id, number));
    HaveAttempt(SampleAttempt({id, 1}, 1, AttemptState::kPreempted));
    HaveAttempt(SampleAttempt({id, 1}, 2, AttemptState::kLost));
    HaveAttempt(SampleAttempt({id, 2}, 1, AttemptState::kRunning));
  }
  EXPECT_THAT(Describe(*store().ListRunningAttempts()),
              ElementsAre(Describe(SampleAttempt({"aaaaaaaa", 2}, 1, AttemptState::kRunning)),
                          Describe(SampleAttempt({"bbbbbbbb", 2}, 1, AttemptState::kRunning))));
}

TEST_P(StoreContract, FindsAnAttemptByTheRequestItAnswered) {
  HaveSweep(SampleSweep("aaaaaaaa"));
  HaveTrial(SampleTrial("aaaaaaaa", 1));
  Attempt attempt = SampleAttempt({"aaaaaaaa", 1}, 1, AttemptState::kFailed);
  attempt.agent_id = "agent-a";
  attempt.request_id = "7";
  HaveAttempt(attempt);
  ASSERT_OK_AND_ASSIGN(std::optional<Attempt> found, store().FindAttemptByRequest("agent-a", "7"));
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(Describe(*found), Describe(attempt));
  EXPECT_EQ(store().FindAttemptByRequest("agent-a", "8").value(), std::nullopt);
  EXPECT_EQ(store().FindAttemptByRequest("agent-b", "7").value(), std::nullopt);

  attempt.number = 2;
  HaveAttempt(attempt);
  ASSERT_OK_AND_ASSIGN(found, store().FindAttemptByRequest("agent-a", "7"));
  EXPECT_EQ(found->number, 2);
}

}  // namespace
}  // namespace sweepd
