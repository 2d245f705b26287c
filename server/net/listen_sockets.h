// The sockets that the controller listens on.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "server/net/file_descriptor.h"

namespace sweepd {

struct ListenSockets {
  std::vector<FileDescriptor> sockets;  // at least one; non-blocking, not inherited by children
  std::string address;                  // as it was asked for, with the port that was bound
};

// Binds and listens on "HOST:PORT": an IPv4 address, an IPv6 address in brackets, or a name, which may stand for
// several addresses. Port 0 takes any free one, the same for all of them. "[::]" serves IPv4 too.
//
// A port belongs to one controller: SO_REUSEPORT is never set, so a second one is refused at once. SO_REUSEADDR is, so
// that a restart does not wait for the connections of its predecessor to time out.
//
// INVALID_ARGUMENT for a text that is no address; FAILED_PRECONDITION when it cannot be bound. Messages say what to do.
absl::StatusOr<ListenSockets> ListenOn(const std::string& address);

}  // namespace sweepd
