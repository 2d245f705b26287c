#include "bench/objective_functions.h"

#include <gtest/gtest.h>

#include <cmath>

namespace sweepd {
namespace {

struct KnownMinimum {
  ObjectiveFunction function;
  std::vector<double> x;
};

TEST(ObjectiveFunctions, TakeTheirMinimumWhereTheLiteratureSays) {
  const KnownMinimum cases[] = {
      {Branin(), {3.14159265358979, 2.275}},
      {Branin(), {-3.14159265358979, 12.275}},
      {Hartmann6(), {0.201690, 0.150011, 0.476874, 0.275332, 0.311652, 0.657301}},
      {Ackley(5), std::vector<double>(5, 0.0)},
      {Levy(6), std::vector<double>(6, 1.0)},
      {Rosenbrock(4), std::vector<double>(4, 1.0)},
      {StyblinskiTang(8), std::vector<double>(8, -2.903534)},
      {Michalewicz5(), {2.202906, 1.570796, 1.284992, 1.923058, 1.720470}},
  };
  for (const KnownMinimum& known : cases) {
    EXPECT_EQ(known.function.bounds.size(), known.x.size());
    EXPECT_NEAR(known.function.at(known.x), known.function.minimum, 2e-6) << known.function.name;
    for (size_t i = 0; i < known.x.size(); ++i) {
      std::vector<double> moved = known.x;
      moved[i] += 0.01;
      EXPECT_GT(known.function.at(moved), known.function.minimum) << known.function.name;
    }
  }
}

TEST(ObjectiveFunctions, ReadTheirParametersByName) {
  EXPECT_EQ(Branin().Space().parameters().size(), 2u);
  EXPECT_EQ(Branin().Evaluate({{"x1", 1.5}, {"x2", 4}}), Branin().at({1.5, 4}));
}

}  // namespace
}  // namespace sweepd
