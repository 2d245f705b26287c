// Threads that read beside the engine thread, each with its own reader: lists and curves never wait for a commit.
#pragma once

#include <deque>
#include <memory>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "server/store/store.h"

namespace sweepd {

// Thread-safe.
class ReadPool {
 public:
  using Task = absl::AnyInvocable<void(StoreReader&)>;

  // One thread per reader.
  explicit ReadPool(std::vector<std::unique_ptr<StoreReader>> readers);
  // Runs what is queued, then ends the threads.
  ~ReadPool();

  // RESOURCE_EXHAUSTED (Overloaded) when too many reads wait.
  absl::Status TryRun(Task task);

  // For callers that have few reads waiting, such as one for each open watch: never refused.
  void Run(Task task);

 private:
  void Work(StoreReader& reader);

  std::vector<std::unique_ptr<StoreReader>> readers_;
  absl::Mutex mutex_;
  std::deque<Task> tasks_ ABSL_GUARDED_BY(mutex_);
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<std::thread> threads_;
};

}  // namespace sweepd
