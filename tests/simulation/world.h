// One simulated world from its first moment to the end of all its sweeps.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "tests/simulation/agent.h"
#include "tests/simulation/answer_checks.h"
#include "tests/simulation/controller_host.h"
#include "tests/simulation/coverage.h"
#include "tests/simulation/disk.h"
#include "tests/simulation/history.h"
#include "tests/simulation/memory_vfs.h"
#include "tests/simulation/nemesis.h"
#include "tests/simulation/network.h"
#include "tests/simulation/scenario.h"
#include "tests/simulation/scene.h"
#include "tests/simulation/services.h"
#include "tests/simulation/user.h"
#include "tests/simulation/watcher.h"

namespace sweepd::simulation {

// A disk that holds a new database, made once and copied for each world. Not thread-safe.
const Disk& FormattedDisk();

class World {
 public:
  struct Result {
    std::string violation;    // empty: every invariant held
    uint64_t trace = 0;       // of everything that happened
    int64_t calls = 0;        // that the controller took
    int64_t operations = 0;   // of its disk, up to the end of its sweeps
    bool crashed = false;     // at an operation that was asked for
    std::string final_state;  // every sweep's trials with their results, in the words of the users
    Coverage coverage;
  };

  World(const Scenario& scenario, bool verbose);

  // The disk stops at this operation; for worlds without other faults.
  void CrashAtOperation(int64_t operation) { disk_->CrashAt(operation); }

  Result Run();

 private:
  void RunUntilOver();
  bool IsOver() const;
  std::string DescribeWhatIsOpen() const;
  void EndFaults();
  void CheckNow();
  void CheckEverything();
  // Stops the controller, checks the file, and starts it once more.
  void CheckAtTheEnd();
  std::string DescribeSweeps();
  void CountDiskFaults();

  Scene scene_;
  std::unique_ptr<Disk> disk_;
  MemoryVfs vfs_;
  History history_;
  Watcher watcher_;
  ControllerHost host_;
  Network network_;
  AnswerChecks checks_;
  Services services_;
  std::vector<std::unique_ptr<SimulatedAgent>> agents_;
  std::vector<std::unique_ptr<SimulatedUser>> users_;
  Nemesis nemesis_;
};

}  // namespace sweepd::simulation
