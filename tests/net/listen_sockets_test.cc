#include "server/net/listen_sockets.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "tests/support/status_matchers.h"

namespace sweepd {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

bool HasIpv6() {
  const FileDescriptor probe(socket(AF_INET6, SOCK_STREAM, 0));
  sockaddr_in6 loopback{};
  loopback.sin6_family = AF_INET6;
  loopback.sin6_addr = in6addr_loopback;
  return probe.is_open() && bind(probe.get(), reinterpret_cast<sockaddr*>(&loopback), sizeof(loopback)) == 0;
}

TEST(ListenOn, TakesAFreePortAndTellsIt) {
  ASSERT_OK_AND_ASSIGN(const ListenSockets listening, ListenOn("127.0.0.1:0"));
  EXPECT_EQ(listening.sockets.size(), 1u);
  EXPECT_THAT(listening.address, AllOf(StartsWith("127.0.0.1:"), Not("127.0.0.1:0")));
}

TEST(ListenOn, RefusesAPortThatIsInUseAndSaysWhatToDo) {
  ASSERT_OK_AND_ASSIGN(const ListenSockets first, ListenOn("127.0.0.1:0"));
  const std::string port = first.address.substr(first.address.rfind(':'));
  for (const std::string& host : {std::string("127.0.0.1"), std::string("0.0.0.0"), std::string("localhost")}) {
    EXPECT_THAT(ListenOn(host + port).status(),
                StatusIs(absl::StatusCode::kFailedPrecondition, AllOf(HasSubstr("in use"), HasSubstr("--listen"))))
        << host;
  }
}

TEST(ListenOn, TakesAPortAgainAtOnceAfterItsOwnerHasGone) {
  ASSERT_OK_AND_ASSIGN(ListenSockets first, ListenOn("127.0.0.1:0"));
  const std::string address = first.address;
  first.sockets.clear();
  EXPECT_OK(ListenOn(address).status());
}

TEST(ListenOn, ListensOnNames) {
  ASSERT_OK_AND_ASSIGN(const ListenSockets listening, ListenOn("localhost:0"));
  EXPECT_THAT(listening.address, StartsWith("localhost:"));
  EXPECT_GE(listening.sockets.size(), 1u);
}

TEST(ListenOn, ListensOnIpv6) {
  if (!HasIpv6()) GTEST_SKIP() << "this machine has no IPv6";
  ASSERT_OK_AND_ASSIGN(const ListenSockets loopback, ListenOn("[::1]:0"));
  EXPECT_THAT(loopback.address, StartsWith("[::1]:"));
  ASSERT_OK_AND_ASSIGN(const ListenSockets both, ListenOn("[::]:0"));
  const std::string port = both.address.substr(both.address.rfind(':'));
  EXPECT_FALSE(ListenOn(absl::StrCat("127.0.0.1", port)).ok()) << "[::] serves IPv4 too";
}

TEST(ListenOn, RefusesWhatIsNoAddressOfThisMachine) {
  EXPECT_THAT(ListenOn("192.0.2.1:0").status(),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("not an address of this machine")));
  EXPECT_THAT(ListenOn("no-such-host.invalid:0").status(),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("no-such-host.invalid")));
}

TEST(ListenOn, ExplainsATextThatIsNoAddress) {
  struct Case {
    const char* text;
    const char* why;
  };
  for (const Case& c : {Case{"127.0.0.1", "no port"}, Case{"127.0.0.1:http", "no number"},
                        Case{"127.0.0.1:65536", "no number"}, Case{"127.0.0.1:-1", "no number"},
                        Case{":7077", "no host"}, Case{"::1:7077", "brackets"}, Case{"", "no port"}}) {
    EXPECT_THAT(ListenOn(c.text).status(),
                StatusIs(absl::StatusCode::kInvalidArgument, AllOf(HasSubstr(c.why), HasSubstr("give HOST:PORT"))))
        << c.text;
  }
}

TEST(ListenOn, NeverSharesAPort) {
  ASSERT_OK_AND_ASSIGN(const ListenSockets listening, ListenOn("127.0.0.1:0"));
  int shared = 1;
  socklen_t size = sizeof(shared);
  getsockopt(listening.sockets[0].get(), SOL_SOCKET, SO_REUSEPORT, &shared, &size);
  EXPECT_EQ(shared, 0);
}

}  // namespace
}  // namespace sweepd
