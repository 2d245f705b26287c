// Tells watchers that a sweep has new events. It carries no events: a watcher reads them from the store from where it
// stands, so that no queue can grow and none can be missed.
//
// Thread-safe. Callbacks run on the notifying thread, which is the engine's: they must only wake somebody.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"

namespace sweepd {

class WatchHub {
 public:
  using Wake = std::function<void()>;

  // `wake` is called after each change of the sweep until Unsubscribe returns, and never after.
  int64_t Subscribe(absl::string_view sweep_id, Wake wake);
  void Unsubscribe(absl::string_view sweep_id, int64_t subscription);

  void Notify(absl::string_view sweep_id);

  // Wakes every watcher: the controller is shutting down.
  void NotifyAll();

 private:
  absl::Mutex mutex_;
  int64_t next_ ABSL_GUARDED_BY(mutex_) = 1;
  absl::flat_hash_map<std::string, std::map<int64_t, Wake>> watchers_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace sweepd
