#include <cmath>
#include <limits>

#include "tests/store/samples.h"
#include "tests/store/store_contract.h"

namespace sweepd {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kLargest = std::numeric_limits<double>::max();

std::vector<int64_t> NumbersOf(const absl::StatusOr<std::vector<Trial>>& trials) {
  EXPECT_OK(trials);
  std::vector<int64_t> numbers;
  for (const Trial& trial : trials.value_or(std::vector<Trial>())) numbers.push_back(trial.key.number);
  return numbers;
}

TEST_P(StoreContract, FindsATrialAsItWasInserted) {
  HaveSweep(SampleSweep("aaaaaaaa"));
  HaveTrial(SampleTrial("aaaaaaaa", 1));
  ASSERT_OK_AND_ASSIGN(const Trial found, store().FindTrial({"aaaaaaaa", 1}));
  EXPECT_EQ(Describe(found), Describe(SampleTrial("aaaaaaaa", 1)));
}

TEST_P(StoreContract, KeepsAbsentFieldsOfATrialAbsent) {
  HaveSweep(SampleSweep("aaaaaaaa"));
  Trial trial;
  trial.key = {"aaaaaaaa", 1};
  HaveTrial(trial);
  ASSERT_OK_AND_ASSIGN(const Trial found, store().FindTrial({"aaaaaaaa", 1}));
  EXPECT_EQ(Describe(found), Describe(trial));
}

TEST_P(StoreContract, KeepsEveryKindOfAssignedValueApart) {
  HaveSweep(SampleSweep("aaaaaaaa"));
  Trial trial = SampleTrial("aaaaaaaa", 1);
  trial.assignment = {{"a", Value(1)},
                      {"b", Value(1.0)},
                      {"c", Value(true)},
                      {"d", Value("1")},
                      {"e", Value()},
                      {"f", Value(0.1)},
                      {"g", Value(Value::List{Value(1), Value("é")})},
                      {"h", Value(std::numeric_limits<int64_t>::min())},
                      {"i", Value(-0.0)},
                      {"j", Value(5e-324)}};
  HaveTrial(trial);
  EXPECT_EQ(Describe(*store().FindTrial({"aaaaaaaa", 1})), Describe(trial));
}

TEST_P(StoreContract, SaysThatATrialOrItsSweepIsAbsent) {
  EXPECT_THAT(store().FindTrial({"aaaaaaaa", 1}), StatusIsCode(absl::StatusCode::kNotFound));
  EXPECT_THAT(store().ListTrials("aaaaaaaa", {.limit = 1}), StatusIsCode(absl::StatusCode::kNotFound));
  EXPECT_THAT(store().FindRunnableTrial("aaaaaaaa"), StatusIsCode(absl::StatusCode::kNotFound));
  EXPECT_THAT(store().FindBestTrial("aaaaaaaa"), StatusIsCode(absl::StatusCode::kNotFound));
  Commit([&] {
    EXPECT_THAT(store().InsertTrial(SampleTrial("aaaaaaaa", 1)), StatusIsCode(absl::StatusCode::kNotFound));
    EXPECT_THAT(store().UpdateTrial(SampleTrial("aaaaaaaa", 1)), StatusIsCode(absl::StatusCode::kNotFound));
  });
}

TEST_P(StoreContract, RefusesASecondTrialOfTheSameNumber) {
  HaveSweep(SampleSweep("aaaaaaaa"));
  HaveTrial(SampleTrial("aaaaaaaa", 1));
  Commit([&] {
    EXPECT_THAT(store().InsertTrial(SampleTrial("aaaaaaaa", 1)), StatusIsCode(absl::StatusCode::kAlreadyExists));
  });
}

TEST_P(StoreContract, UpdatesATrialExceptWhatIsFixedAtItsCreation) {
  HaveSweep(SampleSweep("aaaaaaaa"));
  HaveTrial(SampleTrial("aaaaaaaa", 1));
  HaveTrial(SampleTrial("aaaaaaaa", 2));
  Trial changed = SampleTrial("aaaaaaaa", 1, TrialState::kRunning, std::nullopt);
  changed.reason = TrialReason::kNone;
  changed.message = "";
  changed.assignment = {{"lr", Value(0.2)}};
  changed.repeat_of = 1;
  changed.attempt = 3;
  changed.lost_attempts = 2;
  changed.failed_attempts = 5;
  changed.agent = "agent b";
  changed.objective_step = std::nullopt;
  changed.created = At(50);
  changed.started = At(51);
  changed.ended = std::nullopt;
  Commit([&] { ASSERT_OK(store().UpdateTrial(changed)); });

  Trial expected = changed;
  expected.assignment = SampleTrial("aaaaaaaa", 1).assignment;
  expected.repeat_of = 0;
  expected.created = At(10);
  EXPECT_EQ(Describe(*store().FindTrial({"aaaaaaaa", 1})), Describe(expected));
  EXPECT_EQ(Describe(*store().FindTrial({"aaaaaaaa", 2})), Describe(SampleTrial("aaaaaaaa", 2)));
}

TEST_P(StoreContract, UpdatesTheObjectiveOfATrialAlone) {
  HaveSweep(SampleSweep("aaaaaaaa"));
  HaveTrial(SampleTrial("aaaaaaaa", 1, TrialState::kRunning, std::nullopt));
  Trial changed = SampleTrial("aaaaaaaa", 1, TrialState::kFailed, -0.0);
  changed.objective_step = 5;
  changed.message = "not written";
  Commit([&] {
    ASSERT_OK(store().FindTrial(changed.key));
    ASSERT_OK(store().UpdateObjective(changed));
  });

  Trial expected = SampleTrial("aaaaaaaa", 1, TrialState::kRunning, -0.0);
  expected.objective_step = 5;
  EXPECT_EQ(Describe(*store().FindTrial(changed.key)), Describe(expected));
  Commit([&] {
    EXPECT_THAT(store().UpdateObjective(SampleTrial("aaaaaaaa", 2)), StatusIsCode(absl::StatusCode::kNotFound));
  });
}

TEST_P(StoreContract, KeepsObjectivesBitExact) {
  HaveSweep(SampleSweep("aaaaaaaa"));
  int64_t number = 0;
  for (const double objective : {0.0, -0.0, 0.1, kInfinity, -kInfinity, kLargest, 5e-324, 3.0, kNan, -kNan,
                                 DoubleOf(0x7ff0000000000123), DoubleOf(0xfff8000000abcdef)}) {
    const Trial trial = SampleTrial("aaaaaaaa", ++number, TrialState::kRunning, objective);
    HaveTrial(SampleTrial("aaaaaaaa", number));
    Commit([&] { ASSERT_OK(store().UpdateTrial(trial)); });
    EXPECT_EQ(Describe(*store().FindTrial(trial.key)), Describe(trial));
  }
}

TEST_P(StoreContract, ListsTrialsByNumberInPages) {
  HaveSweep(SampleSweep("aaaaaaaa"));
  HaveSweep(SampleSweep("bbbbbbbb"));
  for (const int64_t number : {3, 1, 4, 2}) HaveTrial(SampleTrial("aaaaaaaa", number));
  HaveTrial(SampleTrial("bbbbbbbb", 5));
  using enum TrialOrder;
  EXPECT_THAT(NumbersOf(store().ListTrials("aaaaaaaa", {{}, kNumber, 0, 9})), ElementsAre(1, 2, 3, 4));
  EXPECT_THAT(NumbersOf(store().ListTrials("aaaaaaaa", {{}, kNumber, 1, 2})), ElementsAre(2, 3));
  EXPECT_THAT(NumbersOf(store().ListTrials("aaaaaaaa", {{}, kNumber, 4, 2})), IsEmpty());
  EXPECT_THAT(NumbersOf(store().ListTrials("aaaaaaaa", {{}, kNumberReverse, 0, 3})), ElementsAre(4, 3, 2));
  EXPECT_THAT(NumbersOf(store().ListTrials("aaaaaaaa", {{}, kNumberReverse, 2, 3})), ElementsAre(1));
  EXPECT_THAT(NumbersOf(store().ListTrials("aaaaaaaa", {{}, kNumberReverse, 1, 3})), IsEmpty());
}

TEST_P(StoreContract, ListsTrialsOfTheAskedStatesOnly) {
  HaveSweep(SampleSweep("aaaaaaaa"));
  HaveTrial(SampleTrial("aaaaaaaa", 1, TrialState::kPending, std::nullopt));
  HaveTrial(SampleTrial("aaaaaaaa", 2, TrialState::kRunning, 3.0));
  HaveTrial(SampleTrial("aaaaaaaa", 3, TrialState::kSucceeded, 1.0));
  HaveTrial(SampleTrial("aaaaaaaa", 4, TrialState::kPending, 2.0));
  using enum TrialOrder;
  const std::vector<TrialState> states = {TrialState::kPending, TrialState::kRunning};
  EXPECT_THAT(NumbersOf(store().ListTrials("aaaaaaaa", {states, kNumber, 0, 9})), ElementsAre(1, 2, 4));
  EXPECT_THAT(NumbersOf(store().ListTrials("aaaaaaaa", {states, kNumberReverse, 4, 1})), ElementsAre(2));
  EXPECT_THAT(NumbersOf(store().ListTrials("aaaaaaaa", {states, kBestFirst, 0, 9})), ElementsAre(4, 2, 1));
  EXPECT_THAT(NumbersOf(store().ListTrials("aaaaaaaa", {states, kBestFirst, 4, 1})), ElementsAre(2));
  EXPECT_THAT(NumbersOf(store().ListTrials("aaaaaaaa", {{TrialState::kLost}, kNumber, 0, 9})), IsEmpty());
}

struct BestFirstCase {
  std::optional<Goal> goal;
  std::vector<int64_t> order;
};

TEST_P(StoreContract, ListsTrialsBestFirstInPagesOfEverySize) {
  const std::optional<double> objectives[] = {2.0,  std::nullopt, -1.0, kNan,       2.0,     kInfinity,
                                              -0.0, 0.0,          -3.5, -kInfinity, kLargest};
  for (const BestFirstCase& test : {BestFirstCase{Goal::kMinimize, {9, 3, 7, 8, 1, 5, 11, 2, 4, 6, 10}},
                                    BestFirstCase{Goal::kMaximize, {11, 1, 5, 7, 8, 3, 9, 2, 4, 6, 10}},
                                    BestFirstCase{std::nullopt, {9, 3, 7, 8, 1, 5, 11, 2, 4, 6, 10}}}) {
    HaveSweep(SampleSweep("aaaaaaaa", test.goal));
    for (int64_t i = 0; i < 11; ++i) HaveTrial(SampleTrial("aaaaaaaa", i + 1, TrialState::kRunning, objectives[i]));
    for (const int64_t limit : {1, 2, 3, 5, 11, 20}) {
      std::vector<int64_t> seen;
      while (true) {
        const auto page = NumbersOf(
            store().ListTrials("aaaaaaaa", {{}, TrialOrder::kBestFirst, seen.empty() ? 0 : seen.back(), limit}));
        if (page.empty()) break;
        ASSERT_LE(static_cast<int64_t>(page.size()), limit);
        seen.insert(seen.end(), page.begin(), page.end());
      }
      EXPECT_EQ(seen, test.order) << "in pages of " << limit;
    }
    Commit([&] { ASSERT_OK(store().DeleteSweep("aaaaaaaa")); });
  }
}

TEST_P(StoreContract, NeedsAnExistingTrialToGoOnBestFirst) {
  HaveSweep(SampleSweep("aaaaaaaa"));
  EXPECT_THAT(store().ListTrials("aaaaaaaa", {{}, TrialOrder::kBestFirst, 1, 9}),
              StatusIsCode(absl::StatusCode::kNotFound));
}

TEST_P(StoreContract, FindsTheRunnableTrialWithTheLowestNumber) {
  HaveSweep(SampleSweep("aaaaaaaa"));
  HaveSweep(SampleSweep("bbbbbbbb"));
  HaveTrial(SampleTrial("bbbbbbbb", 1, TrialState::kPending, std::nullopt));
  EXPECT_EQ(store().FindRunnableTrial("aaaaaaaa").value(), std::nullopt);
  int64_t number = 0;
  for (const TrialState state : {TrialState::kRunning, TrialState::kSucceeded, TrialState::kFailed,
                                 TrialState::kStopped, TrialState::kCancelled}) {
    HaveTrial(SampleTrial("aaaaaaaa", ++number, state, 1.0));
  }
  EXPECT_EQ(store().FindRunnableTrial("aaaaaaaa").value(), std::nullopt);
  HaveTrial(SampleTrial("aaaaaaaa", 8, TrialState::kPending, std::nullopt));
  HaveTrial(SampleTrial("aaaaaaaa", 7, TrialState::kLost, std::nullopt));
  EXPECT_EQ((*store().FindRunnableTrial("aaaaaaaa"))->key.number, 7);
  Commit([&] { ASSERT_OK(store().UpdateTrial(SampleTrial("aaaaaaaa", 7, TrialState::kRunning, std::nullopt))); });
  EXPECT_EQ((*store().FindRunnableTrial("aaaaaaaa"))->key.number, 8);
}

struct BestCase {
  Goal goal;
  std::vector<std::pair<TrialState, std::optional<double>>> trials;
  int64_t best;  // 0: none
};

TEST_P(StoreContract, FindsTheBestTrial) {
  using enum TrialState;
  const BestCase cases[] = {
      {Goal::kMinimize, {}, 0},
      {Goal::kMinimize, {{kSucceeded, 3.0}, {kSucceeded, 1.0}, {kStopped, 2.0}}, 2},
      {Goal::kMaximize, {{kSucceeded, 3.0}, {kSucceeded, 1.0}, {kStopped, 4.0}}, 3},
      {Goal::kMinimize, {{kSucceeded, 2.0}, {kStopped, 1.0}, {kSucceeded, 1.0}}, 2},
      {Goal::kMaximize, {{kSucceeded, 1.0}, {kStopped, 2.0}, {kSucceeded, 2.0}}, 2},
      {Goal::kMinimize, {{kSucceeded, 0.0}, {kSucceeded, -0.0}}, 1},
      {Goal::kMaximize, {{kSucceeded, -0.0}, {kSucceeded, 0.0}}, 1},
      {Goal::kMinimize, {{kRunning, 1.0}, {kFailed, 1.0}, {kCancelled, 1.0}, {kLost, 1.0}, {kPending, 1.0}}, 0},
      {Goal::kMinimize, {{kSucceeded, kNan}, {kSucceeded, -kInfinity}, {kSucceeded, std::nullopt}}, 0},
      {Goal::kMinimize, {{kSucceeded, -kInfinity}, {kSucceeded, kNan}, {kSucceeded, kLargest}}, 3},
      {Goal::kMaximize, {{kSucceeded, kInfinity}, {kSucceeded, kNan}, {kSucceeded, -kLargest}}, 3},
  };
  for (const BestCase& test : cases) {
    HaveSweep(SampleSweep("aaaaaaaa", test.goal));
    int64_t number = 0;
    for (const auto& [state, objective] : test.trials) HaveTrial(SampleTrial("aaaaaaaa", ++number, state, objective));
    ASSERT_OK_AND_ASSIGN(const std::optional<Trial> best, store().FindBestTrial("aaaaaaaa"));
    EXPECT_EQ(best.has_value() ? best->key.number : 0, test.best) << "case " << &test - cases;
    Commit([&] { ASSERT_OK(store().DeleteSweep("aaaaaaaa")); });
  }
}

TEST_P(StoreContract, FindsTheBestTrialOfASweepWithRepeatsByItsMean) {
  for (const auto& [goal, best] : {std::pair(Goal::kMinimize, 3), {Goal::kMaximize, 1}}) {
    Sweep sweep = SampleSweep("aaaaaaaa", goal);
    SweepSpec spec = *sweep.spec;
    spec.repeats = 2;
    sweep.spec = std::make_shared<const SweepSpec>(spec);
    HaveSweep(sweep);
    EXPECT_FALSE((*store().FindBestTrial("aaaaaaaa")).has_value());
    const std::optional<double> means[] = {2.0, std::nullopt, -0.0, 1.0, std::nullopt, -0.0};
    int64_t number = 0;
    for (const std::optional<double>& mean : means) {
      ++number;
      Trial trial = SampleTrial("aaaaaaaa", number, TrialState::kSucceeded, -9.0 * static_cast<double>(number));
      trial.repeat_of = mean.has_value() ? 0 : number - 1;
      HaveTrial(trial);
      trial.mean = mean;
      Commit([&] { ASSERT_OK(store().UpdateTrial(trial)); });
      EXPECT_EQ(Describe(*store().FindTrial(trial.key)), Describe(trial));
    }
    EXPECT_EQ((*store().FindBestTrial("aaaaaaaa"))->key.number, best);
    Commit([&] { ASSERT_OK(store().DeleteSweep("aaaaaaaa")); });
  }
}

}  // namespace
}  // namespace sweepd
