#include "server/strategy/gp/thinning.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/strategy/gp/training_sets.h"

namespace sweepd::gp {
namespace {

TEST(Thinning, KeepsASmallSetAsItIs) {
  const TrainingSet data = WavyTrainingSet(2, 30);
  EXPECT_EQ(Thin(data, 30).features, data.features);
}

TEST(Thinning, KeepsTheBestHalfAndTheOrder) {
  TrainingSet data = WavyTrainingSet(1, 100);
  for (Eigen::Index i = 0; i < 100; ++i) data.labels[i] = static_cast<double>((i * 37) % 100);
  const TrainingSet thinned = Thin(data, 20);
  ASSERT_EQ(thinned.labels.size(), 20);
  EXPECT_EQ((thinned.labels.array() < 10).count(), 10);
  EXPECT_GE((thinned.labels.array() >= 80).count(), 2);
  Eigen::Index from = 0;
  for (Eigen::Index i = 0; i < 20; ++i) {
    while (data.labels[from] != thinned.labels[i]) ASSERT_LT(++from, 100);
    EXPECT_EQ(data.features.col(from), thinned.features.col(i));
  }
}

}  // namespace
}  // namespace sweepd::gp
