// A hash map whose changes since a mark can be undone, as a store's savepoint needs it.
//
// Not thread-safe. O(1) per call unless said otherwise.
#pragma once

#include <optional>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"

namespace sweepd {

template <class Key, class Value>
class JournaledMap {
 public:
  using Entries = absl::flat_hash_map<Key, Value>;

  // Null when absent. Valid until the next change.
  template <class AnyKey>
  const Value* Find(const AnyKey& key) const {
    const auto found = entries_.find(key);
    return found == entries_.end() ? nullptr : &found->second;
  }

  void Put(const Key& key, Value value) {
    auto [entry, added] = entries_.try_emplace(key);
    if (marked_) Note(key, added ? std::nullopt : std::optional<Value>(std::move(entry->second)));
    entry->second = std::move(value);
  }

  void Erase(const Key& key) {
    const auto found = entries_.find(key);
    if (found == entries_.end()) return;
    if (marked_) Note(key, std::move(found->second));
    entries_.erase(found);
  }

  // What Undo goes back to. Replaces an earlier mark.
  void Mark() {
    marked_ = true;
    journal_.clear();
  }

  // Gives the mark up and keeps the changes.
  void Keep() {
    marked_ = false;
    journal_.clear();
  }

  // O(changes since the mark).
  void Undo() {
    for (auto note = journal_.rbegin(); note != journal_.rend(); ++note) {
      if (note->second.has_value()) {
        entries_.insert_or_assign(note->first, *std::move(note->second));
      } else {
        entries_.erase(note->first);
      }
    }
    Keep();
  }

  // Forgets everything, the mark included.
  void Clear() {
    entries_.clear();
    Keep();
  }

  const Entries& entries() const { return entries_; }

 private:
  void Note(const Key& key, std::optional<Value> before) { journal_.emplace_back(key, std::move(before)); }

  Entries entries_;
  bool marked_ = false;
  std::vector<std::pair<Key, std::optional<Value>>> journal_;  // what stood there before each change
};

}  // namespace sweepd
