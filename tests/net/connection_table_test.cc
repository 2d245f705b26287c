#include "server/net/connection_table.h"

#include <fcntl.h>
#include <gtest/gtest.h>

#include <vector>

#include "server/net/file_descriptor.h"
#include "tests/support/fake_clock.h"

namespace sweepd {
namespace {

using Verdict = ConnectionTable::Verdict;

class ConnectionTableTest : public testing::Test {
 protected:
  FileDescriptor Socket() { return FileDescriptor(socket(AF_UNIX, SOCK_STREAM, 0)); }
  // Admits a new socket and keeps it open.
  Verdict Connect(ConnectionTable& table, const PeerAddress& from) {
    open_.push_back(Socket());
    return table.Admit(open_.back().get(), from);
  }

  const PeerAddress host_{"192.0.2.7", false};
  const PeerAddress other_{"192.0.2.8", false};
  const PeerAddress local_{"127.0.0.1", true};
  FakeClock clock_;
  std::vector<FileDescriptor> open_;
};

TEST_F(ConnectionTableTest, HoldsOneAddressToItsLimitAndNotTheOthers) {
  ConnectionTable table({.total = 100, .per_address = 3}, clock_);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(Connect(table, host_), Verdict::kAdmitted);
  EXPECT_EQ(Connect(table, host_), Verdict::kAddressReached);
  EXPECT_EQ(Connect(table, other_), Verdict::kAdmitted);
}

TEST_F(ConnectionTableTest, SparesThisMachineUnlessToldOtherwise) {
  ConnectionTable sparing({.total = 100, .per_address = 1}, clock_);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(Connect(sparing, local_), Verdict::kAdmitted);
  ConnectionTable strict({.total = 100, .per_address = 1, .spares_loopback = false}, clock_);
  EXPECT_EQ(Connect(strict, local_), Verdict::kAdmitted);
  EXPECT_EQ(Connect(strict, local_), Verdict::kAddressReached);
}

TEST_F(ConnectionTableTest, HoldsAllToTheTotal) {
  ConnectionTable table({.total = 3, .per_address = 2}, clock_);
  EXPECT_EQ(Connect(table, host_), Verdict::kAdmitted);
  EXPECT_EQ(Connect(table, host_), Verdict::kAdmitted);
  EXPECT_EQ(Connect(table, local_), Verdict::kAdmitted);
  EXPECT_EQ(Connect(table, local_), Verdict::kTotalReached);
  EXPECT_EQ(table.size(), 3u);
}

TEST_F(ConnectionTableTest, FindsOutWhichConnectionsHaveClosed) {
  ConnectionTable table({.total = 3, .per_address = 2}, clock_);
  for (const PeerAddress& peer : {host_, host_, other_}) ASSERT_EQ(Connect(table, peer), Verdict::kAdmitted);
  FileDescriptor next = Socket();  // while the others are open, so that it has a number of its own
  open_[0].Close();
  EXPECT_EQ(table.Admit(next.get(), host_), Verdict::kAdmitted);
  clock_.Advance(absl::Seconds(1));
  EXPECT_EQ(Connect(table, other_), Verdict::kTotalReached);
}

TEST_F(ConnectionTableTest, DoesNotTakeAnotherFileWithTheSameNumberForTheConnection) {
  ConnectionTable table({.total = 10, .per_address = 2}, clock_);
  ASSERT_EQ(Connect(table, host_), Verdict::kAdmitted);
  ASSERT_EQ(Connect(table, host_), Verdict::kAdmitted);
  const FileDescriptor next = Socket();
  const int number = open_[0].get();
  for (const bool is_socket : {false, true}) {
    open_[0].Close();
    const FileDescriptor impostor(is_socket ? socket(AF_UNIX, SOCK_STREAM, 0) : open("/dev/null", O_RDONLY));
    ASSERT_EQ(impostor.get(), number);
    EXPECT_EQ(table.Admit(next.get(), host_), Verdict::kAdmitted) << is_socket;
    clock_.Advance(absl::Seconds(1));
  }
}

TEST_F(ConnectionTableTest, ForgetsAConnectionWhoseNumberIsGivenAnew) {
  ConnectionTable table({.total = 10, .per_address = 1}, clock_);
  ASSERT_EQ(Connect(table, host_), Verdict::kAdmitted);
  for (int i = 0; i < 100; ++i) {
    open_.clear();
    ASSERT_EQ(Connect(table, host_), Verdict::kAdmitted);
  }
  EXPECT_EQ(table.size(), 1u);
}

TEST_F(ConnectionTableTest, LooksForClosedOnesOnlyNowAndThenUnderAFlood) {
  ConnectionTable table({.total = 10, .per_address = 1}, clock_);
  ASSERT_EQ(Connect(table, host_), Verdict::kAdmitted);
  ASSERT_EQ(Connect(table, host_), Verdict::kAddressReached);
  const FileDescriptor next = Socket();
  open_[0].Close();
  EXPECT_EQ(table.Admit(next.get(), host_), Verdict::kAddressReached) << "it has just looked";
  clock_.Advance(absl::Milliseconds(100));
  EXPECT_EQ(table.Admit(next.get(), host_), Verdict::kAdmitted);
}

}  // namespace
}  // namespace sweepd
