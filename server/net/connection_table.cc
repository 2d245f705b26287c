#include "server/net/connection_table.h"

#include <sys/stat.h>

#include <vector>

namespace sweepd {
namespace {

// A connection that closed makes room for another at most this much later.
constexpr absl::Duration kSweepPause = absl::Milliseconds(100);

// 0 when it is not open.
ino_t InodeOf(int fd) {
  struct stat status {};
  return fstat(fd, &status) == 0 && S_ISSOCK(status.st_mode) ? status.st_ino : 0;
}

}  // namespace

ConnectionTable::Verdict ConnectionTable::Admit(int fd, const PeerAddress& peer) {
  // The kernel gives out only numbers of closed descriptors.
  Forget(fd);
  const bool spared = peer.loopback && limits_.spares_loopback;
  const bool address_reached = !spared && CountOf(peer.text) >= limits_.per_address;
  const bool total_reached = connections_.size() >= limits_.total;
  if ((address_reached || total_reached) && MaySweep()) {
    if (total_reached) {
      SweepAll();
    } else {
      SweepAddress(peer.text);
    }
  }
  if (connections_.size() >= limits_.total) return Verdict::kTotalReached;
  if (!spared && CountOf(peer.text) >= limits_.per_address) return Verdict::kAddressReached;
  connections_[fd] = {peer.text, InodeOf(fd)};
  by_address_[peer.text].insert(fd);
  return Verdict::kAdmitted;
}

void ConnectionTable::Forget(int fd) {
  const auto found = connections_.find(fd);
  if (found == connections_.end()) return;
  const auto address = by_address_.find(found->second.address);
  address->second.erase(fd);
  if (address->second.empty()) by_address_.erase(address);
  connections_.erase(found);
}

void ConnectionTable::SweepAddress(const std::string& address) {
  std::vector<int> closed;
  for (const int fd : by_address_[address]) {
    if (!IsOpen(fd)) closed.push_back(fd);
  }
  for (const int fd : closed) Forget(fd);
}

void ConnectionTable::SweepAll() {
  std::vector<int> closed;
  for (const auto& [fd, connection] : connections_) {
    if (!IsOpen(fd)) closed.push_back(fd);
  }
  for (const int fd : closed) Forget(fd);
}

bool ConnectionTable::IsOpen(int fd) const { return InodeOf(fd) == connections_.at(fd).inode; }

bool ConnectionTable::MaySweep() {
  const absl::Duration now = clock_.Monotonic();
  if (now < next_sweep_) return false;
  next_sweep_ = now + kSweepPause;
  return true;
}

size_t ConnectionTable::CountOf(const std::string& address) const {
  const auto found = by_address_.find(address);
  return found == by_address_.end() ? 0 : found->second.size();
}

}  // namespace sweepd
