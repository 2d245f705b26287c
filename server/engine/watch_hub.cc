#include "server/engine/watch_hub.h"

#include <utility>

namespace sweepd {

int64_t WatchHub::Subscribe(absl::string_view sweep_id, Wake wake) {
  absl::MutexLock lock(&mutex_);
  const int64_t subscription = next_++;
  watchers_[std::string(sweep_id)].emplace(subscription, std::move(wake));
  return subscription;
}

void WatchHub::Unsubscribe(absl::string_view sweep_id, int64_t subscription) {
  absl::MutexLock lock(&mutex_);
  const auto found = watchers_.find(sweep_id);
  if (found == watchers_.end()) return;
  found->second.erase(subscription);
  if (found->second.empty()) watchers_.erase(found);
}

void WatchHub::Notify(absl::string_view sweep_id) {
  absl::MutexLock lock(&mutex_);
  const auto found = watchers_.find(sweep_id);
  if (found == watchers_.end()) return;
  for (const auto& [subscription, wake] : found->second) wake();
}

void WatchHub::NotifyAll() {
  absl::MutexLock lock(&mutex_);
  for (const auto& [sweep_id, watchers] : watchers_) {
    for (const auto& [subscription, wake] : watchers) wake();
  }
}

}  // namespace sweepd
