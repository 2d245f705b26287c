// The numbered steps from an empty database to the current schema. Their SQL lies in migrations/ and is compiled in.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "server/store/sqlite/connection.h"

namespace sweepd {

// In the header of every database of ours: "swpd".
inline constexpr int64_t kApplicationId = 0x73777064;

struct Migration {
  int64_t version;    // the schema it leads to: 1, 2, ...
  std::string sql;    // the change
  std::string check;  // queries that give no row when it went well, and complaints otherwise
};

// All of them, in order.
std::vector<Migration> Migrations();

// Brings the database to the last migration's version, each step in a transaction of its own. A database that holds
// something is first backed up beside itself, as PATH.v1.backup when it is of schema 1. INTERNAL when a check
// complains; then the database is as it was before that step.
absl::Status Migrate(Connection& connection, const std::vector<Migration>& migrations);

}  // namespace sweepd
