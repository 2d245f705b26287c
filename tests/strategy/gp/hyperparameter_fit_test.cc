#include "server/strategy/gp/hyperparameter_fit.h"

#include <gtest/gtest.h>

#include "server/strategy/gp/marginal_likelihood.h"
#include "tests/strategy/gp/training_sets.h"

namespace sweepd::gp {
namespace {

TEST(HyperparameterFit, FindsOutWhichDimensionMatters) {
  const Hyperparameters fit = FitHyperparameters(WavyTrainingSet(3, 60), 3, false, Rng(1, 1));
  EXPECT_LT(fit.log_length_scales[0] + std::log(3.0), fit.log_length_scales[1]);
  EXPECT_LT(fit.log_length_scales[0] + std::log(3.0), fit.log_length_scales[2]);
}

TEST(HyperparameterFit, RecoversTheNoiseVariance) {
  // Noise of deviation 0.05 on a sine whose variance is about 0.5.
  const Hyperparameters fit = FitHyperparameters(WavyTrainingSet(1, 200), 1, false, Rng(1, 1));
  EXPECT_NEAR(fit.log_noise_variance, std::log(0.05 * 0.05 / 0.5), 0.7);
}

TEST(HyperparameterFit, EndsWhereThePosteriorIsFlat) {
  const TrainingSet data = WavyTrainingSet(2, 50);
  const Hyperparameters fit = FitHyperparameters(data, 2, false, Rng(1, 1));
  const LogDensity likelihood = *LogMarginalLikelihood(data, fit);
  const LogDensity prior = LogPrior(DimensionScaledPrior(2), fit);
  EXPECT_LT((likelihood.length_scale_slope + prior.length_scale_slope).cwiseAbs().maxCoeff(), 0.05);
  EXPECT_LT(std::abs(likelihood.signal_slope + prior.signal_slope), 0.05);
}

TEST(HyperparameterFit, KeepsTheSignalVarianceAtOneForFewObservations) {
  EXPECT_EQ(FitHyperparameters(WavyTrainingSet(2, kFreeSignalFrom - 1), 2, false, Rng(1, 1)).log_signal_variance, 0.0);
  EXPECT_NE(FitHyperparameters(WavyTrainingSet(2, kFreeSignalFrom), 2, false, Rng(1, 1)).log_signal_variance, 0.0);
}

TEST(HyperparameterFit, StaysWithinItsBoundsOnPureNoiseAndOnOnePoint) {
  TrainingSet noise = WavyTrainingSet(2, 40);
  Rng rng(5, 5);
  for (double& label : noise.labels) label = rng.NextNormal();
  TrainingSet single = WavyTrainingSet(2, 1);
  single.labels[0] = 0;
  for (const TrainingSet& data : {noise, single}) {
    const Hyperparameters fit = FitHyperparameters(data, 2, false, Rng(1, 1));
    EXPECT_GE(fit.log_length_scales.minCoeff(), std::log(kMinLengthScale));
    EXPECT_LE(fit.log_length_scales.maxCoeff(), std::log(kMaxLengthScale));
    EXPECT_GE(fit.log_noise_variance, std::log(kMinNoiseVariance));
    EXPECT_LE(fit.log_noise_variance, std::log(kMaxNoiseVariance));
  }
}

TEST(HyperparameterFit, TakesNoiseFreeLabelsAtTheirWord) {
  EXPECT_EQ(FitHyperparameters(WavyTrainingSet(2, 60), 2, true, Rng(1, 1)).log_noise_variance,
            std::log(kMinNoiseVariance));
}

TEST(HyperparameterFit, IsAFunctionOfItsArguments) {
  const TrainingSet data = WavyTrainingSet(2, 120);
  EXPECT_EQ(FitHyperparameters(data, 2, false, Rng(1, 1)).log_length_scales,
            FitHyperparameters(data, 2, false, Rng(1, 1)).log_length_scales);
}

}  // namespace
}  // namespace sweepd::gp
