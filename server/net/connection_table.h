// Who is connected, and whether one more connection may come from an address.
//
// gRPC owns a connection's descriptor and tells nobody when it closes it. So the table remembers each descriptor with
// the inode of its socket, which no other socket of the machine has at the same time: a descriptor that is closed, or
// has become something else, is no longer that connection. This is looked up (one fstat each, about a microsecond) only
// when a limit seems to be reached; a closed connection whose number the kernel gives to a new one is forgotten at
// once.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/time/time.h"
#include "common/clock.h"
#include "server/net/peer_address.h"

namespace sweepd {

struct ConnectionLimits {
  size_t total = 0;             // most connections at a time
  size_t per_address = 0;       // the same from one address
  bool spares_loopback = true;  // per_address does not hold for this machine's own addresses
};

// Not thread-safe.
class ConnectionTable {
 public:
  enum class Verdict { kAdmitted, kTotalReached, kAddressReached };

  // `clock` must outlive it.
  ConnectionTable(const ConnectionLimits& limits, const Clock& clock) : limits_(limits), clock_(clock) {}

  // Enters the open socket `fd` when the limits allow it. Refused, it is the caller's to close.
  Verdict Admit(int fd, const PeerAddress& peer);

  // Connections that may be open: those that closed unnoticed are counted until a limit is reached.
  size_t size() const { return connections_.size(); }

 private:
  struct Connection {
    std::string address;
    ino_t inode = 0;
  };

  void Forget(int fd);
  // Forgets what is closed: of one address, or of all.
  void SweepAddress(const std::string& address);
  void SweepAll();
  bool IsOpen(int fd) const;
  // At most one sweep in kSweepPause, so that a flood of connections beyond a limit stays cheap.
  bool MaySweep();
  size_t CountOf(const std::string& address) const;

  const ConnectionLimits limits_;
  const Clock& clock_;
  absl::flat_hash_map<int, Connection> connections_;
  absl::flat_hash_map<std::string, absl::flat_hash_set<int>> by_address_;
  absl::Duration next_sweep_ = -absl::InfiniteDuration();
};

}  // namespace sweepd
