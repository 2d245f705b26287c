#include "server/engine/suggestion_worker.h"

#include <algorithm>

#include "common/thread_name.h"
#include "server/core/errors.h"
#include "server/core/limits.h"

namespace sweepd {
namespace {

constexpr absl::Duration kRetryAfter = absl::Seconds(1);

}  // namespace

SuggestionWorker::SuggestionWorker(std::unique_ptr<StoreReader> reader, Suggester suggester, Done done)
    : reader_(std::move(reader)),
      suggester_(std::move(suggester)),
      done_(std::move(done)),
      thread_([this] { Work(); }) {}

SuggestionWorker::~SuggestionWorker() {
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
  }
  thread_.join();
  for (Question& question : questions_) question.reply(ShuttingDown());
}

void SuggestionWorker::Start(std::shared_ptr<const SuggestionJob> job) {
  absl::MutexLock lock(&mutex_);
  jobs_.push_back(std::move(job));
}

void SuggestionWorker::Recommend(std::string sweep_id, RecommendReply reply) {
  {
    absl::MutexLock lock(&mutex_);
    if (questions_.size() < kMaxQueuedRecommendations) {
      questions_.push_back({std::move(sweep_id), std::move(reply)});
      return;
    }
  }
  reply(Overloaded("too many recommendations wait", kRetryAfter));
}

std::shared_ptr<const SuggestionJob> SuggestionWorker::NextJob() {
  auto next = std::find_if(jobs_.begin(), jobs_.end(), [](const auto& job) { return job->awaited.load(); });
  if (next == jobs_.end() && questions_.empty()) next = jobs_.begin();
  if (next == jobs_.end()) return nullptr;
  std::shared_ptr<const SuggestionJob> job = std::move(*next);
  jobs_.erase(next);
  return job;
}

void SuggestionWorker::Work() {
  NameThread("suggestions");
  while (true) {
    std::shared_ptr<const SuggestionJob> job;
    Question question;
    {
      absl::MutexLock lock(&mutex_);
      const auto is_due = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return stopping_ || !IsIdle(); };
      mutex_.Await(absl::Condition(&is_due));
      if (stopping_) return;
      job = NextJob();
      if (job == nullptr) {
        question = std::move(questions_.front());
        questions_.pop_front();
      }
    }
    if (job != nullptr) {
      done_(suggester_.Suggest(*reader_, std::move(job)));
    } else {
      question.reply(suggester_.Recommend(*reader_, question.sweep_id));
    }
  }
}

}  // namespace sweepd
