#include "server/engine/reply_thread.h"

#include <utility>

#include "common/thread_name.h"

namespace sweepd {

ReplyThread::ReplyThread() : thread_([this] { Work(); }) {}

ReplyThread::~ReplyThread() {
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
  }
  thread_.join();
}

void ReplyThread::Send(Batch batch) {
  absl::MutexLock lock(&mutex_);
  waiting_.push_back(std::move(batch));
}

void ReplyThread::Work() {
  NameThread("replies");
  while (true) {
    std::vector<Batch> batches;
    {
      absl::MutexLock lock(&mutex_);
      const auto ready = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return stopping_ || !waiting_.empty(); };
      mutex_.Await(absl::Condition(&ready));
      if (waiting_.empty()) return;
      batches.swap(waiting_);
    }
    for (Batch& batch : batches) batch();
  }
}

}  // namespace sweepd
