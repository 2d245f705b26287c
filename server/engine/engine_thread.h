// The thread that owns the engine: a queue in front of an EngineLoop.
#pragma once

#include <functional>
#include <memory>
#include <thread>
#include <utility>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/clock.h"
#include "server/engine/command_queue.h"
#include "server/engine/engine.h"
#include "server/engine/engine_loop.h"
#include "server/engine/engine_stats.h"
#include "server/engine/reply_thread.h"
#include "server/store/store.h"

namespace sweepd {

// Thread-safe. Replies run on a thread for replies, or at once on the caller's when the queue takes nothing, and must
// not block.
class EngineThread {
 public:
  template <class T>
  using Reply = absl::AnyInvocable<void(absl::StatusOr<T>)>;

  // Engine, store, clock and stats must outlive it. `on_fatal`: see EngineLoop.
  EngineThread(Engine& engine, Store& store, const Clock& clock, EngineStats& stats,
               std::function<void(const absl::Status&)> on_fatal);

  // Calls Stop.
  ~EngineThread();

  void Start();

  // Answers what is held with UNAVAILABLE, finishes what is queued, sends every reply and ends the threads. Safe to
  // call twice.
  void Stop();

  // How much a command matters under load, and how much memory it holds while it waits, in bytes.
  struct Weight {
    Urgency urgency = Urgency::kRequest;
    size_t bytes = 0;
  };

  // Runs `command` in the engine and gives its result to `reply`. The command may be dropped unrun: UNAVAILABLE, or
  // RESOURCE_EXHAUSTED when too many wait.
  template <class T>
  void Run(absl::AnyInvocable<absl::StatusOr<T>(Engine&)> command, Reply<T> reply, const Weight& weight = {}) {
    auto result = std::make_shared<absl::StatusOr<T>>(absl::UnknownError("not run"));
    Enqueue(EngineLoop::Command{[command = std::move(command), result](Engine& engine) mutable {
                                  *result = command(engine);
                                  return result->status();
                                },
                                [reply = std::move(reply), result](const absl::Status& status) mutable {
                                  if (status.ok()) {
                                    reply(std::move(*result));
                                  } else {
                                    reply(status);
                                  }
                                }},
            weight);
  }

  // Engine::RequestTrial, held open: a WaitAnswer is given only after `wait`. When `abandoned` returns true nobody
  // waits for the answer any more, and the request is dropped without leasing a trial.
  void RequestTrial(TrialRequest request, absl::Duration wait, std::function<bool()> abandoned,
                    Reply<TrialAnswer> reply);

  // Commands that wait.
  size_t queued() const { return queue_.size(); }

 private:
  void Enqueue(EngineLoop::Item item, const Weight& weight);
  void Work();

  const Clock& clock_;
  CommandQueue queue_;
  std::unique_ptr<ReplyThread> replies_;
  EngineLoop loop_;  // of the thread
  std::thread thread_;
};

}  // namespace sweepd
