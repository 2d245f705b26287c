#include "server/engine/read_pool.h"

#include <utility>

#include "common/thread_name.h"
#include "server/core/errors.h"
#include "server/core/limits.h"

namespace sweepd {
namespace {

constexpr absl::Duration kRetryAfter = absl::Seconds(1);

}  // namespace

ReadPool::ReadPool(std::vector<std::unique_ptr<StoreReader>> readers) : readers_(std::move(readers)) {
  for (const std::unique_ptr<StoreReader>& reader : readers_) {
    threads_.emplace_back([this, &reader = *reader] { Work(reader); });
  }
}

ReadPool::~ReadPool() {
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
  }
  for (std::thread& thread : threads_) thread.join();
}

absl::Status ReadPool::TryRun(Task task) {
  absl::MutexLock lock(&mutex_);
  if (tasks_.size() >= kMaxQueuedReads) return Overloaded("too many reads wait", kRetryAfter);
  tasks_.push_back(std::move(task));
  return absl::OkStatus();
}

void ReadPool::Run(Task task) {
  absl::MutexLock lock(&mutex_);
  tasks_.push_back(std::move(task));
}

void ReadPool::Work(StoreReader& reader) {
  NameThread("reader");
  while (true) {
    Task task;
    {
      absl::MutexLock lock(&mutex_);
      const auto ready = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return stopping_ || !tasks_.empty(); };
      mutex_.Await(absl::Condition(&ready));
      if (tasks_.empty()) return;
      task = std::move(tasks_.front());
      tasks_.pop_front();
    }
    task(reader);
  }
}

}  // namespace sweepd
