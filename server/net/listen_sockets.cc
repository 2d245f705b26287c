#include "server/net/listen_sockets.h"

#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>
#include <optional>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "common/status_macros.h"

namespace sweepd {
namespace {

// Connections that wait to be accepted: a fleet that reconnects at once after a restart. The kernel takes the smaller
// of this and net.core.somaxconn (4096 since Linux 5.4).
constexpr int kBacklog = 8192;

// Tries to find a port that is free at every address of a name.
constexpr int kFreePortTries = 16;

constexpr absl::string_view kCure = "choose another with --listen HOST:PORT (port 0: any free one)";

struct HostAndPort {
  std::string host;
  uint16_t port = 0;
  bool bracketed = false;
};

absl::StatusOr<HostAndPort> Split(const std::string& address) {
  const auto wrong = [&address](absl::string_view why) {
    return absl::InvalidArgumentError(absl::StrCat("cannot listen on \"", address, "\": ", why,
                                                   "; give HOST:PORT, for example 127.0.0.1:7077 or [::1]:7077"));
  };
  const size_t colon = address.rfind(':');
  if (colon == std::string::npos) return wrong("it has no port");
  HostAndPort split;
  uint32_t port = 0;
  if (!absl::SimpleAtoi(address.substr(colon + 1), &port) || port > UINT16_MAX) return wrong("the port is no number");
  split.port = static_cast<uint16_t>(port);
  split.host = address.substr(0, colon);
  split.bracketed = split.host.size() >= 2 && split.host.front() == '[' && split.host.back() == ']';
  if (split.bracketed) split.host = split.host.substr(1, split.host.size() - 2);
  if (split.host.empty()) return wrong("it has no host (0.0.0.0 or [::] for every interface)");
  if (!split.bracketed && split.host.find(':') != std::string::npos) return wrong("an IPv6 address needs brackets");
  return split;
}

absl::Status CannotListen(const std::string& address, int error) {
  switch (error) {
    case EADDRINUSE:
      return absl::FailedPreconditionError(
          absl::StrCat("cannot listen on ", address,
                       ": the port is in use, perhaps by another sweepd; stop what serves there, or ", kCure));
    case EADDRNOTAVAIL:
    case EAFNOSUPPORT:
      return absl::FailedPreconditionError(
          absl::StrCat("cannot listen on ", address, ": it is not an address of this machine; ", kCure));
    case EACCES:
      return absl::FailedPreconditionError(
          absl::StrCat("cannot listen on ", address, ": this user may not take that port; ", kCure));
    default:
      return absl::FailedPreconditionError(
          absl::StrCat("cannot listen on ", address, ": ", std::strerror(error), "; ", kCure));
  }
}

struct Endpoint {
  sockaddr_storage address{};
  socklen_t size = 0;
};

void SetPort(Endpoint& endpoint, uint16_t port) {
  if (endpoint.address.ss_family == AF_INET6) {
    reinterpret_cast<sockaddr_in6&>(endpoint.address).sin6_port = htons(port);
  } else {
    reinterpret_cast<sockaddr_in&>(endpoint.address).sin_port = htons(port);
  }
}

uint16_t PortOf(const FileDescriptor& socket) {
  sockaddr_storage bound{};
  socklen_t size = sizeof(bound);
  getsockname(socket.get(), reinterpret_cast<sockaddr*>(&bound), &size);
  return ntohs(bound.ss_family == AF_INET6 ? reinterpret_cast<sockaddr_in6&>(bound).sin6_port
                                           : reinterpret_cast<sockaddr_in&>(bound).sin_port);
}

absl::StatusOr<std::vector<Endpoint>> Resolve(const HostAndPort& wanted, const std::string& address) {
  addrinfo hints{};
  hints.ai_family = wanted.bracketed ? AF_INET6 : AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE;
  addrinfo* found = nullptr;
  const int error = getaddrinfo(wanted.host.c_str(), nullptr, &hints, &found);
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owned(found, &freeaddrinfo);
  if (error != 0) {
    return absl::FailedPreconditionError(
        absl::StrCat("cannot listen on ", address, ": ", gai_strerror(error), "; ", kCure));
  }
  std::vector<Endpoint> endpoints;
  for (const addrinfo* one = found; one != nullptr; one = one->ai_next) {
    Endpoint endpoint;
    std::memcpy(&endpoint.address, one->ai_addr, one->ai_addrlen);
    endpoint.size = one->ai_addrlen;
    const bool known = std::any_of(endpoints.begin(), endpoints.end(), [&endpoint](const Endpoint& other) {
      return other.size == endpoint.size && std::memcmp(&other.address, &endpoint.address, endpoint.size) == 0;
    });
    if (!known) endpoints.push_back(endpoint);
  }
  return endpoints;
}

// Leaves errno when it fails.
FileDescriptor Listen(const Endpoint& endpoint) {
  const int family = endpoint.address.ss_family;
  FileDescriptor socket(::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!socket.is_open()) return {};
  const int on = 1;
  const int off = 0;
  setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
  const bool wildcard =
      family == AF_INET6 &&
      IN6_IS_ADDR_UNSPECIFIED(&reinterpret_cast<const sockaddr_in6&>(endpoint.address).sin6_addr) != 0;
  if (family == AF_INET6) {
    setsockopt(socket.get(), IPPROTO_IPV6, IPV6_V6ONLY, wildcard ? &off : &on, sizeof(on));
  }
  if (bind(socket.get(), reinterpret_cast<const sockaddr*>(&endpoint.address), endpoint.size) != 0) return {};
  if (listen(socket.get(), kBacklog) != 0) return {};
  return socket;
}

// All endpoints on one port. What is not of this machine is left out, as long as something remains. Leaves errno when
// the result is empty.
std::vector<FileDescriptor> ListenOnAll(std::vector<Endpoint> endpoints, uint16_t port) {
  std::vector<FileDescriptor> sockets;
  int absent = 0;
  for (Endpoint& endpoint : endpoints) {
    SetPort(endpoint, port);
    FileDescriptor socket = Listen(endpoint);
    if (socket.is_open()) {
      if (port == 0) port = PortOf(socket);
      sockets.push_back(std::move(socket));
    } else if (errno == EADDRNOTAVAIL || errno == EAFNOSUPPORT) {
      absent = errno;
    } else {
      const int error = errno;
      sockets.clear();
      errno = error;
      return sockets;
    }
  }
  if (sockets.empty()) errno = absent;
  return sockets;
}

}  // namespace

absl::StatusOr<ListenSockets> ListenOn(const std::string& address) {
  ASSIGN_OR_RETURN(const HostAndPort wanted, Split(address));
  ASSIGN_OR_RETURN(const std::vector<Endpoint> endpoints, Resolve(wanted, address));
  const int tries = wanted.port == 0 ? kFreePortTries : 1;
  ListenSockets listening;
  for (int i = 0; i < tries && listening.sockets.empty(); ++i) {
    listening.sockets = ListenOnAll(endpoints, wanted.port);
    if (listening.sockets.empty() && errno != EADDRINUSE) break;
  }
  if (listening.sockets.empty()) return CannotListen(address, errno);
  listening.address = absl::StrCat(address.substr(0, address.rfind(':')), ":", PortOf(listening.sockets.front()));
  return listening;
}

}  // namespace sweepd
