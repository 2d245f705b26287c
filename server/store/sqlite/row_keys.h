// Remembers the internal keys of rows that the only writer works on, so that a row is found by its key at once.
//
// Not thread-safe. A reader's connection does not see when rows are deleted, and remembers nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "absl/container/flat_hash_map.h"
#include "server/store/sqlite/access.h"

namespace sweepd {

template <class Name>
class RowKeys {
 public:
  explicit RowKeys(Access access) : access_(access) {}

  std::optional<int64_t> Find(const Name& name) const {
    const auto found = keys_.find(name);
    return found == keys_.end() ? std::nullopt : std::optional(found->second);
  }

  // A row that is there.
  void Remember(const Name& name, int64_t key) {
    if (access_ != Access::kOnlyWriter) return;
    if (keys_.size() >= kMaxKeys) keys_.clear();
    keys_.insert_or_assign(name, key);
  }

  // A row of the running transaction.
  void RememberInserted(const Name& name, int64_t key) {
    inserted_ = true;
    Remember(name, key);
  }

  void OnCommit() { inserted_ = false; }

  // Also after a rollback to a savepoint.
  void OnRollback() {
    if (inserted_) Clear();
  }

  // After rows were deleted, whose keys may be given to others.
  void Clear() { keys_.clear(); }

 private:
  static constexpr size_t kMaxKeys = 65'536;

  const Access access_;
  absl::flat_hash_map<Name, int64_t> keys_;
  bool inserted_ = false;
};

}  // namespace sweepd
