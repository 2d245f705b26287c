#include "server/strategy/bayes_search.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "common/rng.h"
#include "tests/strategy/sweep_specs.h"
#include "tests/support/status_matchers.h"

namespace sweepd {
namespace {

using Outcome = Observation::Outcome;
// What became of trial `number` with this assignment.
using Trainer = std::function<Observation(int64_t number, const Assignment& assignment)>;

Observation Succeeded(int64_t number, const Assignment& assignment, double objective) {
  return {number, assignment, Outcome::kValue, objective};
}

// The history after `trials` suggestions, fewer when the space is exhausted.
std::vector<Observation> RunTrials(const BayesSearch& search, int64_t trials, const Trainer& train) {
  SuggestRequest request;
  for (; request.index < trials; ++request.index) {
    const auto suggestion = search.Suggest(request);
    EXPECT_THAT(suggestion, IsOk());
    if (!suggestion.ok() || !suggestion->has_value()) break;
    request.history.push_back(train(request.index + 1, **suggestion));
  }
  return request.history;
}

std::set<std::string> DistinctAssignments(const std::vector<Observation>& history) {
  std::set<std::string> texts;
  for (const Observation& observation : history) texts.insert(ToJson(Value(observation.assignment)));
  return texts;
}

std::vector<Parameter> Square() { return {{"x", Uniform{0, 1}}, {"y", Uniform{0, 1}}}; }

double Bowl(const Assignment& assignment) {
  return std::pow(assignment.at("x").as_double() - 0.3, 2) + std::pow(assignment.at("y").as_double() - 0.8, 2);
}

double BestOf(const std::vector<Observation>& history) {
  double best = std::numeric_limits<double>::infinity();
  for (const Observation& observation : history) {
    if (observation.outcome == Outcome::kValue) best = std::min(best, observation.objective);
  }
  return best;
}

TEST(BayesSearch, BeginsAtTheCentre) {
  const BayesSearch search(SpecOf(Method::kBayes, Square()));
  ASSERT_OK_AND_ASSIGN(const std::optional<Assignment> first, search.Suggest({}));
  EXPECT_EQ(*first, (Assignment{{"x", 0.5}, {"y", 0.5}}));
}

TEST(BayesSearch, FillsTheSpaceWithAFewTrialsBeforeItModels) {
  SweepSpec spec = SpecOf(Method::kBayes, Square());
  EXPECT_EQ(BayesSearch(spec).startup_trials(), 4);
  spec.max_parallel = 9;
  EXPECT_EQ(BayesSearch(spec).startup_trials(), 9);
  spec.run_cap = 50;
  EXPECT_EQ(BayesSearch(spec).startup_trials(), 5);
  spec.run_cap = 10;
  EXPECT_EQ(BayesSearch(spec).startup_trials(), 3);
}

TEST(BayesSearch, FindsTheMinimumOfASmoothFunction) {
  const BayesSearch search(SpecOf(Method::kBayes, Square()));
  const auto history =
      RunTrials(search, 20, [](int64_t number, const Assignment& a) { return Succeeded(number, a, Bowl(a)); });
  EXPECT_LT(BestOf(history), 1e-3);
}

TEST(BayesSearch, MaximizesAsItMinimizesTheNegative) {
  SweepSpec spec = SpecOf(Method::kBayes, Square());
  const auto minimized = RunTrials(BayesSearch(spec), 15,
                                   [](int64_t number, const Assignment& a) { return Succeeded(number, a, Bowl(a)); });
  spec.objective->goal = Goal::kMaximize;
  const auto maximized = RunTrials(BayesSearch(spec), 15,
                                   [](int64_t number, const Assignment& a) { return Succeeded(number, a, -Bowl(a)); });
  EXPECT_EQ(DistinctAssignments(minimized), DistinctAssignments(maximized));
}

TEST(BayesSearch, VisitsAllTwelvePointsOnceAndThenSaysThatThereIsNoFurther) {
  for (uint64_t seed = 0; seed < 5; ++seed) {
    const BayesSearch search(SpecOf(Method::kBayes, TwelvePoints(), seed));
    const auto history = RunTrials(search, 100, [](int64_t number, const Assignment& a) {
      return Succeeded(number, a, static_cast<double>(a.at("c").as_int()) + (a.at("a") == Value("y") ? 0 : 3));
    });
    EXPECT_EQ(history.size(), 12u);
    EXPECT_EQ(DistinctAssignments(history).size(), 12u);
  }
}

TEST(BayesSearch, SuggestsNoPointTwiceInADiscreteSpace) {
  const std::vector<Parameter> space = {{"a", IntUniform{1, 6}}, {"b", IntUniform{1, 6}}, {"c", IntUniform{1, 3}}};
  const auto history =
      RunTrials(BayesSearch(SpecOf(Method::kBayes, space)), 40, [](int64_t number, const Assignment& a) {
        const auto at = [&](const char* name) { return static_cast<double>(a.at(name).as_int()); };
        return Succeeded(number, a, std::pow(at("a") - 2, 2) + std::pow(at("b") - 5, 2) + at("c"));
      });
  EXPECT_EQ(DistinctAssignments(history).size(), 40u);
  EXPECT_EQ(BestOf(history), 1.0);
}

TEST(BayesSearch, SuggestsNoPointTwiceWhenTheOptimumIsACorner) {
  const auto history =
      RunTrials(BayesSearch(SpecOf(Method::kBayes, Square())), 30, [](int64_t number, const Assignment& a) {
        return Succeeded(number, a, a.at("x").as_double() + a.at("y").as_double());
      });
  EXPECT_EQ(DistinctAssignments(history).size(), 30u);
  EXPECT_LT(BestOf(history), 1e-6);
}

TEST(BayesSearch, ExhaustsASpaceTooLargeToEnumerate) {
  SuggestRequest request;
  request.index = 5000;
  for (int64_t a = 1; a <= 100; ++a) {
    for (int64_t b = 1; b <= 50; ++b) {
      if (a == 37 && b == 11) continue;
      const Assignment point{{"a", a}, {"b", b}};
      request.history.push_back({static_cast<int64_t>(request.history.size()) + 1, point, Outcome::kPending, 0});
    }
  }
  SweepSpec spec = SpecOf(Method::kBayes, {{"a", IntUniform{1, 100}}, {"b", IntUniform{1, 50}}});
  const BayesSearch search(spec);
  ASSERT_OK_AND_ASSIGN(const std::optional<Assignment> last, search.Suggest(request));
  EXPECT_EQ(last, (Assignment{{"a", 37}, {"b", 11}}));
  request.history.push_back({5000, *last, Outcome::kFailed, 0});
  ASSERT_OK_AND_ASSIGN(const std::optional<Assignment> none, search.Suggest(request));
  EXPECT_EQ(none, std::nullopt);
}

TEST(BayesSearch, KeepsAwayFromPendingTrials) {
  const BayesSearch search(SpecOf(Method::kBayes, Square()));
  SuggestRequest request;
  request.history =
      RunTrials(search, 12, [](int64_t number, const Assignment& a) { return Succeeded(number, a, Bowl(a)); });
  request.index = 12;
  std::vector<Assignment> batch;
  for (int i = 0; i < 6; ++i, ++request.index) {
    ASSERT_OK_AND_ASSIGN(const std::optional<Assignment> suggestion, search.Suggest(request));
    for (const Assignment& other : batch) {
      EXPECT_GT(std::hypot(suggestion->at("x").as_double() - other.at("x").as_double(),
                           suggestion->at("y").as_double() - other.at("y").as_double()),
                1e-3);
    }
    batch.push_back(*suggestion);
    request.history.push_back({13 + i, *suggestion, Outcome::kPending, 0});
  }
}

TEST(BayesSearch, LearnsToAvoidARegionWhereTrialsFail) {
  const auto history =
      RunTrials(BayesSearch(SpecOf(Method::kBayes, Square())), 40, [](int64_t number, const Assignment& a) {
        if (a.at("x").as_double() > 0.5) return Observation{number, a, Outcome::kFailed, 0};
        return Succeeded(number, a, Bowl(a));
      });
  const auto failed =
      std::count_if(history.begin(), history.end(), [](const Observation& o) { return o.outcome == Outcome::kFailed; });
  EXPECT_LT(failed, 16);
  EXPECT_LT(BestOf(history), 1e-3);
}

struct HardHistory {
  std::string name;
  Trainer train;
};

std::ostream& operator<<(std::ostream& out, const HardHistory& history) { return out << history.name; }

class BayesSearchOnHardHistories : public testing::TestWithParam<HardHistory> {};

TEST_P(BayesSearchOnHardHistories, GoesOnWithDistinctPointsInsideTheSpace) {
  std::vector<Parameter> space = EveryKind();
  const SweepSpec spec = SpecOf(Method::kBayes, space);
  const auto history = RunTrials(BayesSearch(spec), 30, GetParam().train);
  ASSERT_EQ(history.size(), 30u);
  EXPECT_EQ(DistinctAssignments(history).size(), 30u);
  for (const Observation& observation : history) EXPECT_OK(spec.space.CheckAssignment(observation.assignment));
}

double Linear(const Assignment& assignment) { return assignment.at("linear").as_double(); }

INSTANTIATE_TEST_SUITE_P(
    All, BayesSearchOnHardHistories,
    testing::Values(
        HardHistory{"EverythingFails",
                    [](int64_t n, const Assignment& a) {
                      return Observation{n, a, Outcome::kFailed, 0};
                    }},
        HardHistory{"EverythingIsPending",
                    [](int64_t n, const Assignment& a) {
                      return Observation{n, a, Outcome::kPending, 0};
                    }},
        HardHistory{"Constant", [](int64_t n, const Assignment& a) { return Succeeded(n, a, 3.25); }},
        HardHistory{"OneFiniteValue",
                    [](int64_t n, const Assignment& a) {
                      return Observation{n, a, n == 6 ? Outcome::kValue : Outcome::kFailed, 1.0};
                    }},
        HardHistory{"TwoValues", [](int64_t n, const Assignment& a) { return Succeeded(n, a, n % 2 == 0 ? 1 : 0); }},
        HardHistory{"Huge", [](int64_t n, const Assignment& a) { return Succeeded(n, a, 1e300 * Linear(a)); }},
        HardHistory{"HugeOfBothSigns",
                    [](int64_t n, const Assignment& a) { return Succeeded(n, a, n % 2 == 0 ? 1.7e308 : -1.7e308); }},
        HardHistory{"OneHuge",
                    [](int64_t n, const Assignment& a) { return Succeeded(n, a, n == 7 ? 1e300 : Linear(a)); }},
        HardHistory{"OneHugelyGood",
                    [](int64_t n, const Assignment& a) { return Succeeded(n, a, n == 7 ? -1e300 : Linear(a)); }},
        HardHistory{"Tiny", [](int64_t n, const Assignment& a) { return Succeeded(n, a, 1e-310 * Linear(a)); }},
        HardHistory{"AlmostConstant",
                    [](int64_t n, const Assignment& a) { return Succeeded(n, a, 1.0 + (n == 9 ? 1e-16 * 4 : 0)); }},
        HardHistory{"NaNReportedAsAValue",
                    [](int64_t n, const Assignment& a) {
                      return Succeeded(n, a, n % 3 == 0 ? std::numeric_limits<double>::quiet_NaN() : Linear(a));
                    }},
        HardHistory{"Infinities",
                    [](int64_t n, const Assignment& a) {
                      return Succeeded(n, a, n % 3 == 0 ? -std::numeric_limits<double>::infinity() : Linear(a));
                    }}),
    [](const testing::TestParamInfo<HardHistory>& history) { return history.param.name; });

TEST(BayesSearch, TakesRepeatedAssignmentsWithDifferentValues) {
  const BayesSearch search(SpecOf(Method::kBayes, Square()));
  SuggestRequest request;
  for (int64_t i = 0; i < 30; ++i) {
    const Assignment point{{"x", 0.25 * static_cast<double>(i % 3)}, {"y", 0.5}};
    request.history.push_back(Succeeded(i + 1, point, static_cast<double>(i % 7)));
  }
  request.index = 30;
  ASSERT_OK_AND_ASSIGN(const std::optional<Assignment> suggestion, search.Suggest(request));
  EXPECT_TRUE(suggestion.has_value());
}

TEST(BayesSearch, RefusesAHistoryOfAnotherSpace) {
  const BayesSearch search(SpecOf(Method::kBayes, Square()));
  SuggestRequest request;
  request.history.push_back(Succeeded(1, {{"x", 4.0}, {"y", 0.5}}, 1));
  EXPECT_THAT(search.Suggest(request), StatusIsCode(absl::StatusCode::kInvalidArgument));
}

TEST(BayesSearch, ModelsALongHistoryByAPartOfIt) {
  constexpr int64_t kTrials = 1100;
  const BayesSearch search(SpecOf(Method::kBayes, Square()));
  SuggestRequest request;
  Rng rng(1, 2);
  for (int64_t i = 0; i < kTrials; ++i) {
    const Assignment point{{"x", rng.NextUnit()}, {"y", rng.NextUnit()}};
    request.history.push_back(Succeeded(i + 1, point, Bowl(point)));
  }
  request.index = kTrials;
  ASSERT_OK_AND_ASSIGN(const std::optional<Assignment> suggestion, search.Suggest(request));
  EXPECT_LT(Bowl(*suggestion), 0.01);
}

TEST(BayesSearch, BeginsWithTheModelWhenItHasPriorTrials) {
  SweepSpec spec = SpecOf(Method::kBayes, Square());
  for (const Observation& known : RunTrials(
           BayesSearch(spec), 12, [](int64_t number, const Assignment&a) { return Succeeded(number, a, Bowl(a)); })) {
    spec.prior_trials.push_back({known.assignment, known.objective});
  }
  const auto history = RunTrials(BayesSearch(spec), 3,
                                 [](int64_t number, const Assignment& a) { return Succeeded(number, a, Bowl(a)); });
  EXPECT_LT(Bowl(history.front().assignment), 0.01) << "not the centre, as without them";
}

TEST(BayesSearch, MayTryThePointsOfPriorTrialsItself) {
  SweepSpec spec = SpecOf(Method::kBayes, TwelvePoints());
  const auto outcome = [](int64_t number, const Assignment& a) {
    return Succeeded(number, a, static_cast<double>(a.at("c").as_int()) + (a.at("a").as_string() == "y" ? -5 : 0));
  };
  const auto known = RunTrials(BayesSearch(spec), 12, outcome);
  for (const Observation& observation : known) {
    spec.prior_trials.push_back({observation.assignment, observation.objective});
  }
  const auto history = RunTrials(BayesSearch(spec), 99, outcome);
  EXPECT_EQ(history.size(), 12u) << "known points are neither taken nor do they exhaust the space";
  EXPECT_EQ(DistinctAssignments(history).size(), 12u);
  EXPECT_EQ(history.front().assignment->at("a"), Value("y")) << "it begins with what was best";
}

TEST(BayesSearch, StartsWithAsManyTrialsAsItIsTold) {
  SweepSpec spec = SpecOf(Method::kBayes, Square());
  spec.run_cap = 10;
  spec.bayes.startup_trials = 8;
  EXPECT_EQ(BayesSearch(spec).startup_trials(), 8);
}

TEST(BayesSearch, HasTheSameAnswerWhateverItWasAskedBefore) {
  const auto train = [](int64_t number, const Assignment& a) {
    Observation observation = Succeeded(number, a, Bowl(a));
    if (number % 6 == 0) observation.outcome = Outcome::kFailed;
    if (number % 11 == 0) observation.outcome = Outcome::kPending;
    return observation;
  };
  const SweepSpec spec = SpecOf(Method::kBayes, Square());
  const BayesSearch search(spec);
  SuggestRequest request;
  request.history = RunTrials(search, 60, train);
  for (const size_t n : {60, 30, 59, 7, 45}) {
    SuggestRequest shorter{static_cast<int64_t>(n), {request.history.begin(), request.history.begin() + n}};
    ASSERT_OK_AND_ASSIGN(const auto asked, search.Suggest(shorter));
    ASSERT_OK_AND_ASSIGN(const auto fresh, BayesSearch(spec).Suggest(shorter));
    EXPECT_EQ(asked, fresh) << n;
  }
}

TEST(BayesSearch, KeepsUpWithResultsThatArriveOutOfOrder) {
  const SweepSpec spec = SpecOf(Method::kBayes, Square());
  const std::vector<Observation> ended = RunTrials(
      BayesSearch(spec), 50, [](int64_t number, const Assignment& a) { return Succeeded(number, a, Bowl(a)); });
  const BayesSearch search(spec);
  SuggestRequest request{50, ended};
  for (Observation& observation : request.history) observation.outcome = Outcome::kPending;
  // Neighbours swap places: 2, 1, 4, 3, ...
  for (size_t i = 0; i < ended.size(); ++i) {
    Observation& observation = request.history[i ^ 1];
    observation.outcome = Outcome::kValue;
    observation.arrival = static_cast<int64_t>(i) + 1;
    ASSERT_OK_AND_ASSIGN(const auto asked, search.Suggest(request));
    if (i % 10 != 9) continue;
    ASSERT_OK_AND_ASSIGN(const auto fresh, BayesSearch(spec).Suggest(request));
    EXPECT_EQ(asked, fresh) << i;
  }
}

TEST(BayesSearch, GoesByTheOrderInWhichResultsArrived) {
  const SweepSpec spec = SpecOf(Method::kBayes, Square());
  SuggestRequest request{50, RunTrials(BayesSearch(spec), 50, [](int64_t number, const Assignment& a) {
                           return Succeeded(number, a, Bowl(a));
                         })};
  for (Observation& observation : request.history) observation.arrival = observation.trial;
  const BayesSearch search(spec);
  ASSERT_OK_AND_ASSIGN(const auto in_order, search.Suggest(request));
  ASSERT_OK_AND_ASSIGN(const auto again, BayesSearch(spec).Suggest(request));
  EXPECT_EQ(in_order, again);
}

TEST(BayesSearch, RecommendsTheTrialItBelievesInAndNotALuckyOne) {
  SweepSpec spec = SpecOf(Method::kBayes, {{"x", Uniform{0, 1}}});
  spec.objective->goal = Goal::kMaximize;
  std::vector<Observation> history;
  Rng rng(5, 5);
  for (int64_t i = 0; i < 40; ++i) {
    const double x = (static_cast<double>(i) + 0.5) / 40;
    history.push_back(Succeeded(i + 1, {{"x", x}}, 10 - 20 * (x - 0.7) * (x - 0.7) + 0.3 * rng.NextNormal()));
  }
  // A very lucky result far from the optimum.
  history[20].objective = 11.5;
  ASSERT_OK_AND_ASSIGN(const std::optional<Recommendation> recommended, BayesSearch(spec).Recommend(history));
  ASSERT_TRUE(recommended.has_value());
  const double x = history[static_cast<size_t>(recommended->trial - 1)].assignment->at("x").as_double();
  EXPECT_NEAR(x, 0.7, 0.12);
  EXPECT_NEAR(recommended->expected_objective, 10, 0.7);
  EXPECT_GT(recommended->deviation, 0.0);
  EXPECT_LT(recommended->deviation, 1.0);
}

TEST(BayesSearch, RecommendsNothingBeforeThereIsAModel) {
  const BayesSearch search(SpecOf(Method::kBayes, Square()));
  ASSERT_OK_AND_ASSIGN(const std::optional<Recommendation> none, search.Recommend({}));
  EXPECT_EQ(none, std::nullopt);
}

TEST(BayesSearch, CountsAssignmentsAndNotTheirRepeatsForItsStartup) {
  SweepSpec spec = SpecOf(Method::kBayes, Square());
  spec.run_cap = 150;
  spec.max_parallel = 9;
  spec.repeats = 3;
  EXPECT_EQ(BayesSearch(spec).startup_trials(), 4);
}

}  // namespace
}  // namespace sweepd
