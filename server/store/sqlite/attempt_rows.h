// The table attempts.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "server/core/trial.h"
#include "server/store/sqlite/connection.h"
#include "server/store/sqlite/trial_rows.h"

namespace sweepd {

// The functions mean what store.h says.
class AttemptRows {
 public:
  AttemptRows(Connection& connection, TrialRows& trials) : connection_(connection), trials_(trials) {}

  absl::StatusOr<int64_t> KeyOf(const TrialKey& trial, int64_t number);

  absl::StatusOr<Attempt> Find(const TrialKey& trial, int64_t number);
  absl::StatusOr<std::vector<Attempt>> List(const TrialKey& trial);
  absl::StatusOr<std::vector<Attempt>> ListRunning();
  absl::StatusOr<std::optional<Attempt>> FindByRequest(absl::string_view agent_id, absl::string_view request_id);
  absl::Status Insert(const Attempt& attempt);
  absl::Status Update(const Attempt& attempt);

 private:
  Connection& connection_;
  TrialRows& trials_;
};

}  // namespace sweepd
