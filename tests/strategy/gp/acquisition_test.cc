#include "server/strategy/gp/acquisition.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace sweepd::gp {
namespace {

struct Known {
  double z;
  double value;
  double slope;
};

TEST(LogExpectedImprovement, MatchesSixtyDigitArithmetic) {
  const Known cases[] = {
      {-1e12, -5.0e+23, 1000000000000.0},
      {-1e8, -5000000000000037.8, 100000000.00000002},
      {-3e7, -450000000000035.35, 30000000.000000067},
      {-1e5, -5000000023.9447895, 100000.00002},
      {-1000, -500014.73445209116, 1000.001999994},
      {-100, -5010.1295788002498, 100.01999400419587},
      {-38, -730.19618340211374, 38.052522760041328},
      {-20, -206.9178385094251, 20.099262811101282},
      {-10, -55.553122036122356, 10.194383033412553},
      {-5.0000001, -16.744301698842619, 5.3618163352873085},
      {-5, -16.74430116266099, 5.3618162412880885},
      {-4.9, -16.212816407897734, 5.2679101005632792},
      {-3, -7.8696860596030285, 3.5323375176251605},
      {-1.5, -3.5299359208057099, 2.2795806941564462},
      {-1, -2.4851210257126413, 1.9042712333296918},
      {-0.5, -1.6205162643873199, 1.5598731483480797},
      {0, -0.91893853320467274, 1.2533141373155003},
      {0.3, -0.56781715367793688, 1.0902499611311893},
      {1, 0.08002621884930694, 0.77663872520173926},
      {2, 0.69738354578822831, 0.48655931878528387},
      {5, 1.6094379231264314, 0.19999994053122005},
      {10, 2.3025850929940457, 0.1},
      {100, 4.6051701859880914, 0.01},
  };
  for (const Known& known : cases) {
    const LogImprovement improvement = LogExpectedImprovement(known.z);
    EXPECT_NEAR(improvement.value, known.value, 1e-12 * std::max(1.0, std::abs(known.value))) << known.z;
    EXPECT_NEAR(improvement.slope, known.slope, 1e-12 * known.slope) << known.z;
  }
}

TEST(LogExpectedImprovement, RisesWithoutAJumpWhereTheBranchesMeet) {
  for (const double z : {-1e8, -5.0}) {
    const double below = std::nextafter(z, -std::numeric_limits<double>::infinity());
    const LogImprovement left = LogExpectedImprovement(below);
    const LogImprovement right = LogExpectedImprovement(z);
    EXPECT_NEAR(left.value, right.value, 1e-12 * std::abs(right.value));
    EXPECT_NEAR(left.slope, right.slope, 1e-11 * right.slope);
  }
}

TEST(LogNormalProbability, MatchesSixtyDigitArithmetic) {
  const Known cases[] = {
      {-1e9, -500000000000000021.64, 1000000000.0},
      {-1000, -500007.82669481218431, 1000.000999998},
      {-38, -726.5572160188201301, 38.026279466575869},
      {-10, -53.231285150512470578, 10.098093233962512},
      {-5, -15.064998393988725736, 5.1865039671258421},
      {-1, -1.8410216450092635058, 1.5251352761609812},
      {0, -0.69314718055994530942, 0.79788456080286536},
      {3, -0.0013508099647481937988, 0.0044378390421256638},
      {40, 0.0, 0},
  };
  for (const Known& known : cases) {
    const LogImprovement probability = LogNormalProbability(known.z);
    EXPECT_NEAR(probability.value, known.value, 1e-12 * std::max(1.0, std::abs(known.value))) << known.z;
    EXPECT_NEAR(probability.slope, known.slope, 1e-11 * known.slope) << known.z;
  }
}

// The objective's mean alone.
AcquisitionValue EvaluateOne(const Acquisition& acquisition, double mean, double variance) {
  return Evaluate(acquisition, Eigen::VectorXd::Constant(1, mean), variance);
}

TEST(Acquisition, HasSlopesThatMatchCentralDifferences) {
  const Acquisition expected{Acquisition::Kind::kLogExpectedImprovement, 0.3, 0, 0.2};
  const Acquisition bound{Acquisition::Kind::kLowerConfidenceBound, 0, 1.8, 0.2};
  for (const Acquisition& acquisition : {expected, bound}) {
    for (const Eigen::Index outputs : {1, 2}) {
      for (const double mean : {-1.0, 0.3, 2.0}) {
        for (const double variance : {0.01, 0.5, 2.0}) {
          const Eigen::VectorXd means = Eigen::Vector2d(mean, 0.9 - 0.3 * mean).head(outputs);
          const AcquisitionValue at = Evaluate(acquisition, means, variance);
          const auto slope = [&](const Eigen::VectorXd& step, double variance_step) {
            return (Evaluate(acquisition, means + step, variance + variance_step).value -
                    Evaluate(acquisition, means - step, variance - variance_step).value) /
                   2;
          };
          const double h = 1e-6;
          for (Eigen::Index i = 0; i < outputs; ++i) {
            const double by_mean = slope(h * Eigen::VectorXd::Unit(outputs, i), 0) / h;
            EXPECT_NEAR(at.mean_slope[i], by_mean, 1e-6 * std::max(1.0, std::abs(by_mean)));
          }
          const double by_variance = slope(Eigen::VectorXd::Zero(outputs), h * variance) / (h * variance);
          EXPECT_NEAR(at.variance_slope, by_variance, 1e-5 * std::max(1.0, std::abs(by_variance)));
        }
      }
    }
  }
}

TEST(Acquisition, AvoidsPlacesWhereTrialsFail) {
  for (const auto kind : {Acquisition::Kind::kLogExpectedImprovement, Acquisition::Kind::kLowerConfidenceBound}) {
    const Acquisition acquisition{kind, 0.0, 1.8, 0.25};
    EXPECT_GT(Evaluate(acquisition, Eigen::Vector2d(0, 0.1), 0.1).value,
              Evaluate(acquisition, Eigen::Vector2d(0, 0.9), 0.1).value + 1);
  }
}

TEST(Acquisition, PrefersLowMeansAndHighVariances) {
  for (const auto kind : {Acquisition::Kind::kLogExpectedImprovement, Acquisition::Kind::kLowerConfidenceBound}) {
    const Acquisition acquisition{kind, 0.0, 1.8};
    EXPECT_GT(EvaluateOne(acquisition, 0.5, 1).value, EvaluateOne(acquisition, 0.6, 1).value);
    EXPECT_GT(EvaluateOne(acquisition, 0.5, 1.1).value, EvaluateOne(acquisition, 0.5, 1).value);
  }
}

TEST(Acquisition, IsFiniteWithoutVariance) {
  for (const auto kind : {Acquisition::Kind::kLogExpectedImprovement, Acquisition::Kind::kLowerConfidenceBound}) {
    for (const double mean : {-1.0, 0.0, 1.0, 100.0}) {
      const AcquisitionValue value = EvaluateOne({kind, 0.0, 1.8}, mean, 0.0);
      EXPECT_TRUE(std::isfinite(value.value) && value.mean_slope.allFinite() && std::isfinite(value.variance_slope));
    }
  }
}

}  // namespace
}  // namespace sweepd::gp
