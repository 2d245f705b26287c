// Reads a whole database to find damage in it, beside whatever else happens to it.
//
// A check of a large file takes longer than a start may. So it runs on a thread and a connection of its own: the start
// waits for it for a while, and when it has not ended by then it goes on at the lowest priority while the controller
// serves. It holds one read transaction for as long as it runs, so the write-ahead log cannot shrink meanwhile.
#pragma once

#include <sys/types.h>

#include <functional>
#include <memory>
#include <optional>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "server/store/sqlite/connection.h"

namespace sweepd {

// Used by one thread, apart from its own.
class BackgroundCheck {
 public:
  using OnDamage = std::function<void(const absl::Status&)>;

  // Starts. `reader` is a connection of its own to an existing database.
  explicit BackgroundCheck(std::unique_ptr<Connection> reader);

  // Breaks off what has not ended.
  ~BackgroundCheck();

  // The result if it comes within `patience`: OK, DATA_LOSS for damage, UNAVAILABLE when the file cannot be read.
  std::optional<absl::Status> Await(absl::Duration patience);

  // From now on it runs at low priority and tells by itself: `on_damage` is called on its thread with any result but
  // OK.
  void GoOnQuietly(OnDamage on_damage);

 private:
  void Run();

  const std::unique_ptr<Connection> reader_;
  absl::Mutex mutex_;
  std::optional<absl::Status> result_ ABSL_GUARDED_BY(mutex_);
  OnDamage on_damage_ ABSL_GUARDED_BY(mutex_);
  pid_t thread_id_ ABSL_GUARDED_BY(mutex_) = 0;
  bool broken_off_ ABSL_GUARDED_BY(mutex_) = false;
  bool ended_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace sweepd
