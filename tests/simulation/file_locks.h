// Locks and shared memory of the connections to one database, as SQLite's VFS interface defines them.
//
// Not thread-safe: all connections belong to one thread, so a lock is either had at once or refused.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace sweepd::simulation {

// What one connection holds.
struct ConnectionLocks {
  int level = 0;             // SQLITE_LOCK_NONE .. SQLITE_LOCK_EXCLUSIVE
  uint32_t shared_mask = 0;  // slots of the shared memory, one bit each
  uint32_t exclusive_mask = 0;
};

struct SharedState {
  static constexpr int kSlots = 8;

  // Locks of the file. False: somebody else's lock is in the way.
  bool Raise(ConnectionLocks& connection, int level);
  void Lower(ConnectionLocks& connection, int level);
  bool IsReserved() const { return reserved_ != nullptr; }

  // Locks of `count` slots of the shared memory from `first` on.
  bool LockShared(ConnectionLocks& connection, int first, int count);
  bool LockExclusive(ConnectionLocks& connection, int first, int count);
  void Unlock(ConnectionLocks& connection, int first, int count);
  // Everything that the connection holds.
  void Forget(ConnectionLocks& connection);

  std::vector<std::unique_ptr<char[]>> regions;
  int mapped = 0;  // connections that use the shared memory

 private:
  int shared_ = 0;  // connections with SHARED or more
  const ConnectionLocks* reserved_ = nullptr;
  const ConnectionLocks* pending_ = nullptr;
  const ConnectionLocks* exclusive_ = nullptr;
  std::array<int, kSlots> slot_shared_{};  // holders
  std::array<const ConnectionLocks*, kSlots> slot_exclusive_{};
};

}  // namespace sweepd::simulation
