// Accepts connections in a thread of its own and hands them on; see docs/adr/0008-own-accept-loop.md.
//
// It never stops accepting: when no file descriptor is left it gives up a spare one for a moment, takes the connection
// and closes it, so that callers see an end instead of silence, and the next one that finds a descriptor is served.
#pragma once

#include <functional>
#include <memory>
#include <thread>

#include "absl/status/statusor.h"
#include "common/clock.h"
#include "server/net/connection_table.h"
#include "server/net/file_descriptor.h"
#include "server/net/listen_sockets.h"
#include "server/net/refusal_log.h"

namespace sweepd {

// To be stopped and destroyed by one thread.
class AcceptLoop {
 public:
  // Takes over a connection: non-blocking, not inherited by children, without Nagle's delay. `open` is how many there
  // are with it, at most (ConnectionTable::size). Runs in the loop's thread.
  using Handover = std::function<void(int listener, FileDescriptor connection, size_t open)>;

  // Accepts at once. `clock` must outlive the loop. RESOURCE_EXHAUSTED when there are no descriptors for it.
  static absl::StatusOr<std::unique_ptr<AcceptLoop>> Start(ListenSockets listening, const ConnectionLimits& limits,
                                                           const Clock& clock, Handover handover);

  // Calls Stop.
  ~AcceptLoop();

  // Closes the listening sockets; after it nothing is handed over. Safe to call twice.
  void Stop();

 private:
  AcceptLoop(ListenSockets listening, const ConnectionLimits& limits, const Clock& clock, Handover handover);

  void Run();
  // Waits for connections, or for the end; false when it is time to end.
  bool Await();
  // What `listener` has, as much as one turn takes.
  void AcceptFrom(int listener);
  // False when there is nothing more to accept now.
  bool AcceptOne(int listener);
  bool OnError(int listener, int error);
  // Takes a connection with the spare descriptor's place and closes it. False when there was none.
  bool RefuseOne(int listener);

  ListenSockets listening_;
  const Handover handover_;
  ConnectionTable connections_;
  RefusalLog refusals_;
  FileDescriptor spare_;
  FileDescriptor wake_;   // readable when it is time to end
  bool resting_ = false;  // the next Await is a pause: accepting failed for a reason that has to go away
  std::thread thread_;
};

}  // namespace sweepd
