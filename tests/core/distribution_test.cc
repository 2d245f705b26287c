#include "server/core/distribution.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "tests/support/status_matchers.h"

namespace sweepd {
namespace {

using ::testing::HasSubstr;

constexpr int64_t kMin = std::numeric_limits<int64_t>::min();
constexpr int64_t kMax = std::numeric_limits<int64_t>::max();
constexpr double kLargest = std::numeric_limits<double>::max();
const double kAlmostOne = std::nextafter(1.0, 0.0);

TEST(ValueAt, GivesTheValuesOfTheSpecification) {
  const Distribution integers = IntUniform{1, 10};
  EXPECT_EQ(ValueAt(integers, 0.25), Value(3));
  EXPECT_EQ(ValueAt(integers, 0.5), Value(6));
  EXPECT_EQ(ValueAt(integers, 0.75), Value(8));
  const Distribution logarithmic = LogUniformValues{1e-5, 1e-1};
  EXPECT_NEAR(ValueAt(logarithmic, 0.25).as_double(), 1e-4, 1e-17);
  EXPECT_NEAR(ValueAt(logarithmic, 0.5).as_double(), 1e-3, 1e-16);
  EXPECT_NEAR(ValueAt(logarithmic, 0.75).as_double(), 1e-2, 1e-15);
  const Distribution categories = Categorical{{"a", "b", "c"}};
  EXPECT_EQ(ValueAt(categories, 0), Value("a"));
  EXPECT_EQ(ValueAt(categories, 0.34), Value("b"));
  EXPECT_EQ(ValueAt(categories, kAlmostOne), Value("c"));
  EXPECT_EQ(ValueAt(Constant{5}, 0.7), Value(5));
  EXPECT_EQ(ValueAt(Uniform{-1, 3}, 0.25), Value(0.0));
}

TEST(ValueAt, GivesTheQuantilesOfTheSpecification) {
  struct Case {
    Distribution law;
    double quartiles[3];
  };
  const Case cases[] = {
      {Normal{0, 1}, {-0.674490, 0, 0.674490}},
      {Normal{3, 2}, {1.651020, 3, 4.348980}},
      {Beta{2, 5}, {0.161163, 0.264450, 0.389479}},
      {Beta{1, 1}, {0.25, 0.5, 0.75}},
      {LogNormal{0, 1}, {0.509416, 1, 1.963031}},
      {QNormal{{0, 1}, 0.5, false}, {-0.5, 0, 0.5}},
      {QLogNormal{{0, 1}, 1, true}, {1, 1, 2}},
      {QBeta{{2, 5}, 0.25, false}, {0.25, 0.25, 0.5}},
      {QLogUniformValues{{1, 10000}, 20, true}, {20, 100, 1000}},
  };
  for (const Case& c : cases) {
    for (int i = 0; i < 3; ++i) {
      EXPECT_NEAR(ValueAt(c.law, 0.25 * (i + 1)).as_double(), c.quartiles[i], 5e-7) << DistributionName(c.law) << i;
    }
  }
}

TEST(ValueAt, GivesEachWeightedValueItsShareOfTheUnitInterval) {
  const Distribution law = WeightedCategorical{{"a", "b", Value::List{1}}, {0.1, 0.7, 0.2}};
  EXPECT_EQ(ValueAt(law, 0.0999), Value("a"));
  EXPECT_EQ(ValueAt(law, 0.1), Value("b"));
  EXPECT_EQ(ValueAt(law, 0.7999), Value("b"));
  EXPECT_EQ(ValueAt(law, 0.8001), Value(Value::List{1}));
  EXPECT_EQ(ValueAt(law, kAlmostOne), Value(Value::List{1}));
}

TEST(ValueAt, KeepsLogNormalStepsAtOrAboveZero) {
  EXPECT_EQ(ToJson(ValueAt(QLogNormal{{-5, 1}, 1, false}, 0.5)), "0.0");
  EXPECT_EQ(ValueAt(QLogNormal{{-5, 1}, 1, true}, 0.0), Value(0));
}

TEST(ValueAt, ReachesBothEndsAndNeverLeavesThem) {
  const Distribution laws[] = {IntUniform{1, 10},
                               IntUniform{kMin, kMax},
                               IntUniform{kMax - 1, kMax},
                               Uniform{-kLargest, kLargest},
                               Uniform{0.1, 0.3},
                               Uniform{0, 5e-324},
                               LogUniformValues{1e300, std::nextafter(1e300, kLargest)},
                               LogUniformValues{5e-324, kLargest},
                               LogUniformValues{1e-5, 1e-1},
                               QUniform{{0, 1}, 0.1, false},
                               QUniform{{-7, 7}, 2, true},
                               QUniform{{0.25, 0.85}, 0.3, false},
                               Normal{0, 1},
                               Normal{-kLargest, kLargest},
                               LogNormal{0, 1},
                               LogNormal{700, 300},
                               LogNormal{-700, 300},
                               Beta{2, 5},
                               Beta{1e-3, 1e-3},
                               Beta{1e6, 0.01},
                               QLogUniformValues{{1, 1000}, 7, true},
                               QLogUniformValues{{5e-324, kLargest}, kLargest / 8, false},
                               QNormal{{0, 1}, 0.25, false},
                               QNormal{{0, 1e300}, 3, true},
                               QNormal{{0, 1e300}, 1e300, false},
                               QLogNormal{{0, 1}, 0.1, false},
                               QLogNormal{{700, 300}, 1, true},
                               QBeta{{0.5, 0.5}, 0.05, false},
                               WeightedCategorical{{"a", "b"}, {1e-7, 1 - 1e-7}}};
  for (const Distribution& law : laws) {
    ASSERT_OK(ValidateDistribution(law));
    for (const double u : {0.0, 1e-300, 0.25, 0.5, 0.75, kAlmostOne}) {
      const absl::StatusOr<double> unit = UnitOf(law, ValueAt(law, u));
      EXPECT_TRUE(unit.ok() && *unit >= 0 && *unit <= 1) << DistributionName(law) << " at " << u;
    }
  }
  EXPECT_EQ(ValueAt(IntUniform{1, 10}, kAlmostOne), Value(10));
  EXPECT_EQ(ValueAt(IntUniform{kMin, kMax}, 0), Value(kMin));
  EXPECT_EQ(ValueAt(IntUniform{kMin, kMax}, 0.5), Value(0));
  EXPECT_GT(ValueAt(IntUniform{kMin, kMax}, kAlmostOne).as_int(), kMax - 2048);
  EXPECT_EQ(ValueAt(Uniform{-1e308, 1e308}, 0.5), Value(0.0));
  EXPECT_EQ(ValueAt(Uniform{-1e308, 1e308}, 0.75), Value(5e307));
}

TEST(ValueAt, GivesCleanDecimals) {
  struct Case {
    QUniform law;
    std::string json;  // of all values
  };
  const Case cases[] = {
      {{{0, 1}, 0.1, false}, "[0.0,0.1,0.2,0.3,0.4,0.5,0.6,0.7,0.8,0.9,1.0]"},
      {{{-0.2, 0.2}, 0.1, false}, "[-0.2,-0.1,0.0,0.1,0.2]"},
      {{{0, 1.5}, 0.3, false}, "[0.0,0.3,0.6,0.9,1.2,1.5]"},
      {{{0.05, 0.35}, 0.1, false}, "[0.1,0.2,0.3]"},
      {{{0, 1e-5}, 2.5e-6, false}, "[0.0,2.5e-06,5e-06,7.5e-06,1e-05]"},
      {{{0, 1}, 0.25, false}, "[0.0,0.25,0.5,0.75,1.0]"},
      {{{0, 2}, 0x1p-1, false}, "[0.0,0.5,1.0,1.5,2.0]"},
      {{{1, 10}, 3, true}, "[3,6,9]"},
      {{{-5, 5}, 5, true}, "[-5,0,5]"},
      {{{0, 100}, 64, true}, "[0,64]"},
      {{{5, 6}, 5, true}, "[5]"},
  };
  for (const Case& c : cases) {
    ASSERT_OK(ValidateDistribution(c.law));
    Value::List values;
    for (uint64_t i = 0; i < ValueCount(c.law); ++i) values.push_back(NthValue(c.law, i));
    EXPECT_EQ(ToJson(values), c.json);
  }
}

TEST(ValueAt, RoundsToTheNearestMultiple) {
  const Distribution law = QUniform{{0, 1}, 0.1, false};
  EXPECT_EQ(ValueAt(law, 0.04), Value(0.0));
  EXPECT_EQ(ValueAt(law, 0.06), Value(0.1));
  EXPECT_EQ(ValueAt(law, 0.97), Value(1.0));
  EXPECT_EQ(ToJson(ValueAt(QUniform{{-1, 1}, 1, false}, 0.4)), "0.0") << "not -0.0";
}

TEST(UnitOf, InvertsValueAt) {
  const Distribution finite[] = {IntUniform{1, 10},
                                 IntUniform{-3, 4},
                                 Categorical{{"a", 1, 2.5, true, Value()}},
                                 QUniform{{0, 1}, 0.1, false},
                                 QUniform{{0.05, 2}, 0.3, false},
                                 QUniform{{0, 512}, 64, true},
                                 QLogUniformValues{{1, 256}, 16, true},
                                 QLogUniformValues{{0.001, 1}, 0.01, false},
                                 QBeta{{2, 2}, 0.125, false},
                                 WeightedCategorical{{"a", "b", "c"}, {0.01, 0.98, 0.01}},
                                 Constant{"x"}};
  for (const Distribution& law : finite) {
    double previous = -1;
    for (uint64_t i = 0; i < ValueCount(law); ++i) {
      ASSERT_OK_AND_ASSIGN(const double unit, UnitOf(law, NthValue(law, i)));
      EXPECT_GT(unit, previous);
      EXPECT_LT(unit, 1.0);
      EXPECT_EQ(ValueAt(law, unit), NthValue(law, i)) << DistributionName(law) << " " << i;
      EXPECT_EQ(*IndexOf(law, NthValue(law, i)), i) << DistributionName(law);
      previous = unit;
    }
  }
  for (const double u : {0.0, 0.1, 0.5, 0.9, 0.999}) {
    for (const Distribution& law :
         {Distribution(Uniform{-2, 5}), Distribution(Uniform{-1e308, 1e308}), Distribution(LogUniformValues{1e-8, 1e3}),
          Distribution(Normal{5, 0.1}), Distribution(LogNormal{1, 2}), Distribution(Beta{2, 5}),
          Distribution(Beta{0.5, 0.5})}) {
      ASSERT_OK_AND_ASSIGN(const double unit, UnitOf(law, ValueAt(law, u)));
      EXPECT_NEAR(unit, u, 1e-12);
    }
  }
}

TEST(UnitOf, InvertsValueAtForStepsWithoutBounds) {
  for (const Distribution& law :
       {Distribution(QNormal{{0, 3}, 0.5, false}), Distribution(QNormal{{100, 30}, 7, true}),
        Distribution(QLogNormal{{1, 1}, 0.25, false}), Distribution(QLogNormal{{3, 1}, 1, true})}) {
    for (const double u : {0.001, 0.1, 0.3, 0.5, 0.9, 0.999}) {
      const Value value = ValueAt(law, u);
      ASSERT_OK_AND_ASSIGN(const double unit, UnitOf(law, value));
      EXPECT_EQ(ValueAt(law, unit), value) << DistributionName(law) << " at " << u;
    }
  }
}

TEST(UnitOf, TakesANumberInEitherKind) {
  EXPECT_OK(UnitOf(IntUniform{1, 10}, Value(3.0)));
  EXPECT_OK(UnitOf(Uniform{1, 10}, Value(3)));
  EXPECT_OK(UnitOf(Categorical{{1, 2}}, Value(2.0)));
  EXPECT_OK(UnitOf(QUniform{{0, 1}, 0.1, false}, Value(3 * 0.1)));
}

TEST(UnitOf, RefusesWhatIsOutside) {
  struct Case {
    Distribution law;
    Value value;
  };
  const Case cases[] = {
      {Constant{1}, 2},
      {Constant{1}, true},
      {Categorical{{1, "a"}}, "b"},
      {Categorical{{1, "a"}}, true},
      {IntUniform{1, 10}, 0},
      {IntUniform{1, 10}, 11},
      {IntUniform{1, 10}, 2.5},
      {IntUniform{1, 10}, "5"},
      {IntUniform{0, int64_t{1} << 53}, (int64_t{1} << 53) + 1},
      {IntUniform{kMin, kMax}, 0x1p63},
      {Uniform{0, 1}, 1.0000001},
      {Uniform{0, 1}, true},
      {Uniform{0, 1}, Value()},
      {LogUniformValues{1e-3, 1}, 0.0},
      {LogUniformValues{1e-3, 1}, -1},
      {QUniform{{0, 1}, 0.1, false}, 0.15},
      {QUniform{{0, 1}, 0.1, false}, 1.1},
      {QUniform{{0, 1}, 0.1, false}, "0.1"},
      {Normal{0, 1}, "0"},
      {LogNormal{0, 1}, 0},
      {LogNormal{0, 1}, -1},
      {Beta{1, 1}, 1.5},
      {QNormal{{0, 1}, 0.5, false}, 0.3},
      {QLogNormal{{0, 1}, 1, true}, -1},
      {QLogUniformValues{{1, 100}, 10, true}, 0},
      {QBeta{{1, 1}, 0.5, false}, 2},
      {WeightedCategorical{{1, 2}, {0.5, 0.5}}, 3},
  };
  for (const Case& c : cases) {
    EXPECT_THAT(UnitOf(c.law, c.value), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("outside the domain")))
        << DistributionName(c.law) << " " << ToJson(c.value);
  }
}

TEST(ValueCount, CountsFiniteLawsOnly) {
  EXPECT_EQ(ValueCount(Constant{1}), 1u);
  EXPECT_EQ(ValueCount(Categorical{{1, 2}}), 2u);
  EXPECT_EQ(ValueCount(IntUniform{-1, 1}), 3u);
  EXPECT_EQ(ValueCount(IntUniform{kMin, kMax}), std::numeric_limits<uint64_t>::max()) << "2^64 saturates";
  EXPECT_EQ(ValueCount(QUniform{{0, 1}, 0.1, false}), 11u);
  EXPECT_EQ(ValueCount(Uniform{0, 1}), std::nullopt);
  EXPECT_EQ(ValueCount(LogUniformValues{1, 2}), std::nullopt);
  EXPECT_EQ(ValueCount(Normal{}), std::nullopt);
  EXPECT_EQ(ValueCount(QNormal{}), std::nullopt) << "multiples without end";
  EXPECT_EQ(ValueCount(QLogUniformValues{{1, 100}, 10, true}), 10u);
  EXPECT_EQ(ValueCount(QBeta{{1, 1}, 0.25, false}), 5u);
  EXPECT_EQ(ValueCount(WeightedCategorical{{1, 2}, {0.5, 0.5}}), 2u);
}

TEST(ValidateDistribution, SaysWhichRuleIsBroken) {
  struct Case {
    Distribution law;
    std::string message;
  };
  const double nan = std::nan("");
  const double infinity = std::numeric_limits<double>::infinity();
  const Case cases[] = {
      {Categorical{}, "at least one value"},
      {Categorical{{1, "a", 1.0}}, "values holds 1.0 twice"},
      {IntUniform{3, 3}, "min must be less than max"},
      {IntUniform{kMax, kMin}, "min must be less than max"},
      {Uniform{1, 0}, "min is 1 and max is 0"},
      {Uniform{nan, 1}, "finite"},
      {Uniform{0, infinity}, "finite"},
      {LogUniformValues{0, 1}, "greater than 0"},
      {LogUniformValues{-5, -1}, "greater than 0"},
      {QUniform{{0, 1}, 0, false}, "q must be greater than 0"},
      {QUniform{{0, 1}, nan, false}, "q must be greater than 0"},
      {QUniform{{1, 2}, 5, false}, "no multiple"},
      {QUniform{{0, 1}, 1e-300, false}, "q is too small"},
      {QUniform{{1e300, 1e301}, 1e-300, false}, "q is too small"},
      {QUniform{{0, 1}, 0.5, true}, "whole q"},
      {Normal{nan, 1}, "mu must be a finite number"},
      {Normal{0, 0}, "sigma must be greater than 0, but is 0"},
      {LogNormal{0, -1}, "sigma must be greater than 0, but is -1"},
      {Beta{0, 1}, "a must be greater than 0"},
      {Beta{1, 1e9}, "b must be between"},
      {QNormal{{0, -1}, 1, false}, "sigma must be greater than 0"},
      {QNormal{{0, 1}, 0.5, true}, "whole q"},
      {QLogUniformValues{{0, 1}, 1, false}, "greater than 0 on a logarithmic scale"},
      {QLogUniformValues{{1.25, 1.75}, 1, false}, "no multiple"},
      {WeightedCategorical{{1, 2}, {1}}, "there are 1 for 2 values"},
      {WeightedCategorical{{1, 2}, {0.5, 0.4}}, "sum to 0.9"},
      {WeightedCategorical{{1, 2}, {1, 0}}, "greater than 0"},
      {WeightedCategorical{{1, 1.0}, {0.5, 0.5}}, "values holds 1.0 twice"},
      {QUniform{{0, 0x1p63}, 0x1p62, true}, "2^53"},
  };
  for (const Case& c : cases) {
    EXPECT_THAT(ValidateDistribution(c.law), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(c.message)));
  }
}

TEST(SameGridValue, IsEqualityOfNumbersAndOfEqualKinds) {
  EXPECT_TRUE(SameGridValue(1, 1.0));
  EXPECT_TRUE(SameGridValue(0, -0.0));
  EXPECT_FALSE(SameGridValue(true, 1));
  EXPECT_FALSE(SameGridValue("1", 1));
  EXPECT_FALSE(SameGridValue(Value(), false));
  EXPECT_FALSE(SameGridValue(Value::List{1}, Value::List{1.0}));
  EXPECT_FALSE(SameGridValue((int64_t{1} << 53) + 1, 0x1p53)) << "not rounded first";
}

}  // namespace
}  // namespace sweepd
