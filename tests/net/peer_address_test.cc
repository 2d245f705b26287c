#include "server/net/peer_address.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>

namespace sweepd {
namespace {

PeerAddress Parsed(const char* text) {
  sockaddr_storage storage{};
  auto& ipv4 = reinterpret_cast<sockaddr_in&>(storage);
  auto& ipv6 = reinterpret_cast<sockaddr_in6&>(storage);
  if (inet_pton(AF_INET, text, &ipv4.sin_addr) == 1) {
    storage.ss_family = AF_INET;
  } else if (inet_pton(AF_INET6, text, &ipv6.sin6_addr) == 1) {
    storage.ss_family = AF_INET6;
  }
  return PeerAddressOf(storage);
}

TEST(PeerAddress, NamesAnAddressInOneWay) {
  struct Case {
    const char* given;
    const char* text;
    bool loopback;
  };
  for (const Case& c : {Case{"127.0.0.1", "127.0.0.1", true}, Case{"127.8.9.1", "127.8.9.1", true},
                        Case{"192.0.2.7", "192.0.2.7", false}, Case{"::1", "::1", true},
                        Case{"2001:db8:0:0::1", "2001:db8::1", false}, Case{"::ffff:192.0.2.7", "192.0.2.7", false},
                        Case{"::ffff:127.0.0.1", "127.0.0.1", true}, Case{"no address", "unknown", false}}) {
    const PeerAddress address = Parsed(c.given);
    EXPECT_EQ(address.text, c.text) << c.given;
    EXPECT_EQ(address.loopback, c.loopback) << c.given;
  }
}

}  // namespace
}  // namespace sweepd
