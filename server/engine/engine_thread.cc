#include "server/engine/engine_thread.h"

#include <algorithm>
#include <variant>
#include <vector>

#include "common/thread_name.h"
#include "server/core/limits.h"

namespace sweepd {
namespace {

// The loop turns at least this often, so that a longer gap between turns means that the controller itself was asleep.
constexpr absl::Duration kLongestIdle = absl::Milliseconds(500);

}  // namespace

EngineThread::EngineThread(Engine& engine, Store& store, const Clock& clock, EngineStats& stats,
                           std::function<void(const absl::Status&)> on_fatal)
    : clock_(clock),
      queue_(stats),
      replies_(std::make_unique<ReplyThread>()),
      loop_(
          engine, store, clock, stats, [this](ReplyThread::Batch batch) { replies_->Send(std::move(batch)); },
          std::move(on_fatal)) {}

EngineThread::~EngineThread() { Stop(); }

void EngineThread::Start() {
  thread_ = std::thread([this] { Work(); });
}

void EngineThread::Stop() {
  queue_.Close();
  if (thread_.joinable()) thread_.join();
  replies_.reset();
}

void EngineThread::RequestTrial(TrialRequest request, absl::Duration wait, std::function<bool()> abandoned,
                                Reply<TrialAnswer> reply) {
  Enqueue(HeldRequest{std::move(request), clock_.Monotonic() + std::min(wait, kMaxLongPoll), std::move(abandoned),
                      std::move(reply)},
          {});
}

void EngineThread::Enqueue(EngineLoop::Item item, const Weight& weight) {
  const absl::Status status = queue_.Push(std::move(item), weight.urgency, weight.bytes);
  if (status.ok()) return;
  if (auto* command = std::get_if<EngineLoop::Command>(&item)) {
    command->reply(status);
  } else {
    std::get<HeldRequest>(item).reply(status);
  }
}

void EngineThread::Work() {
  NameThread("engine");
  std::vector<EngineLoop::Item> batch;
  while (queue_.TakeBatch(std::clamp(loop_.NextDeadline() - clock_.Monotonic(), absl::ZeroDuration(), kLongestIdle),
                          batch)) {
    loop_.Turn(std::exchange(batch, {}));
  }
  loop_.End();
}

}  // namespace sweepd
