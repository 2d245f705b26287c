#include "tests/simulation/file_locks.h"

#include <sqlite3.h>

namespace sweepd::simulation {
namespace {

bool HeldByAnother(const ConnectionLocks* holder, const ConnectionLocks& connection) {
  return holder != nullptr && holder != &connection;
}

}  // namespace

bool SharedState::Raise(ConnectionLocks& connection, int level) {
  if (connection.level >= level) return true;
  if (connection.level < SQLITE_LOCK_SHARED) {
    if (HeldByAnother(pending_, connection) || HeldByAnother(exclusive_, connection)) return false;
    ++shared_;
    connection.level = SQLITE_LOCK_SHARED;
  }
  if (level == SQLITE_LOCK_SHARED) return true;
  if (HeldByAnother(reserved_, connection)) return false;
  reserved_ = &connection;
  if (level == SQLITE_LOCK_RESERVED) {
    connection.level = level;
    return true;
  }
  pending_ = &connection;
  if (shared_ > 1) {
    connection.level = SQLITE_LOCK_PENDING;
    return false;
  }
  exclusive_ = &connection;
  connection.level = SQLITE_LOCK_EXCLUSIVE;
  return true;
}

void SharedState::Lower(ConnectionLocks& connection, int level) {
  if (connection.level <= level) return;
  if (reserved_ == &connection) reserved_ = nullptr;
  if (pending_ == &connection) pending_ = nullptr;
  if (exclusive_ == &connection) exclusive_ = nullptr;
  if (level == SQLITE_LOCK_NONE && connection.level >= SQLITE_LOCK_SHARED) --shared_;
  connection.level = level;
}

bool SharedState::LockShared(ConnectionLocks& connection, int first, int count) {
  for (int slot = first; slot < first + count; ++slot) {
    if (HeldByAnother(slot_exclusive_[slot], connection)) return false;
  }
  for (int slot = first; slot < first + count; ++slot) {
    const uint32_t bit = 1u << slot;
    if ((connection.shared_mask & bit) == 0) ++slot_shared_[slot];
    connection.shared_mask |= bit;
  }
  return true;
}

bool SharedState::LockExclusive(ConnectionLocks& connection, int first, int count) {
  for (int slot = first; slot < first + count; ++slot) {
    const int own = (connection.shared_mask >> slot) & 1;
    if (HeldByAnother(slot_exclusive_[slot], connection) || slot_shared_[slot] > own) return false;
  }
  for (int slot = first; slot < first + count; ++slot) {
    slot_exclusive_[slot] = &connection;
    connection.exclusive_mask |= 1u << slot;
  }
  return true;
}

void SharedState::Unlock(ConnectionLocks& connection, int first, int count) {
  for (int slot = first; slot < first + count; ++slot) {
    const uint32_t bit = 1u << slot;
    if ((connection.shared_mask & bit) != 0) --slot_shared_[slot];
    if (slot_exclusive_[slot] == &connection) slot_exclusive_[slot] = nullptr;
    connection.shared_mask &= ~bit;
    connection.exclusive_mask &= ~bit;
  }
}

void SharedState::Forget(ConnectionLocks& connection) {
  Lower(connection, SQLITE_LOCK_NONE);
  Unlock(connection, 0, kSlots);
}

}  // namespace sweepd::simulation
