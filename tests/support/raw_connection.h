// A TCP connection to a server under test that speaks, or fails to speak, whatever a test wants.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <string>

#include "absl/strings/numbers.h"
#include "absl/strings/string_view.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"

namespace sweepd {

// The client's part of HTTP/2's beginning: the preface and an empty SETTINGS frame (RFC 9113, 3.4).
inline std::string Http2Preface() {
  return std::string("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n") + std::string("\0\0\0\4\0\0\0\0\0", 9);
}

class RawConnection {
 public:
  // `address` is "127.0.0.1:PORT".
  explicit RawConnection(const std::string& address) : socket_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in to{};
    uint32_t port = 0;
    if (!absl::SimpleAtoi(address.substr(address.rfind(':') + 1), &port)) return;
    to.sin_family = AF_INET;
    to.sin_port = htons(static_cast<uint16_t>(port));
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connected_ = connect(socket_, reinterpret_cast<sockaddr*>(&to), sizeof(to)) == 0;
  }
  ~RawConnection() { close(socket_); }
  RawConnection(const RawConnection&) = delete;
  RawConnection& operator=(const RawConnection&) = delete;

  bool connected() const { return connected_; }

  // False when the other side has closed.
  bool Send(absl::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t sent = send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<size_t>(sent));
    }
    return true;
  }

  // Reads on, answering nothing, until the other side closes; false when it has not done so within `patience`.
  bool AwaitEnd(absl::Duration patience = absl::Seconds(60)) {
    const absl::Time give_up = absl::Now() + patience;
    char bytes[4096];
    while (true) {
      const absl::Duration left = give_up - absl::Now();
      pollfd readable{socket_, POLLIN, 0};
      if (left <= absl::ZeroDuration() ||
          poll(&readable, 1, static_cast<int>(absl::ToInt64Milliseconds(left)) + 1) != 1) {
        return false;
      }
      if (recv(socket_, bytes, sizeof(bytes), 0) <= 0) return true;
    }
  }

 private:
  const int socket_;
  bool connected_ = false;
};

}  // namespace sweepd
