// The table responses.
#pragma once

#include <cstdint>
#include <optional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "server/store/sqlite/connection.h"
#include "server/store/store.h"

namespace sweepd {

// The functions mean what store.h says.
class ResponseRows {
 public:
  explicit ResponseRows(Connection& connection) : connection_(connection) {}

  absl::StatusOr<std::optional<StoredResponse>> Find(absl::string_view request_id);
  absl::Status Insert(absl::string_view request_id, const StoredResponse& response, absl::Time now);
  absl::StatusOr<int64_t> Prune(absl::Time before, int64_t limit);

 private:
  Connection& connection_;
};

}  // namespace sweepd
