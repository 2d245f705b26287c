#include "server/strategy/gp/surrogate.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "tests/strategy/gp/training_sets.h"

namespace sweepd::gp {
namespace {

using Kind = Dimension::Kind;

Domain Plane() { return Domain({{Kind::kContinuous, 0}, {Kind::kContinuous, 0}}); }

std::vector<Observed> Trials(Eigen::Index count) {
  const Eigen::MatrixXd points = UniformPoints(2, count, 4);
  std::vector<Observed> trials;
  for (const auto& point : points.colwise()) {
    trials.push_back({point, {std::sin(5 * point[0]) + point[1] * point[1], trials.size() % 9 == 8}});
    if (trials.size() % 7 == 6) trials.back().result.objective.reset();
  }
  return trials;
}

std::vector<const Observed*> First(const std::vector<Observed>& trials, size_t count) {
  std::vector<const Observed*> first;
  for (size_t i = 0; i < count; ++i) first.push_back(&trials[i]);
  return first;
}

Prediction PredictSomewhere(Surrogate& surrogate, const Domain& domain) {
  return surrogate.model().Predict(domain.Embed(UniformPoints(2, 20, 77)));
}

TEST(Surrogate, RefitsAlwaysAtFirstAndThenForEveryTenthMore) {
  for (const Eigen::Index n : {1, 2, 39, 40}) EXPECT_EQ(FitPoint(n), n);
  EXPECT_EQ(FitPoint(43), 40);
  EXPECT_EQ(FitPoint(44), 44);
  EXPECT_EQ(FitPoint(47), 44);
  EXPECT_EQ(BasePoint(47), 44);
  EXPECT_EQ(BasePoint(1031), 1000);
  EXPECT_EQ(BasePoint(1032), 1032);
}

TEST(Surrogate, HasTheSameBitsHoweverItGotThere) {
  const Domain domain = Plane();
  const std::vector<Observed> trials = Trials(60);
  Surrogate grown(domain, {1, false});
  for (size_t n = 4; n <= 60; ++n) {
    ASSERT_TRUE(grown.Update(First(trials, n)));
    // Believed points are forgotten with the next update.
    ASSERT_TRUE(grown.model().Append(domain.Embed(UniformPoints(2, 3, n)), Eigen::VectorXd::Ones(3)));
    if (n % 8 != 0 && n != 47) continue;
    Surrogate fresh(domain, {1, false});
    ASSERT_TRUE(fresh.Update(First(trials, n)));
    ASSERT_TRUE(grown.Update(First(trials, n)));
    EXPECT_EQ(PredictSomewhere(grown, domain).mean, PredictSomewhere(fresh, domain).mean) << n;
    EXPECT_EQ(PredictSomewhere(grown, domain).variance, PredictSomewhere(fresh, domain).variance) << n;
  }
}

TEST(Surrogate, StartsAgainWhenAnEarlierTrialTurnsOutOtherwise) {
  const Domain domain = Plane();
  std::vector<Observed> trials = Trials(50);
  Surrogate surrogate(domain, {1, false});
  ASSERT_TRUE(surrogate.Update(First(trials, 50)));
  trials[3].result.objective = -4;
  ASSERT_TRUE(surrogate.Update(First(trials, 50)));
  Surrogate fresh(domain, {1, false});
  ASSERT_TRUE(fresh.Update(First(trials, 50)));
  EXPECT_EQ(PredictSomewhere(surrogate, domain).mean, PredictSomewhere(fresh, domain).mean);
  // And when it is asked about fewer.
  ASSERT_TRUE(surrogate.Update(First(trials, 20)));
  ASSERT_TRUE(fresh.Update(First(trials, 20)));
  EXPECT_EQ(PredictSomewhere(surrogate, domain).mean, PredictSomewhere(fresh, domain).mean);
}

TEST(Surrogate, LearnsWhereTrialsFailOnceThereAreThree) {
  const Domain domain = Plane();
  std::vector<Observed> trials = Trials(40);
  for (Observed& trial : trials) {
    trial.result = {trial.point[1], false};
    if (trial.point[0] > 0.7) trial.result.objective = std::numeric_limits<double>::quiet_NaN();
  }
  Surrogate surrogate(domain, {1, false});
  ASSERT_TRUE(surrogate.Update(First(trials, 40)));
  const Eigen::MatrixXd means = surrogate.model().Predict(Eigen::MatrixXd{{0.95, 0.1}, {0.5, 0.5}}).mean;
  ASSERT_EQ(means.rows(), 2);
  EXPECT_GT(means(1, 0), 0.7);
  EXPECT_LT(means(1, 1), 0.3);
  EXPECT_GT(surrogate.failure_variance(), 0.1);
}

TEST(Surrogate, CannotModelTrialsThatAllEndedAlike) {
  const Domain domain = Plane();
  std::vector<Observed> trials = Trials(10);
  for (Observed& trial : trials) trial.result = {3, false};
  Surrogate surrogate(domain, {1, false});
  EXPECT_FALSE(surrogate.Update(First(trials, 10)));
  EXPECT_FALSE(surrogate.labels().has_value());
  trials[9].result.objective = 2;
  EXPECT_TRUE(surrogate.Update(First(trials, 10)));
}

TEST(Surrogate, KeepsAnActiveSetOfManyTrials) {
  const Domain domain = Plane();
  const std::vector<Observed> trials = Trials(1100);
  Surrogate surrogate(domain, {1, false});
  ASSERT_TRUE(surrogate.Update(First(trials, 1070)));
  EXPECT_LE(surrogate.model().size(), kActiveSize + kRefresh);
  ASSERT_TRUE(surrogate.Update(First(trials, 1071)));
  EXPECT_EQ(surrogate.rows().back(), 1070u);
  Surrogate fresh(domain, {1, false});
  ASSERT_TRUE(fresh.Update(First(trials, 1071)));
  EXPECT_EQ(PredictSomewhere(surrogate, domain).mean, PredictSomewhere(fresh, domain).mean);
}

}  // namespace
}  // namespace sweepd::gp
