#include "server/core/errors.h"
#include "tests/store/samples.h"
#include "tests/store/store_contract.h"

namespace sweepd {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<std::string> IdsOf(const absl::StatusOr<std::vector<Sweep>>& sweeps) {
  EXPECT_OK(sweeps);
  std::vector<std::string> ids;
  for (const Sweep& sweep : sweeps.value_or(std::vector<Sweep>())) ids.push_back(sweep.id);
  return ids;
}

TEST_P(StoreContract, FindsASweepAsItWasInserted) {
  HaveSweep(SampleSweep("aaaaaaaa"));
  ASSERT_OK_AND_ASSIGN(const Sweep found, store().FindSweep("aaaaaaaa"));
  EXPECT_EQ(Describe(found), Describe(SampleSweep("aaaaaaaa")));
  EXPECT_EQ(*found.spec, SampleSpec(Goal::kMinimize));
}

TEST_P(StoreContract, KeepsAbsentFieldsOfASweepAbsent) {
  Sweep sweep;
  sweep.id = "aaaaaaaa";
  sweep.spec = std::make_shared<const SweepSpec>(SampleSpec(std::nullopt));
  HaveSweep(sweep);
  ASSERT_OK_AND_ASSIGN(const Sweep found, store().FindSweep("aaaaaaaa"));
  EXPECT_EQ(Describe(found), Describe(sweep));
}

TEST_P(StoreContract, SaysWhichSweepIsAbsent) {
  EXPECT_THAT(store().FindSweep("aaaaaaaa"), StatusIs(absl::StatusCode::kNotFound, HasSubstr("aaaaaaaa")));
  EXPECT_EQ(ReasonOf(store().FindSweep("aaaaaaaa").status()), "SWEEP_NOT_FOUND");
}

TEST_P(StoreContract, RefusesASecondSweepOfTheSameId) {
  HaveSweep(SampleSweep("aaaaaaaa"));
  Commit([&] {
    EXPECT_THAT(store().InsertSweep(SampleSweep("aaaaaaaa")), StatusIsCode(absl::StatusCode::kAlreadyExists));
  });
}

TEST_P(StoreContract, UpdatesASweepExceptWhatIsFixedAtItsCreation) {
  HaveSweep(SampleSweep("aaaaaaaa"));
  Sweep changed = SampleSweep("aaaaaaaa", Goal::kMaximize);
  changed.source = std::make_shared<const std::string>("another");
  changed.state = SweepState::kActive;
  changed.reason = SweepReason::kNone;
  changed.counts = {7, 6, 5, 4, 3, 2, 1};
  changed.suggestions = 31;
  changed.failures_in_a_row = 3;
  changed.revision = 81;
  changed.created = At(50);
  changed.updated = At(51);
  changed.ended = std::nullopt;
  Commit([&] { ASSERT_OK(store().UpdateSweep(changed)); });

  Sweep expected = changed;
  expected.spec = SampleSweep("aaaaaaaa").spec;
  expected.source = SampleSweep("aaaaaaaa").source;
  expected.created = At(1);
  ASSERT_OK_AND_ASSIGN(const Sweep found, store().FindSweep("aaaaaaaa"));
  EXPECT_EQ(Describe(found), Describe(expected));
}

TEST_P(StoreContract, UpdatesTheSpecOfASweepForItselfAndForReadersThatKnewTheOldOne) {
  ASSERT_OK_AND_ASSIGN(const auto reader, store().OpenReader());
  HaveSweep(SampleSweep("aaaaaaaa"));
  ASSERT_OK_AND_ASSIGN(Sweep sweep, reader->FindSweep("aaaaaaaa"));
  SweepSpec spec = *sweep.spec;
  spec.run_cap = 77;
  sweep.spec = std::make_shared<const SweepSpec>(spec);
  sweep.suggestions += 1;
  Commit([&] {
    ASSERT_OK(store().UpdateSpec(sweep));
    EXPECT_EQ(store().FindSweep("aaaaaaaa")->spec->run_cap, 77) << "it sees its own change";
    EXPECT_NE(reader->FindSweep("aaaaaaaa")->spec->run_cap, 77) << "nobody else does yet";
  });
  for (StoreReader* view : std::initializer_list<StoreReader*>{&store(), reader.get()}) {
    EXPECT_EQ(*view->FindSweep("aaaaaaaa")->spec, spec);
    EXPECT_EQ(view->FindSweep("aaaaaaaa")->suggestions, sweep.suggestions - 1) << "nothing else was written";
  }
}

TEST_P(StoreContract, ASpecThatWasRolledBackIsForgotten) {
  HaveSweep(SampleSweep("aaaaaaaa"));
  ASSERT_OK_AND_ASSIGN(Sweep sweep, store().FindSweep("aaaaaaaa"));
  const SweepSpec before = *sweep.spec;
  SweepSpec spec = before;
  spec.run_cap = 77;
  sweep.spec = std::make_shared<const SweepSpec>(spec);
  ASSERT_OK(store().Begin());
  ASSERT_OK(store().Savepoint());
  ASSERT_OK(store().UpdateSpec(sweep));
  EXPECT_EQ(*store().FindSweep("aaaaaaaa")->spec, spec);
  ASSERT_OK(store().RollbackToSavepoint());
  EXPECT_EQ(*store().FindSweep("aaaaaaaa")->spec, before);
  ASSERT_OK(store().Commit());
  EXPECT_EQ(*store().FindSweep("aaaaaaaa")->spec, before);
}

TEST_P(StoreContract, RefusesToUpdateOrDeleteAnAbsentSweep) {
  Commit([&] {
    EXPECT_THAT(store().UpdateSweep(SampleSweep("aaaaaaaa")), StatusIsCode(absl::StatusCode::kNotFound));
    EXPECT_THAT(store().DeleteSweep("aaaaaaaa"), StatusIsCode(absl::StatusCode::kNotFound));
  });
}

TEST_P(StoreContract, ListsSweepsNewestFirstInPages) {
  for (const char* id : {"cccccccc", "aaaaaaaa", "dddddddd", "bbbbbbbb"}) HaveSweep(SampleSweep(id));
  EXPECT_THAT(IdsOf(store().ListSweeps({{}, "", 10})), ElementsAre("bbbbbbbb", "dddddddd", "aaaaaaaa", "cccccccc"));
  EXPECT_THAT(IdsOf(store().ListSweeps({{}, "", 3})), ElementsAre("bbbbbbbb", "dddddddd", "aaaaaaaa"));
  EXPECT_THAT(IdsOf(store().ListSweeps({{}, "dddddddd", 2})), ElementsAre("aaaaaaaa", "cccccccc"));
  EXPECT_THAT(IdsOf(store().ListSweeps({{}, "cccccccc", 2})), IsEmpty());
  EXPECT_THAT(store().ListSweeps({{}, "eeeeeeee", 2}), StatusIsCode(absl::StatusCode::kNotFound));
}

TEST_P(StoreContract, ListsSweepsOfTheAskedStatesOnly) {
  Sweep sweep = SampleSweep("aaaaaaaa");
  for (const auto& [id, state] : {std::pair("aaaaaaaa", SweepState::kActive),
                                  {"bbbbbbbb", SweepState::kPaused},
                                  {"cccccccc", SweepState::kFinished},
                                  {"dddddddd", SweepState::kActive}}) {
    sweep.id = id;
    sweep.state = state;
    HaveSweep(sweep);
  }
  EXPECT_THAT(IdsOf(store().ListSweeps({{SweepState::kActive}, "", 9})), ElementsAre("dddddddd", "aaaaaaaa"));
  EXPECT_THAT(IdsOf(store().ListSweeps({{SweepState::kPaused, SweepState::kFinished}, "dddddddd", 1})),
              ElementsAre("cccccccc"));
  EXPECT_THAT(IdsOf(store().ListSweeps({{SweepState::kCancelled}, "", 9})), IsEmpty());
}

TEST_P(StoreContract, DeletesASweepWithEverythingInItAndNothingElse) {
  for (const char* id : {"aaaaaaaa", "bbbbbbbb"}) {
    HaveSweep(SampleSweep(id));
    HaveTrial(SampleTrial(id, 1));
    HaveAttempt(SampleAttempt({id, 1}, 1));
    Commit([&] {
      ASSERT_OK(store().AppendReports({id, 1}, 1, {SampleReport(1, 1, {{"loss", 0.5}})}));
      ASSERT_OK(store().AppendEvent(id, SampleEvent(1)));
    });
  }
  Commit([&] { ASSERT_OK(store().DeleteSweep("aaaaaaaa")); });

  EXPECT_THAT(store().FindSweep("aaaaaaaa"), StatusIsCode(absl::StatusCode::kNotFound));
  EXPECT_THAT(store().FindTrial({"aaaaaaaa", 1}), StatusIsCode(absl::StatusCode::kNotFound));
  EXPECT_THAT(store().FindAttempt({"aaaaaaaa", 1}, 1), StatusIsCode(absl::StatusCode::kNotFound));
  EXPECT_THAT(store().ListEvents("aaaaaaaa", 0, 9), StatusIsCode(absl::StatusCode::kNotFound));
  EXPECT_EQ(store().FindAttemptByRequest("agent-a", "aaaaaaaa-1-1").value(), std::nullopt);

  EXPECT_EQ(store().ListRunningAttempts()->size(), 1u);
  EXPECT_EQ(store().ListMetrics({"bbbbbbbb", 1}, {{}, 1, std::nullopt, 9})->size(), 1u);
  EXPECT_EQ(store().ListEvents("bbbbbbbb", 0, 9)->size(), 1u);
}

TEST_P(StoreContract, GivesAReusedSweepIdItsNewSpecAndNoOldRows) {
  ASSERT_OK_AND_ASSIGN(const auto reader, store().OpenReader());
  HaveSweep(SampleSweep("aaaaaaaa", Goal::kMinimize));
  HaveTrial(SampleTrial("aaaaaaaa", 1));
  HaveAttempt(SampleAttempt({"aaaaaaaa", 1}, 1));
  Commit([&] {
    ASSERT_OK(store().AppendReports({"aaaaaaaa", 1}, 1, {SampleReport(1, 1, {{"loss", 0.5}})}));
    ASSERT_OK(store().AppendEvent("aaaaaaaa", SampleEvent(1)));
  });
  ASSERT_OK(reader->FindSweep("aaaaaaaa"));
  Commit([&] {
    ASSERT_OK(store().DeleteSweep("aaaaaaaa"));
    ASSERT_OK(store().InsertSweep(SampleSweep("aaaaaaaa", Goal::kMaximize)));
    ASSERT_OK(store().InsertTrial(SampleTrial("aaaaaaaa", 1)));
    ASSERT_OK(store().InsertAttempt(SampleAttempt({"aaaaaaaa", 1}, 1)));
  });
  for (StoreReader* view : std::initializer_list<StoreReader*>{&store(), reader.get()}) {
    EXPECT_EQ(view->FindSweep("aaaaaaaa")->spec->objective->goal, Goal::kMaximize);
    EXPECT_THAT(*view->ListEvents("aaaaaaaa", 0, 9), IsEmpty());
    EXPECT_THAT(*view->ListMetricNames({"aaaaaaaa", 1}, 1), IsEmpty());
  }
}

}  // namespace
}  // namespace sweepd
