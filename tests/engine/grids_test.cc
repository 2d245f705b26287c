// Grids through the engine.
#include <set>

#include "tests/support/engine_harness.h"
#include "tests/support/sweep_specs.h"

namespace sweepd {
namespace {

SweepSpec GridOf(std::vector<Parameter> parameters, GridOrder order = GridOrder::kSorted) {
  SweepSpec spec = SpecOf(Method::kGrid);
  spec.space = SpaceOf(std::move(parameters));
  spec.grid_order = order;
  return spec;
}

TEST(Grids, OfAMillionBillionPointsAreServedFromTheFirstOn) {
  std::vector<Parameter> parameters;
  for (const char* name : {"a", "b", "c", "d", "e"}) parameters.push_back({name, IntUniform{0, 999}});
  EngineHarness harness;
  const std::string sweep = harness.CreateSweep(GridOf(std::move(parameters)));
  const std::string agent = harness.RegisterAgent("agent");
  EXPECT_EQ(harness.FindSweep(sweep).spec->space.GridSize(), 1'000'000'000'000'000u);
  for (int64_t i = 0; i < 1000; ++i) {
    ASSERT_EQ(harness.Lease(agent, sweep).assignment, (Assignment{{"a", 0}, {"b", 0}, {"c", 0}, {"d", 0}, {"e", i}}));
  }
}

TEST(Grids, GiveEveryPointToOneOfManyAgents) {
  EngineHarness harness;
  const std::string sweep = harness.CreateSweep(GridOf({{"kind", Categorical{{"plain", "deep"}}},
                                                        {"layers", IntUniform{1, 9}, {{"kind", {"deep"}}}},
                                                        {"x", IntUniform{1, 2000}}},
                                                       GridOrder::kShuffled));
  std::vector<std::string> agents;
  for (int i = 0; i < 8; ++i) agents.push_back(harness.RegisterAgent(absl::StrCat("agent", i)));
  std::set<std::string> points;
  for (size_t i = 0; i < 20'000; ++i) {
    points.insert(ToJson(Value(harness.Lease(agents[i % agents.size()], sweep).assignment)));
  }
  EXPECT_EQ(points.size(), 20'000u);
  EXPECT_EQ(harness.FindSweep(sweep).counts.total(), 20'000);
  EXPECT_FALSE(std::holds_alternative<LeaseGrant>(*harness.Ask(agents[0], sweep)));
}

}  // namespace
}  // namespace sweepd
