#include "server/net/accept_loop.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <utility>
#include <vector>

#include "common/log.h"
#include "common/thread_name.h"

namespace sweepd {
namespace {

// Connections of one listening socket before the others get their turn.
constexpr int kAcceptsPerTurn = 256;

// After a failure that only time or somebody else's closing can cure.
constexpr int kRestMs = 100;

// TCP's own probes find peers that vanish before HTTP/2's pings begin.
constexpr int kProbeAfterSeconds = 60;
constexpr int kProbeIntervalSeconds = 15;
constexpr int kProbes = 4;

FileDescriptor OpenSpare() { return FileDescriptor(open("/dev/null", O_RDONLY | O_CLOEXEC)); }

void Prepare(int connection) {
  const auto set = [connection](int level, int option, int value) {
    setsockopt(connection, level, option, &value, sizeof(value));
  };
  set(IPPROTO_TCP, TCP_NODELAY, 1);
  set(SOL_SOCKET, SO_KEEPALIVE, 1);
  set(IPPROTO_TCP, TCP_KEEPIDLE, kProbeAfterSeconds);
  set(IPPROTO_TCP, TCP_KEEPINTVL, kProbeIntervalSeconds);
  set(IPPROTO_TCP, TCP_KEEPCNT, kProbes);
}

// The connection died before it was accepted; the next one may be well (accept(2)).
bool IsOfOneConnection(int error) {
  switch (error) {
    case EINTR:
    case ECONNABORTED:
    case EPROTO:
    case EPERM:
    case ENETDOWN:
    case ENOPROTOOPT:
    case EHOSTDOWN:
    case ENONET:
    case EHOSTUNREACH:
    case EOPNOTSUPP:
    case ENETUNREACH: return true;
    default: return false;
  }
}

}  // namespace

AcceptLoop::AcceptLoop(ListenSockets listening, const ConnectionLimits& limits, const Clock& clock, Handover handover)
    : listening_(std::move(listening)),
      handover_(std::move(handover)),
      connections_(limits, clock),
      refusals_(clock),
      spare_(OpenSpare()),
      wake_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

absl::StatusOr<std::unique_ptr<AcceptLoop>> AcceptLoop::Start(ListenSockets listening, const ConnectionLimits& limits,
                                                              const Clock& clock, Handover handover) {
  std::unique_ptr<AcceptLoop> loop(new AcceptLoop(std::move(listening), limits, clock, std::move(handover)));
  if (!loop->spare_.is_open() || !loop->wake_.is_open()) return absl::ErrnoToStatus(errno, "cannot accept connections");
  loop->thread_ = std::thread([self = loop.get()] { self->Run(); });
  return loop;
}

AcceptLoop::~AcceptLoop() { Stop(); }

void AcceptLoop::Stop() {
  if (!thread_.joinable()) return;
  eventfd_write(wake_.get(), 1);
  thread_.join();
  listening_.sockets.clear();
  refusals_.Flush();
}

void AcceptLoop::Run() {
  NameThread("accept");
  while (Await()) {
    for (const FileDescriptor& listener : listening_.sockets) AcceptFrom(listener.get());
  }
}

bool AcceptLoop::Await() {
  if (std::exchange(resting_, false)) {
    pollfd end{wake_.get(), POLLIN, 0};
    if (poll(&end, 1, kRestMs) > 0) return false;
    if (!spare_.is_open()) spare_ = OpenSpare();
  }
  std::vector<pollfd> waiting = {{wake_.get(), POLLIN, 0}};
  for (const FileDescriptor& listener : listening_.sockets) waiting.push_back({listener.get(), POLLIN, 0});
  poll(waiting.data(), waiting.size(), -1);
  return (waiting.front().revents & POLLIN) == 0;
}

void AcceptLoop::AcceptFrom(int listener) {
  for (int i = 0; i < kAcceptsPerTurn && !resting_; ++i) {
    if (!AcceptOne(listener)) return;
  }
}

bool AcceptLoop::AcceptOne(int listener) {
  sockaddr_storage peer{};
  socklen_t size = sizeof(peer);
  FileDescriptor connection(accept4(listener, reinterpret_cast<sockaddr*>(&peer), &size, SOCK_NONBLOCK | SOCK_CLOEXEC));
  if (!connection.is_open()) return OnError(listener, errno);
  const PeerAddress address = PeerAddressOf(peer);
  switch (connections_.Admit(connection.get(), address)) {
    case ConnectionTable::Verdict::kAddressReached: refusals_.Add(Refusal::kAddressLimit, address.text); return true;
    case ConnectionTable::Verdict::kTotalReached: refusals_.Add(Refusal::kTotalLimit, address.text); return true;
    case ConnectionTable::Verdict::kAdmitted: break;
  }
  Prepare(connection.get());
  handover_(listener, std::move(connection), connections_.size());
  return true;
}

bool AcceptLoop::OnError(int listener, int error) {
  if (error == EAGAIN || error == EWOULDBLOCK) return false;
  if (IsOfOneConnection(error)) return true;
  if (error == EMFILE || error == ENFILE) {
    if (spare_.is_open()) return RefuseOne(listener);
    refusals_.Add(Refusal::kNoDescriptors, "");
  } else {
    // Out of kernel memory, most likely.
    LogError("cannot accept connections for now", {{"error", std::string(std::strerror(error))}});
  }
  resting_ = true;
  return false;
}

bool AcceptLoop::RefuseOne(int listener) {
  spare_.Close();
  sockaddr_storage peer{};
  socklen_t size = sizeof(peer);
  FileDescriptor refused(accept4(listener, reinterpret_cast<sockaddr*>(&peer), &size, SOCK_NONBLOCK | SOCK_CLOEXEC));
  const bool taken = refused.is_open();
  // Somebody else took the place.
  if (!taken && errno != EAGAIN) resting_ = true;
  refused.Close();
  spare_ = OpenSpare();
  if (taken) refusals_.Add(Refusal::kNoDescriptors, PeerAddressOf(peer).text);
  if (!spare_.is_open()) resting_ = true;
  return taken && !resting_;
}

}  // namespace sweepd
