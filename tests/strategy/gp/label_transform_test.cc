#include "server/strategy/gp/label_transform.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace sweepd::gp {
namespace {

using Objectives = std::vector<std::optional<double>>;

std::vector<Result> Complete(const Objectives& objectives) {
  std::vector<Result> results;
  for (const std::optional<double>& objective : objectives) results.push_back({objective, false});
  return results;
}

// The labels of complete trials with these objectives.
std::optional<Eigen::VectorXd> LabelsOf(const Objectives& objectives) {
  const std::optional<Labels> labels = TransformLabels(Complete(objectives));
  return labels.has_value() ? std::optional(labels->values) : std::nullopt;
}

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

TEST(LabelTransform, GivesFiniteTrialsMeanZeroAndVarianceOne) {
  const auto labels = LabelsOf({3, 1, 4, 1.5, 9, 2.6, 5, 3.5});
  ASSERT_TRUE(labels.has_value());
  EXPECT_NEAR(labels->mean(), 0, 1e-14);
  EXPECT_NEAR(labels->squaredNorm() / 8, 1, 1e-14);
}

TEST(LabelTransform, KeepsTheOrderOfTheObjectives) {
  const Objectives objectives = {3, 1, 1e10, 1.5, 9, 2.6, 5, 3.5, -4, 1e12, 9};
  const Eigen::VectorXd labels = *LabelsOf(objectives);
  for (size_t i = 0; i < objectives.size(); ++i) {
    for (size_t j = 0; j < objectives.size(); ++j) {
      const auto a = static_cast<Eigen::Index>(i);
      const auto b = static_cast<Eigen::Index>(j);
      if (*objectives[i] < *objectives[j]) {
        EXPECT_LT(labels[a], labels[b]);
      }
      if (*objectives[i] == *objectives[j]) {
        EXPECT_EQ(labels[a], labels[b]);
      }
    }
  }
}

TEST(LabelTransform, LeavesTheGoodHalfItsProportions) {
  const Eigen::VectorXd labels = *LabelsOf({0, 1, 4, 5, 70, 800, 9000});
  EXPECT_NEAR((labels[1] - labels[0]) / (labels[2] - labels[0]), 1.0 / 4, 1e-14);
  EXPECT_NEAR((labels[3] - labels[0]) / (labels[2] - labels[0]), 5.0 / 4, 1e-14);
}

TEST(LabelTransform, PutsTheWorseHalfAtHalfNormalQuantiles) {
  // Median 5, sigma^2 = (25 + 16 + 1 + 0) / 4; D = 3.5. The worst has rank 1: p = 0.5 * 0.5 / 3.5 = 1/14.
  const Eigen::VectorXd labels = *LabelsOf({0, 1, 4, 5, 70, 800, 9000});
  const double unit = labels[3] - labels[2];
  const double sigma = std::sqrt(42.0 / 4);
  EXPECT_NEAR((labels[6] - labels[3]) / unit, sigma * 1.4652337926855226, 1e-9);
  EXPECT_NEAR((labels[5] - labels[3]) / unit, sigma * 0.7916386077433745, 1e-9);
  EXPECT_NEAR((labels[4] - labels[3]) / unit, sigma * 0.3661063568005697, 1e-9);
}

TEST(LabelTransform, DependsOnTheRanksOfTheWorseHalfAlone) {
  EXPECT_EQ(*LabelsOf({0, 1, 4, 5, 6, 7, 8}), *LabelsOf({0, 1, 4, 5, 6e10, 7e100, 8e307}));
}

TEST(LabelTransform, IgnoresScaleAndShift) {
  const Eigen::VectorXd labels = *LabelsOf({3, 1, 4, 1.5, 9, 2.5});
  EXPECT_LT((*LabelsOf({300, 100, 400, 150, 900, 250}) - labels).cwiseAbs().maxCoeff(), 1e-12);
  EXPECT_LT((*LabelsOf({-7, -9, -6, -8.5, -1, -7.5}) - labels).cwiseAbs().maxCoeff(), 1e-12);
}

TEST(LabelTransform, MakesFailedTrialsWorseThanEveryOtherAndLeavesTheOthersAlone) {
  const Eigen::VectorXd without = *LabelsOf({3, 1, 4, 1.5});
  const Eigen::VectorXd with = *LabelsOf({3, std::nullopt, 1, 4, kNaN, 1.5, kInfinity, -kInfinity});
  const double expected = without.maxCoeff() + 0.5 * (without.maxCoeff() - without.minCoeff()) + 1;
  for (const Eigen::Index i : {1, 4, 6, 7}) EXPECT_DOUBLE_EQ(with[i], expected);
  EXPECT_EQ(with[0], without[0]);
  EXPECT_EQ(with[2], without[1]);
  EXPECT_EQ(with[3], without[2]);
  EXPECT_EQ(with[5], without[3]);
}

TEST(LabelTransform, RefusesObjectivesWithoutTwoDistinctFiniteValues) {
  EXPECT_FALSE(LabelsOf({}).has_value());
  EXPECT_FALSE(LabelsOf({1}).has_value());
  EXPECT_FALSE(LabelsOf({2, 2, 2}).has_value());
  EXPECT_FALSE(LabelsOf({2, std::nullopt, kNaN, kInfinity}).has_value());
}

TEST(LabelTransform, StaysModerateForExtremeObjectives) {
  const Objectives cases[] = {
      {1e300, -1e300, 0, 1},         {1.7e308, -1.7e308},          {1e-310, 2e-310, 5e-324, 0},   {1, 1 + 1e-15, 1, 1},
      {-1e300, 1, 2, 3, 4, 5, 6, 7}, {1e300, 1, 2, 3, 4, 5, 6, 7}, {0, 0, 0, 0, 0, 0, 0, 1e-300}, {5, 5, 5, 5, 1},
  };
  for (const Objectives& objectives : cases) {
    const auto labels = LabelsOf(objectives);
    if (!labels.has_value()) continue;
    EXPECT_TRUE(labels->allFinite());
    EXPECT_LT(labels->cwiseAbs().maxCoeff(), 10);
  }
  EXPECT_TRUE(LabelsOf({1e300, -1e300, 0, 1}).has_value());
  EXPECT_TRUE(LabelsOf({1.7e308, -1.7e308}).has_value());
}

TEST(LabelTransform, CountsACutShortTrialAsNoBetterThanTheMedianOfTheOthers) {
  std::vector<Result> results = Complete({3, 1, 4, 1.5, 9});
  results.push_back({0.5, true});
  results.push_back({7, true});
  const Eigen::VectorXd labels = TransformLabels(results)->values;
  EXPECT_EQ(labels, *LabelsOf({3, 1, 4, 1.5, 9, 3, 7}));
  // With nothing to compare it with it counts as it is.
  EXPECT_TRUE(TransformLabels({{1, true}, {2, true}}).has_value());
}

TEST(LabelTransform, TurnsLabelsOfTheBetterHalfBackIntoObjectives) {
  const Objectives objectives = {3, -11, 4, 1.5, 9, 2.5};
  const Labels labels = *TransformLabels(Complete(objectives));
  for (const Eigen::Index i : {1, 3, 5}) {
    EXPECT_NEAR(labels.ToObjective(labels.values[i]), *objectives[static_cast<size_t>(i)], 1e-12);
  }
  EXPECT_NEAR(labels.ToObjectiveDifference(labels.values[5] - labels.values[1]), 13.5, 1e-12);
}

}  // namespace
}  // namespace sweepd::gp
