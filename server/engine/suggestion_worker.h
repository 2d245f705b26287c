// Computes suggestions that look at history, beside the engine thread.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "server/engine/suggester.h"
#include "server/engine/suggestion.h"
#include "server/store/store.h"
#include "server/strategy/strategy.h"

namespace sweepd {

// A thread around a Suggester, one call at a time. What an agent waits for comes first, then recommendations, then what
// is computed ahead; each in the order of the calls. Thread-safe.
class SuggestionWorker {
 public:
  using Done = std::function<void(Suggestion)>;
  using RecommendReply = absl::AnyInvocable<void(absl::StatusOr<std::optional<Recommendation>>)>;

  // `done` runs on the worker's thread.
  SuggestionWorker(std::unique_ptr<StoreReader> reader, Suggester suggester, Done done);
  // Ends after the call under way: other jobs are dropped, other recommendations answered ShuttingDown.
  ~SuggestionWorker();

  void Start(std::shared_ptr<const SuggestionJob> job);

  // Suggester::Recommend; `reply` runs on the worker's thread, or at once, RESOURCE_EXHAUSTED (Overloaded), when too
  // many wait.
  void Recommend(std::string sweep_id, RecommendReply reply);

 private:
  struct Question {
    std::string sweep_id;
    RecommendReply reply;
  };

  void Work();
  bool IsIdle() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return jobs_.empty() && questions_.empty(); }
  // The job that an agent waits for, or the first one when no recommendation waits; null when a recommendation is next.
  std::shared_ptr<const SuggestionJob> NextJob() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const std::unique_ptr<StoreReader> reader_;  // of the thread
  Suggester suggester_;                        // of the thread
  const Done done_;
  absl::Mutex mutex_;
  std::deque<std::shared_ptr<const SuggestionJob>> jobs_ ABSL_GUARDED_BY(mutex_);
  std::deque<Question> questions_ ABSL_GUARDED_BY(mutex_);
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace sweepd
