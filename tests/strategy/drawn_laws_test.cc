// 100,000 draws of every distribution through random search against its exact law, at a significance of 0.001. The
// seeds are fixed, so the test either always passes or always fails. The exact laws are written out here from their
// textbook form, apart from the beta law, whose distribution function for whole parameters is a binomial sum.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>

#include "server/strategy/random_search.h"
#include "tests/strategy/sweep_specs.h"
#include "tests/support/status_matchers.h"

namespace sweepd {
namespace {

constexpr int64_t kDraws = 100'000;

using Cdf = std::function<double(double)>;

Cdf UniformCdf(double min, double max) {
  return [=](double x) { return std::clamp((x - min) / (max - min), 0.0, 1.0); };
}

Cdf LogUniformCdf(double min, double max) {
  return [=](double x) { return x <= min ? 0.0 : std::min(1.0, std::log(x / min) / std::log(max / min)); };
}

Cdf NormalCdf(double mu, double sigma) {
  return [=](double x) { return 0.5 * std::erfc(-(x - mu) / (sigma * std::sqrt(2.0))); };
}

Cdf LogNormalCdf(double mu, double sigma) {
  return [=](double x) { return x <= 0 ? 0.0 : NormalCdf(mu, sigma)(std::log(x)); };
}

// I_x(a, b) for whole a and b: at least a successes in a + b - 1 trials.
Cdf BetaCdf(int a, int b) {
  return [=](double x) {
    const double p = std::clamp(x, 0.0, 1.0);
    const int trials = a + b - 1;
    double sum = 0;
    for (int k = a; k <= trials; ++k) {
      const double ways = std::exp(std::lgamma(trials + 1) - std::lgamma(k + 1) - std::lgamma(trials - k + 1));
      sum += ways * std::pow(p, k) * std::pow(1 - p, trials - k);
    }
    return sum;
  };
}

std::vector<Value> Draw(const Distribution& law) {
  const SearchSpace space = *SearchSpace::Create({{"x", law}});
  const RandomSearch search(space, 2026);
  std::vector<Value> values;
  for (int64_t i = 0; i < kDraws; ++i) {
    const Assignment assignment = **search.Suggest({i, {}});
    EXPECT_OK(space.CheckAssignment(assignment));
    values.push_back(assignment.at("x"));
  }
  return values;
}

struct ContinuousCase {
  Distribution law;
  Cdf cdf;
};

TEST(DrawnLaws, OfContinuousDistributionsPassKolmogorovAndSmirnov) {
  const ContinuousCase cases[] = {
      {Uniform{-3, 5}, UniformCdf(-3, 5)}, {LogUniformValues{1e-5, 1e-1}, LogUniformCdf(1e-5, 1e-1)},
      {Normal{2, 0.5}, NormalCdf(2, 0.5)}, {LogNormal{-1, 2}, LogNormalCdf(-1, 2)},
      {Beta{2, 5}, BetaCdf(2, 5)},         {Beta{30, 1}, BetaCdf(30, 1)},
  };
  for (const ContinuousCase& c : cases) {
    std::vector<double> sorted;
    for (const Value& value : Draw(c.law)) sorted.push_back(value.as_double());
    std::sort(sorted.begin(), sorted.end());
    double distance = 0;
    for (size_t i = 0; i < sorted.size(); ++i) {
      const double expected = c.cdf(sorted[i]);
      distance = std::max(
          {distance, expected - static_cast<double>(i) / kDraws, static_cast<double>(i + 1) / kDraws - expected});
    }
    EXPECT_LT(distance * std::sqrt(kDraws), 1.9495) << DistributionName(c.law);
  }
}

// The 0.999 quantile of chi-square by Wilson and Hilferty.
double CriticalChiSquare(double freedom) {
  const double spread = 2.0 / (9.0 * freedom);
  return freedom * std::pow(1 - spread + 3.0902 * std::sqrt(spread), 3);
}

// `probability` of every value by its text. Values with fewer than five expected draws share a cell.
void ExpectFrequencies(const Distribution& law, const std::map<std::string, double>& probability) {
  std::map<std::string, int64_t> counts;
  for (const Value& value : Draw(law)) ++counts[ToJson(value)];
  double statistic = 0;
  int cells = 0;
  double rare_expected = 0;
  int64_t rare_count = 0;
  const auto add = [&](double expected, int64_t count) {
    statistic += std::pow(static_cast<double>(count) - expected, 2) / expected;
    ++cells;
  };
  for (const auto& [text, p] : probability) {
    if (p * kDraws >= 5) {
      add(p * kDraws, counts[text]);
    } else {
      rare_expected += p * kDraws;
      rare_count += counts[text];
    }
    counts.erase(text);
  }
  for (const auto& [text, count] : counts) rare_count += count;
  if (rare_expected >= 1) {
    add(rare_expected, rare_count);
  } else {
    EXPECT_LE(rare_count, 7) << DistributionName(law);
  }
  EXPECT_LT(statistic, CriticalChiSquare(cells - 1)) << DistributionName(law) << " in " << cells << " cells";
}

TEST(DrawnLaws, OfListedValuesPassChiSquare) {
  ExpectFrequencies(Categorical{{"a", 1, Value(), Value::List{1, 2}, Value::Map{{"k", true}}}},
                    {{"\"a\"", 0.2}, {"1", 0.2}, {"null", 0.2}, {"[1,2]", 0.2}, {R"({"k":true})", 0.2}});
  ExpectFrequencies(WeightedCategorical{{"a", "b", "c", "d"}, {0.001, 0.649, 0.05, 0.3}},
                    {{"\"a\"", 0.001}, {"\"b\"", 0.649}, {"\"c\"", 0.05}, {"\"d\"", 0.3}});
  std::map<std::string, double> integers;
  for (int i = -3; i <= 33; ++i) integers[ToJson(Value(i))] = 1.0 / 37;
  ExpectFrequencies(IntUniform{-3, 33}, integers);
  EXPECT_EQ(Draw(Constant{"x"}), std::vector<Value>(kDraws, Value("x")));
}

// The multiples first..last of q, each with the probability that the nearest multiple is it.
template <class Base>
void ExpectSteps(const Stepped<Base>& law, const Cdf& cdf, int first, int last, bool is_bounded) {
  std::map<std::string, double> probability;
  for (int i = first; i <= last; ++i) {
    const double low = is_bounded && i == first ? 0 : cdf((i - 0.5) * law.q);
    const double high = is_bounded && i == last ? 1 : cdf((i + 0.5) * law.q);
    const Value value = law.integral ? Value(static_cast<int64_t>(i * law.q)) : Value(i * law.q);
    probability[ToJson(value)] += high - low;
  }
  ExpectFrequencies(law, probability);
}

TEST(DrawnLaws, OfStepsPassChiSquare) {
  ExpectSteps(QUniform{{0, 1}, 0.125, false}, UniformCdf(0, 1), 0, 8, true);
  ExpectSteps(QUniform{{3, 50}, 7, true}, UniformCdf(3, 50), 1, 7, true);
  ExpectSteps(QLogUniformValues{{1, 64}, 4, true}, LogUniformCdf(1, 64), 1, 16, true);
  ExpectSteps(QBeta{{2, 5}, 0.0625, false}, BetaCdf(2, 5), 0, 16, true);
  ExpectSteps(QNormal{{0.25, 1}, 0.5, false}, NormalCdf(0.25, 1), -20, 20, false);
  ExpectSteps(QNormal{{100, 30}, 8, true}, NormalCdf(100, 30), -10, 40, false);
  ExpectSteps(QLogNormal{{1, 0.5}, 1, true}, LogNormalCdf(1, 0.5), 0, 200, false);
}

}  // namespace
}  // namespace sweepd
