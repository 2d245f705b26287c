// A place of the agent that runs one trial at a time.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace sweepd::agent {

struct Slot {
  int64_t index = 0;  // counted from 0
  // Variables that programs of this slot get besides the protocol's, for example which devices are theirs.
  std::vector<std::pair<std::string, std::string>> environment;
};

}  // namespace sweepd::agent
