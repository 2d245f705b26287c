// A copy of a database while it is in use.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "server/store/sqlite/connection.h"

namespace sweepd {

// Writes a complete, checked and durable copy to `target`, which appears, or is replaced, in one step. An error leaves
// an older file at `target` as it was. Outside a transaction.
absl::Status BackUp(Connection& connection, const std::string& target);

}  // namespace sweepd
