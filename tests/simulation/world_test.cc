#include "tests/simulation/world.h"

#include <gtest/gtest.h>

#include "common/log.h"
#include "tests/simulation/audit.h"

namespace sweepd::simulation {
namespace {

class WorldTest : public testing::Test {
 protected:
  static void SetUpTestSuite() { ConfigureLog(LogLevel::kOff, LogFormat::kText); }
};

TEST_F(WorldTest, TakesTheSameCourseForTheSameSeed) {
  for (const std::string& name : ScenarioNames()) {
    const Scenario scenario = *DrawScenario(11, name);
    const World::Result first = World(scenario, false).Run();
    const World::Result second = World(scenario, false).Run();
    EXPECT_EQ(first.violation, "") << name;
    EXPECT_EQ(first.trace, second.trace) << name;
    EXPECT_EQ(first.operations, second.operations) << name;
    EXPECT_EQ(first.final_state, second.final_state) << name;
  }
}

TEST_F(WorldTest, TakesAnotherCourseForAnotherSeed) {
  const World::Result first = World(*DrawScenario(1, "storm"), false).Run();
  const World::Result second = World(*DrawScenario(2, "storm"), false).Run();
  EXPECT_NE(first.trace, second.trace);
}

TEST_F(WorldTest, EndsTheReferenceWorkloadTheSameWayAfterACrash) {
  const World::Result calm = World(ReferenceScenario(1), false).Run();
  EXPECT_EQ(calm.violation, "");
  EXPECT_NE(calm.final_state, "");
  World world(ReferenceScenario(1), false);
  world.CrashAtOperation(calm.operations / 2);
  const World::Result crashed = world.Run();
  EXPECT_EQ(crashed.violation, "");
  EXPECT_EQ(crashed.final_state, calm.final_state);
}

TEST_F(WorldTest, FindsADamagedFile) {
  const std::unique_ptr<Disk> disk = FormattedDisk().Copy(1, 512);
  const MemoryVfs vfs(*disk, "damaged");
  EXPECT_EQ(CheckIntegrity(kDatabasePath, vfs.name()), "");
  const std::shared_ptr<Disk::File> file = disk->Find(kDatabasePath);
  file->content.replace(4096, 64, std::string(64, '\xff'));
  EXPECT_NE(CheckIntegrity(kDatabasePath, vfs.name()), "");
}

}  // namespace
}  // namespace sweepd::simulation
