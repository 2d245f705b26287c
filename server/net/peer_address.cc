#include "server/net/peer_address.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <cstring>

namespace sweepd {
namespace {

constexpr uint32_t kLoopbackNetwork = 127;  // 127.0.0.0/8

PeerAddress FromIpv4(const in_addr& address) {
  char text[INET_ADDRSTRLEN] = "";
  inet_ntop(AF_INET, &address, text, sizeof(text));
  return {text, ntohl(address.s_addr) >> 24 == kLoopbackNetwork};
}

PeerAddress FromIpv6(const in6_addr& address) {
  if (IN6_IS_ADDR_V4MAPPED(&address)) {
    in_addr inner{};
    std::memcpy(&inner, &address.s6_addr[12], sizeof(inner));
    return FromIpv4(inner);
  }
  char text[INET6_ADDRSTRLEN] = "";
  inet_ntop(AF_INET6, &address, text, sizeof(text));
  return {text, IN6_IS_ADDR_LOOPBACK(&address) != 0};
}

}  // namespace

PeerAddress PeerAddressOf(const sockaddr_storage& peer) {
  if (peer.ss_family == AF_INET) return FromIpv4(reinterpret_cast<const sockaddr_in&>(peer).sin_addr);
  if (peer.ss_family == AF_INET6) return FromIpv6(reinterpret_cast<const sockaddr_in6&>(peer).sin6_addr);
  return {"unknown", false};
}

}  // namespace sweepd
