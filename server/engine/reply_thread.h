// The thread that sends the replies of one batch while the engine's thread runs the next: writing to the network is a
// third of the work of a command.
#pragma once

#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/functional/any_invocable.h"
#include "absl/synchronization/mutex.h"

namespace sweepd {

// Thread-safe.
class ReplyThread {
 public:
  using Batch = absl::AnyInvocable<void()>;

  ReplyThread();
  // Sends what it has taken, then ends.
  ~ReplyThread();

  // Runs `batch` on the thread, after those taken before.
  void Send(Batch batch);

 private:
  void Work();

  absl::Mutex mutex_;
  std::vector<Batch> waiting_ ABSL_GUARDED_BY(mutex_);
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;  // last: it uses all of the above
};

}  // namespace sweepd
