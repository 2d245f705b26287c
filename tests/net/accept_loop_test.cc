#include "server/net/accept_loop.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/resource.h>

#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/strings/numbers.h"
#include "absl/synchronization/mutex.h"
#include "common/clock.h"
#include "tests/support/status_matchers.h"

namespace sweepd {
namespace {

constexpr int kPatienceMs = 60'000;

// Keeps what is handed over.
class Taker {
 public:
  AcceptLoop::Handover Handover() {
    return [this](int, FileDescriptor connection, size_t) {
      absl::MutexLock lock(&mutex_);
      taken_.push_back(std::move(connection));
    };
  }
  bool AwaitTaken(size_t count) {
    absl::MutexLock lock(&mutex_);
    const auto enough = [this, count]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return taken_.size() >= count; };
    return mutex_.AwaitWithTimeout(absl::Condition(&enough), absl::Milliseconds(kPatienceMs));
  }
  size_t count() {
    absl::MutexLock lock(&mutex_);
    return taken_.size();
  }
  int last() {
    absl::MutexLock lock(&mutex_);
    return taken_.back().get();
  }
  void CloseAll() {
    absl::MutexLock lock(&mutex_);
    taken_.clear();
  }

 private:
  absl::Mutex mutex_;
  std::vector<FileDescriptor> taken_ ABSL_GUARDED_BY(mutex_);
};

class AcceptLoopTest : public testing::Test {
 protected:
  void Start(const ConnectionLimits& limits) {
    ASSERT_OK_AND_ASSIGN(ListenSockets listening, ListenOn("127.0.0.1:0"));
    uint32_t port = 0;
    ASSERT_TRUE(absl::SimpleAtoi(listening.address.substr(listening.address.rfind(':') + 1), &port));
    address_.sin_family = AF_INET;
    address_.sin_port = htons(static_cast<uint16_t>(port));
    address_.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ASSERT_OK_AND_ASSIGN(loop_, AcceptLoop::Start(std::move(listening), limits, clock_, taker_.Handover()));
  }

  FileDescriptor Connect() {
    FileDescriptor connection(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (connect(connection.get(), reinterpret_cast<sockaddr*>(&address_), sizeof(address_)) != 0) connection.Close();
    return connection;
  }

  // The other side has closed it.
  static bool EndsSoon(const FileDescriptor& connection) {
    pollfd end{connection.get(), POLLIN, 0};
    char byte = 0;
    return poll(&end, 1, kPatienceMs) == 1 && recv(connection.get(), &byte, 1, MSG_DONTWAIT) <= 0;
  }

  SystemClock clock_;
  sockaddr_in address_{};
  Taker taker_;
  std::unique_ptr<AcceptLoop> loop_;
};

TEST_F(AcceptLoopTest, HandsOverConnectionsReadyForUse) {
  Start({.total = 10, .per_address = 10});
  const FileDescriptor client = Connect();
  ASSERT_TRUE(taker_.AwaitTaken(1));
  const int taken = taker_.last();
  EXPECT_NE(fcntl(taken, F_GETFL) & O_NONBLOCK, 0);
  EXPECT_NE(fcntl(taken, F_GETFD) & FD_CLOEXEC, 0);
  for (const auto& [level, option] : {std::pair<int, int>(IPPROTO_TCP, TCP_NODELAY), {SOL_SOCKET, SO_KEEPALIVE}}) {
    int value = 0;
    socklen_t size = sizeof(value);
    getsockopt(taken, level, option, &value, &size);
    EXPECT_EQ(value, 1) << option;
  }
}

TEST_F(AcceptLoopTest, ClosesWhatIsBeyondALimitAndServesAgainWhenThereIsRoom) {
  Start({.total = 10, .per_address = 2, .spares_loopback = false});
  std::vector<FileDescriptor> clients;
  for (int i = 0; i < 2; ++i) clients.push_back(Connect());
  ASSERT_TRUE(taker_.AwaitTaken(2));
  EXPECT_TRUE(EndsSoon(Connect()));
  taker_.CloseAll();
  const absl::Duration give_up = clock_.Monotonic() + absl::Milliseconds(kPatienceMs);
  while (taker_.count() == 0 && clock_.Monotonic() < give_up) clients.push_back(Connect());
  EXPECT_GE(taker_.count(), 1u);
}

TEST_F(AcceptLoopTest, GoesOnAcceptingAfterItRanOutOfDescriptors) {
#ifdef __SANITIZE_ADDRESS__
  GTEST_SKIP() << "the sanitizer's own check of a virtual call opens a pipe, and takes its failure for a bad object";
#endif
  Start({.total = 1'000'000, .per_address = 1'000'000});
  std::vector<FileDescriptor> clients;
  for (int i = 0; i < 3; ++i) clients.push_back(FileDescriptor(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)));
  // From here on no new descriptor is given out.
  rlimit before{};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &before), 0);
  const FileDescriptor highest(fcntl(0, F_DUPFD_CLOEXEC, 0));
  rlimit none = before;
  none.rlim_cur = static_cast<rlim_t>(highest.get());
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &none), 0);
  for (int i = 0; i < 2; ++i) {
    ASSERT_EQ(connect(clients[i].get(), reinterpret_cast<sockaddr*>(&address_), sizeof(address_)), 0);
    EXPECT_TRUE(EndsSoon(clients[i])) << i;
  }
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &before), 0);
  ASSERT_EQ(connect(clients[2].get(), reinterpret_cast<sockaddr*>(&address_), sizeof(address_)), 0);
  EXPECT_TRUE(taker_.AwaitTaken(1));
}

TEST_F(AcceptLoopTest, TakesABurst) {
  Start({.total = 100'000, .per_address = 100'000});
  std::vector<FileDescriptor> clients;
  for (int i = 0; i < 400; ++i) {
    clients.push_back(Connect());
    ASSERT_TRUE(clients.back().is_open()) << i;
  }
  EXPECT_TRUE(taker_.AwaitTaken(clients.size()));
}

TEST_F(AcceptLoopTest, StopsListeningWhenItStops) {
  Start({.total = 10, .per_address = 10});
  loop_->Stop();
  loop_->Stop();
  EXPECT_FALSE(Connect().is_open());
}

}  // namespace
}  // namespace sweepd
