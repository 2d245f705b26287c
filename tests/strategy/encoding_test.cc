#include "server/strategy/encoding.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "common/rng.h"
#include "tests/strategy/sweep_specs.h"
#include "tests/support/status_matchers.h"

namespace sweepd {
namespace {

using Kind = gp::Dimension::Kind;

TEST(Encoding, GivesEveryParameterThatVariesADimensionInNameOrder) {
  const Encoding encoding(*SearchSpace::Create(EveryKind()));
  const gp::Domain& domain = encoding.domain();
  ASSERT_EQ(domain.size(), 6);
  const Kind kinds[] = {Kind::kCategorical, Kind::kOrdinal, Kind::kContinuous,
                        Kind::kContinuous,  Kind::kOrdinal, Kind::kOrdinal};
  const uint64_t counts[] = {4, 1004, 0, 0, 11, 5};
  for (Eigen::Index i = 0; i < 6; ++i) {
    EXPECT_EQ(domain.dimension(i).kind, kinds[i]) << i;
    EXPECT_EQ(domain.dimension(i).count, counts[i]) << i;
  }
}

TEST(Encoding, LeavesOutCategoricalAndSteppedParametersWithOneValue) {
  const Encoding encoding(*SearchSpace::Create({{"a", Categorical{{"only"}}}, {"b", QUniform{{0.5, 1.5}, 1, false}}}));
  EXPECT_EQ(encoding.domain().size(), 0);
  EXPECT_EQ(ToJson(Value(encoding.Decode(Eigen::VectorXd()))), R"({"a":"only","b":1.0})");
}

TEST(Encoding, DecodesWhatItEncodedForEveryDiscreteValue) {
  const Encoding encoding(*SearchSpace::Create({{"c", Categorical{{"x", 2, 2.5, Value(), true}}},
                                                {"i", IntUniform{-7, 13}},
                                                {"q", QUniform{{0, 1}, 0.1, false}},
                                                {"r", QUniform{{-10, 10}, 5, true}}}));
  const uint64_t count = *encoding.domain().PointCount();
  EXPECT_EQ(count, 5u * 21 * 11 * 5);
  for (uint64_t i = 0; i < count; ++i) {
    const Eigen::VectorXd point = encoding.domain().PointAt(i);
    const Assignment assignment = encoding.Decode(point);
    ASSERT_OK_AND_ASSIGN(const Eigen::VectorXd again, encoding.Encode(assignment));
    ASSERT_EQ(again, point) << i;
    ASSERT_EQ(encoding.Decode(again), assignment) << i;
  }
}

TEST(Encoding, SurvivesTheWidestIntegers) {
  const Encoding encoding(*SearchSpace::Create(
      {{"all", IntUniform{std::numeric_limits<int64_t>::min(), std::numeric_limits<int64_t>::max()}},
       {"wide", IntUniform{0, int64_t{1} << 49}}}));
  Rng rng(1, 1);
  for (int i = 0; i < 1000; ++i) {
    const Eigen::VectorXd point = encoding.domain().Snap(Eigen::Vector2d(rng.NextUnit(), rng.NextUnit()));
    const Assignment assignment = encoding.Decode(point);
    ASSERT_OK_AND_ASSIGN(const Eigen::VectorXd again, encoding.Encode(assignment));
    EXPECT_EQ(encoding.Decode(again).at("wide"), assignment.at("wide"));
  }
  for (const double corner : {0.0, 1.0}) EXPECT_OK(encoding.Encode(encoding.Decode(Eigen::Vector2d(corner, corner))));
}

TEST(Encoding, MapsContinuousParametersByTheirDistribution) {
  const Encoding encoding(*SearchSpace::Create({{"log", LogUniformValues{1e-4, 1}}, {"u", Uniform{-1, 3}}}));
  const Assignment middle = encoding.Decode(Eigen::Vector2d(0.5, 0.25));
  EXPECT_NEAR(middle.at("log").as_double(), 1e-2, 1e-15);
  EXPECT_DOUBLE_EQ(middle.at("u").as_double(), 0.0);
  const Assignment upper = encoding.Decode(Eigen::Vector2d(1, 1));
  EXPECT_NEAR(upper.at("log").as_double(), 1, 1e-14);
  EXPECT_NEAR(upper.at("u").as_double(), 3, 1e-14);
}

TEST(Encoding, MarksAbsentParameters) {
  const Encoding encoding(*SearchSpace::Create(
      {{"c", Categorical{{"x", "y"}}}, {"u", Uniform{0, 1}, {{"c", {"x"}}}}, {"z", IntUniform{1, 4}, {{"c", {"x"}}}}}));
  ASSERT_EQ(encoding.domain().size(), 3);
  EXPECT_EQ(encoding.Decode(Eigen::Vector3d(0.75, 0.1, 0.875)), (Assignment{{"c", "y"}}));
  EXPECT_EQ(encoding.Canonical(Eigen::Vector3d(0.75, 0.1, 0.875)), Eigen::Vector3d(0.75, gp::kAbsent, gp::kAbsent));
  EXPECT_EQ(encoding.Canonical(Eigen::Vector3d(0.25, 0.1, 0.9)), Eigen::Vector3d(0.25, 0.1, 0.875));
  EXPECT_EQ(encoding.PointCount(), std::nullopt);
}

TEST(Encoding, OrdersValuesThatAreNumbers) {
  const Encoding encoding(*SearchSpace::Create({{"batch", Categorical{{64, 16, 32.5, 128}}},
                                                {"flag", Categorical{{true, false, 3}}},
                                                {"lr", Uniform{0, 1}, {{"batch", {16, 128}}}},
                                                {"two", Categorical{{1, 2}}}}));
  const gp::Domain& domain = encoding.domain();
  EXPECT_EQ(domain.dimension(0).kind, Kind::kOrdinal);
  EXPECT_EQ(domain.dimension(1).kind, Kind::kCategorical);
  EXPECT_EQ(domain.dimension(3).kind, Kind::kCategorical);
  const Value ascending[] = {16, 32.5, 64, 128};
  for (uint64_t cell = 0; cell < 4; ++cell) {
    const Eigen::VectorXd point = domain.Snap(Eigen::Vector4d(gp::CellCentre(cell, 4), 0.1, 0.5, 0.25));
    const Assignment assignment = encoding.Decode(point);
    EXPECT_EQ(assignment.at("batch"), ascending[cell]);
    EXPECT_EQ(assignment.count("lr"), cell == 0 || cell == 3 ? 1u : 0u);
    ASSERT_OK_AND_ASSIGN(const Eigen::VectorXd again, encoding.Encode(assignment));
    EXPECT_EQ(again, point);
  }
}

TEST(Encoding, NumbersThePointsOfAFiniteConditionalSpace) {
  const Encoding encoding(*SearchSpace::Create(ConditionalPoints()));
  ASSERT_EQ(encoding.PointCount(), 10u);
  for (uint64_t i = 0; i < 10; ++i) {
    const Eigen::VectorXd point = encoding.PointAt(i);
    EXPECT_EQ(encoding.Canonical(point), point) << i;
  }
}

TEST(Encoding, RefusesAnAssignmentOfAnotherSpace) {
  const Encoding encoding(*SearchSpace::Create({{"u", Uniform{0, 1}}}));
  EXPECT_THAT(encoding.Encode({{"u", 2.0}}), StatusIsCode(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(encoding.Encode({{"v", 0.5}}), StatusIsCode(absl::StatusCode::kInvalidArgument));
}

}  // namespace
}  // namespace sweepd
