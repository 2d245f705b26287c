#include "tests/store/samples.h"
#include "tests/store/store_contract.h"

namespace sweepd {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> SweepsIn(StoreReader& reader) {
  std::vector<std::string> ids;
  const auto sweeps = reader.ListSweeps({{}, "", 99});
  EXPECT_OK(sweeps);
  for (const Sweep& sweep : sweeps.value_or(std::vector<Sweep>())) ids.insert(ids.begin(), sweep.id);
  return ids;
}

TEST_P(StoreContract, UndoesATransactionThatIsRolledBack) {
  HaveSweep(SampleSweep("aaaaaaaa"));
  ASSERT_OK(store().Begin());
  ASSERT_OK(store().InsertSweep(SampleSweep("bbbbbbbb")));
  ASSERT_OK(store().DeleteSweep("aaaaaaaa"));
  EXPECT_THAT(SweepsIn(store()), ElementsAre("bbbbbbbb"));
  store().Rollback();
  EXPECT_THAT(SweepsIn(store()), ElementsAre("aaaaaaaa"));
  HaveSweep(SampleSweep("cccccccc", Goal::kMaximize));
  EXPECT_EQ(store().FindSweep("cccccccc")->spec->objective->goal, Goal::kMaximize);
}

TEST_P(StoreContract, UndoesASavepointAndKeepsTheRestOfTheTransaction) {
  ASSERT_OK(store().Begin());
  ASSERT_OK(store().Savepoint());
  ASSERT_OK(store().InsertSweep(SampleSweep("aaaaaaaa")));
  ASSERT_OK(store().Release());
  ASSERT_OK(store().Savepoint());
  ASSERT_OK(store().InsertSweep(SampleSweep("bbbbbbbb", Goal::kMinimize)));
  ASSERT_OK(store().InsertTrial(SampleTrial("aaaaaaaa", 1)));
  ASSERT_OK(store().RollbackToSavepoint());
  EXPECT_THAT(store().FindTrial({"aaaaaaaa", 1}), StatusIsCode(absl::StatusCode::kNotFound));
  ASSERT_OK(store().Savepoint());
  ASSERT_OK(store().InsertSweep(SampleSweep("cccccccc", Goal::kMaximize)));
  ASSERT_OK(store().Release());
  ASSERT_OK(store().Commit());
  EXPECT_THAT(SweepsIn(store()), ElementsAre("aaaaaaaa", "cccccccc"));
  EXPECT_EQ(store().FindSweep("cccccccc")->spec->objective->goal, Goal::kMaximize);
}

TEST_P(StoreContract, UndoesReleasedSavepointsWithTheTransaction) {
  ASSERT_OK(store().Begin());
  ASSERT_OK(store().Savepoint());
  ASSERT_OK(store().InsertSweep(SampleSweep("aaaaaaaa")));
  ASSERT_OK(store().Release());
  ASSERT_OK(store().Savepoint());
  ASSERT_OK(store().InsertSweep(SampleSweep("bbbbbbbb")));
  store().Rollback();
  EXPECT_THAT(SweepsIn(store()), IsEmpty());
  HaveSweep(SampleSweep("cccccccc"));
}

TEST_P(StoreContract, KeepsGoingAfterARefusedChange) {
  HaveSweep(SampleSweep("aaaaaaaa"));
  ASSERT_OK(store().Begin());
  ASSERT_OK(store().InsertSweep(SampleSweep("bbbbbbbb")));
  EXPECT_THAT(store().InsertSweep(SampleSweep("aaaaaaaa")), StatusIsCode(absl::StatusCode::kAlreadyExists));
  EXPECT_THAT(store().InsertTrial(SampleTrial("zzzzzzzz", 1)), StatusIsCode(absl::StatusCode::kNotFound));
  ASSERT_OK(store().InsertTrial(SampleTrial("bbbbbbbb", 1)));
  ASSERT_OK(store().Commit());
  EXPECT_THAT(SweepsIn(store()), ElementsAre("aaaaaaaa", "bbbbbbbb"));
  EXPECT_OK(store().FindTrial({"bbbbbbbb", 1}));
}

TEST_P(StoreContract, RefusesCallsOutOfOrder) {
  const auto refused = StatusIsCode(absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(store().Commit(), refused);
  EXPECT_THAT(store().Savepoint(), refused);
  EXPECT_THAT(store().Release(), refused);
  EXPECT_THAT(store().RollbackToSavepoint(), refused);
  EXPECT_THAT(store().InsertSweep(SampleSweep("aaaaaaaa")), refused);
  EXPECT_THAT(store().InsertAgent(SampleAgent("a")), refused);
  store().Rollback();

  ASSERT_OK(store().Begin());
  EXPECT_THAT(store().Begin(), refused);
  EXPECT_THAT(store().Release(), refused);
  ASSERT_OK(store().InsertSweep(SampleSweep("aaaaaaaa")));
  ASSERT_OK(store().Savepoint());
  EXPECT_THAT(store().Savepoint(), refused);
  EXPECT_THAT(store().Commit(), refused);
  ASSERT_OK(store().Release());
  ASSERT_OK(store().Commit());
  EXPECT_THAT(SweepsIn(store()), ElementsAre("aaaaaaaa"));
}

TEST_P(StoreContract, ShowsReadersCommittedChangesOnly) {
  ASSERT_OK_AND_ASSIGN(const auto reader, store().OpenReader());
  EXPECT_THAT(SweepsIn(*reader), IsEmpty());
  ASSERT_OK(store().Begin());
  ASSERT_OK(store().InsertSweep(SampleSweep("aaaaaaaa")));
  EXPECT_THAT(SweepsIn(*reader), IsEmpty());
  EXPECT_THAT(SweepsIn(store()), ElementsAre("aaaaaaaa"));
  ASSERT_OK_AND_ASSIGN(const auto late_reader, store().OpenReader());
  EXPECT_THAT(SweepsIn(*late_reader), IsEmpty());
  ASSERT_OK(store().Commit());
  EXPECT_THAT(SweepsIn(*reader), ElementsAre("aaaaaaaa"));
  EXPECT_THAT(SweepsIn(*late_reader), ElementsAre("aaaaaaaa"));

  ASSERT_OK(store().Begin());
  ASSERT_OK(store().DeleteSweep("aaaaaaaa"));
  EXPECT_THAT(SweepsIn(*reader), ElementsAre("aaaaaaaa"));
  store().Rollback();
  EXPECT_THAT(SweepsIn(*reader), ElementsAre("aaaaaaaa"));
}

TEST_P(StoreContract, GivesReadersTheSameAnswersAsTheStore) {
  HaveSweep(SampleSweep("aaaaaaaa"));
  HaveTrial(SampleTrial("aaaaaaaa", 1, TrialState::kSucceeded, 0.5));
  HaveTrial(SampleTrial("aaaaaaaa", 2, TrialState::kLost, 0.5));
  HaveAttempt(SampleAttempt({"aaaaaaaa", 1}, 2));
  Commit([&] {
    ASSERT_OK(store().AppendReports({"aaaaaaaa", 1}, 2, {SampleReport(1, 1, {{"loss", 0.5}})}));
    ASSERT_OK(store().AppendEvent("aaaaaaaa", SampleEvent(1)));
    ASSERT_OK(store().InsertAgent(SampleAgent("agent-a")));
    ASSERT_OK(store().InsertResponse("r", {"f", "answer"}, At(1)));
  });
  ASSERT_OK_AND_ASSIGN(const auto reader, store().OpenReader());
  const TrialKey key = {"aaaaaaaa", 1};
  EXPECT_EQ(Describe(*reader->FindSweep("aaaaaaaa")), Describe(*store().FindSweep("aaaaaaaa")));
  EXPECT_EQ(Describe(*reader->FindTrial(key)), Describe(*store().FindTrial(key)));
  EXPECT_EQ(reader->ListTrials("aaaaaaaa", {.limit = 9})->size(), 2u);
  EXPECT_EQ((*reader->FindRunnableTrial("aaaaaaaa"))->key.number, 2);
  EXPECT_EQ((*reader->FindBestTrial("aaaaaaaa"))->key.number, 1);
  EXPECT_EQ(Describe(*reader->FindAttempt(key, 2)), Describe(*store().FindAttempt(key, 2)));
  EXPECT_EQ(reader->ListAttempts(key)->size(), 1u);
  EXPECT_EQ(reader->ListRunningAttempts()->size(), 1u);
  EXPECT_TRUE(reader->FindAttemptByRequest("agent-a", "aaaaaaaa-1-2")->has_value());
  EXPECT_EQ(reader->ListMetrics(key, {.limit = 9})->size(), 1u);
  EXPECT_THAT(*reader->ListMetricNames(key, 2), ElementsAre("loss"));
  EXPECT_EQ(Describe(*reader->FindAgent("agent-a")), Describe(SampleAgent("agent-a")));
  EXPECT_EQ(reader->ListAgents(9)->size(), 1u);
  EXPECT_EQ((*reader->FindResponse("r"))->response, "answer");
  EXPECT_THAT(Describe(*reader->ListEvents("aaaaaaaa", 0, 9)), ElementsAre(Describe(SampleEvent(1))));
}

TEST_P(StoreContract, KeepsTimesToTheMicrosecond) {
  Sweep sweep = SampleSweep("aaaaaaaa");
  sweep.updated = At(7) + absl::Nanoseconds(999);
  HaveSweep(sweep);
  EXPECT_EQ(store().FindSweep("aaaaaaaa")->updated, At(7));
}

}  // namespace
}  // namespace sweepd
