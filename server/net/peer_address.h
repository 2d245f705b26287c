// Where a connection comes from, without its port.
#pragma once

#include <sys/socket.h>

#include <string>

namespace sweepd {

struct PeerAddress {
  std::string text;       // "192.0.2.7", "2001:db8::1"; an IPv4 address inside an IPv6 one is written as IPv4
  bool loopback = false;  // from this machine
};

// "unknown" for a family that is neither IPv4 nor IPv6.
PeerAddress PeerAddressOf(const sockaddr_storage& peer);

}  // namespace sweepd
