// The tables sweeps and sweep_definitions.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "server/core/sweep.h"
#include "server/store/sqlite/access.h"
#include "server/store/sqlite/connection.h"
#include "server/store/store.h"

namespace sweepd {

class Row;

// The functions mean what store.h says.
class SweepRows {
 public:
  SweepRows(Connection& connection, Access access) : connection_(connection), access_(access) {}

  absl::StatusOr<int64_t> KeyOf(absl::string_view id);
  // The direction of its objective; minimize when it has none.
  absl::StatusOr<Goal> GoalOf(int64_t sweep_key);
  absl::StatusOr<int64_t> RepeatsOf(int64_t sweep_key);

  absl::StatusOr<Sweep> Find(absl::string_view id);
  absl::StatusOr<std::vector<Sweep>> List(const SweepQuery& query);
  absl::Status Insert(const Sweep& sweep);
  absl::Status Update(const Sweep& sweep);
  absl::Status UpdateSpec(const Sweep& sweep);
  absl::Status Delete(absl::string_view id);

  // Forgets what is remembered of specs: another connection has changed one.
  void ForgetSpecs() { definitions_.clear(); }

  void OnCommit() { defined_ = false; }
  void OnRollback();

 private:
  struct Definition {
    std::shared_ptr<const SweepSpec> spec;
    std::shared_ptr<const std::string> source;
  };

  absl::StatusOr<std::shared_ptr<const Definition>> DefinitionOf(int64_t sweep_key);
  absl::Status AddDefinition(int64_t sweep_key, Sweep& sweep);

  Connection& connection_;
  const Access access_;
  absl::flat_hash_map<std::string, int64_t> keys_;  // by id; only the writer knows when one ends
  absl::flat_hash_map<int64_t, std::shared_ptr<const Definition>> definitions_;
  bool defined_ = false;  // a sweep was inserted or got another spec, in the open transaction
};

}  // namespace sweepd
