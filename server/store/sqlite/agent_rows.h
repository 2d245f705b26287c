// The table agents.
#pragma once

#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "server/core/agent.h"
#include "server/store/sqlite/connection.h"

namespace sweepd {

// The functions mean what store.h says.
class AgentRows {
 public:
  explicit AgentRows(Connection& connection) : connection_(connection) {}

  absl::StatusOr<Agent> Find(absl::string_view id);
  absl::StatusOr<std::vector<Agent>> List(int64_t limit);
  absl::Status Insert(const Agent& agent);

 private:
  Connection& connection_;
};

}  // namespace sweepd
