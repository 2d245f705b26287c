// What every strategy promises (server/strategy/strategy.h), as a suite to instantiate per strategy.
//
//     INSTANTIATE_TEST_SUITE_P(Grid, StrategyContract, testing::Values(StrategyCase{...}), StrategyCaseName);
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <ostream>
#include <string>
#include <thread>
#include <vector>

#include "server/strategy/strategy.h"
#include "tests/support/status_matchers.h"

namespace sweepd {

struct StrategyCase {
  std::string name;
  SweepSpec spec;
  // Number of suggestions before the space is exhausted; nullopt when it never is.
  std::optional<int64_t> suggestions;
};

inline std::ostream& operator<<(std::ostream& out, const StrategyCase& strategy) { return out << strategy.name; }

inline std::string StrategyCaseName(const testing::TestParamInfo<StrategyCase>& info) { return info.param.name; }

class StrategyContract : public testing::TestWithParam<StrategyCase> {
 protected:
  // Most suggestions a test asks of a space that is never exhausted.
  static constexpr int64_t kEnough = 15;

  int64_t Asked() const { return GetParam().suggestions.value_or(kEnough); }

  // A deterministic outcome that depends on the assignment: every fifth trial fails, every seventh stays pending.
  static Observation Observe(int64_t trial, Assignment assignment) {
    const double objective = static_cast<double>(std::hash<std::string>()(ToJson(Value(assignment))) % 1000);
    Observation::Outcome outcome = Observation::Outcome::kValue;
    if (trial % 5 == 0) outcome = Observation::Outcome::kFailed;
    if (trial % 7 == 0) outcome = Observation::Outcome::kPending;
    return {trial, std::move(assignment), outcome, objective};
  }

  // The requests of a sweep run with `strategy`, the last of which was answered nullopt when the space is exhaustible.
  static std::vector<SuggestRequest> Requests(const Strategy& strategy, int64_t count) {
    std::vector<SuggestRequest> requests(1);
    while (static_cast<int64_t>(requests.size()) <= count) {
      const auto suggestion = strategy.Suggest(requests.back());
      EXPECT_THAT(suggestion, IsOk());
      if (!suggestion.ok() || !suggestion->has_value()) break;
      SuggestRequest next = requests.back();
      ++next.index;
      if (strategy.UsesHistory()) next.history.push_back(Observe(next.index, **suggestion));
      requests.push_back(std::move(next));
    }
    return requests;
  }
};

TEST_P(StrategyContract, SuggestsAssignmentsInsideTheSpace) {
  const std::unique_ptr<Strategy> strategy = MakeStrategy(GetParam().spec);
  for (const SuggestRequest& request : Requests(*strategy, Asked() - 1)) {
    ASSERT_OK_AND_ASSIGN(const std::optional<Assignment> suggestion, strategy->Suggest(request));
    ASSERT_TRUE(suggestion.has_value()) << "suggestion " << request.index;
    EXPECT_OK(GetParam().spec.space.CheckAssignment(*suggestion));
  }
}

TEST_P(StrategyContract, AnswersTheSameRequestTheSameAfterARestart) {
  const std::unique_ptr<Strategy> before = MakeStrategy(GetParam().spec);
  for (const SuggestRequest& request : Requests(*before, Asked())) {
    const std::unique_ptr<Strategy> after = MakeStrategy(GetParam().spec);
    ASSERT_OK_AND_ASSIGN(const std::optional<Assignment> first, before->Suggest(request));
    ASSERT_OK_AND_ASSIGN(const std::optional<Assignment> second, after->Suggest(request));
    EXPECT_EQ(first, second) << "suggestion " << request.index;
  }
}

TEST_P(StrategyContract, AnswersTheSameOnAnyThreadAndInAnyOrder) {
  const std::unique_ptr<Strategy> strategy = MakeStrategy(GetParam().spec);
  const std::vector<SuggestRequest> requests = Requests(*strategy, Asked());
  std::vector<std::optional<Assignment>> expected;
  for (const SuggestRequest& request : requests) expected.push_back(*strategy->Suggest(request));
  std::vector<std::vector<std::optional<Assignment>>> answers(3);
  std::vector<std::thread> threads;
  for (auto& mine : answers) {
    threads.emplace_back([&] {
      mine.resize(requests.size());
      for (size_t i = requests.size(); i-- > 0;) mine[i] = *strategy->Suggest(requests[i]);
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const auto& mine : answers) EXPECT_EQ(mine, expected);
}

TEST_P(StrategyContract, SaysThatTheSpaceHoldsNoFurtherPointWhenThatIsSoAndNotBefore) {
  const std::unique_ptr<Strategy> strategy = MakeStrategy(GetParam().spec);
  const std::vector<SuggestRequest> requests = Requests(*strategy, Asked());
  ASSERT_EQ(static_cast<int64_t>(requests.size()), Asked() + 1);
  ASSERT_OK_AND_ASSIGN(const std::optional<Assignment> suggestion, strategy->Suggest(requests.back()));
  EXPECT_EQ(suggestion.has_value(), !GetParam().suggestions.has_value());
}

}  // namespace sweepd
