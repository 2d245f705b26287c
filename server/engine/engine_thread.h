// The thread that owns the engine: commands in arrival order, those that wait together in one transaction, and a reply
// only after the commit that holds its change (group commit).
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <variant>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "common/clock.h"
#include "server/engine/engine.h"
#include "server/store/store.h"

namespace sweepd {

// Thread-safe. Replies run on the engine thread and must not block.
class EngineThread {
 public:
  template <class T>
  using Reply = absl::AnyInvocable<void(absl::StatusOr<T>)>;

  // Engine, store and clock must outlive it. `on_fatal` is called once, on the engine thread, when a commit failed in a
  // way after which the process must end; from then on every command is answered UNAVAILABLE.
  EngineThread(Engine& engine, Store& store, const Clock& clock, std::function<void(const absl::Status&)> on_fatal);

  // Calls Stop.
  ~EngineThread();

  void Start();

  // Answers what waits with UNAVAILABLE, finishes what is queued, and ends the thread. Safe to call twice.
  void Stop();

  // Runs `command` in the engine and gives its result to `reply`. The command may be dropped unrun (UNAVAILABLE).
  template <class T>
  void Run(absl::AnyInvocable<absl::StatusOr<T>(Engine&)> command, Reply<T> reply) {
    auto result = std::make_shared<absl::StatusOr<T>>(absl::UnknownError("not run"));
    Enqueue(Command{[command = std::move(command), result](Engine& engine) mutable {
                      *result = command(engine);
                      return result->status();
                    },
                    [reply = std::move(reply), result](const absl::Status& status) mutable {
                      if (status.ok()) {
                        reply(std::move(*result));
                      } else {
                        reply(status);
                      }
                    }});
  }

  // Engine::RequestTrial, held open: a WaitAnswer is given only after `wait`. When `abandoned` returns true nobody
  // waits for the answer any more, and the request is dropped without leasing a trial.
  void RequestTrial(TrialRequest request, absl::Duration wait, std::function<bool()> abandoned,
                    Reply<TrialAnswer> reply);

 private:
  struct Command {
    absl::AnyInvocable<absl::Status(Engine&)> execute;
    absl::AnyInvocable<void(const absl::Status&)> reply;
  };
  // A RequestTrial that has no trial yet.
  struct HeldRequest {
    TrialRequest request;
    absl::Duration deadline;  // on Clock::Monotonic()
    std::function<bool()> abandoned;
    Reply<TrialAnswer> reply;
  };
  using Item = std::variant<Command, HeldRequest>;
  using Answers = std::vector<absl::AnyInvocable<void(const absl::Status& commit)>>;

  void Enqueue(Item item);
  void Loop();
  // Waits for items, for the next deadline, or for the end. False when it is time to end.
  bool TakeBatch(std::vector<Item>& batch);
  absl::Duration TimeToNextDeadline() const;
  void RunBatch(std::vector<Item> batch);
  absl::Status Execute(absl::AnyInvocable<absl::Status(Engine&)>& execute);
  void ExecuteHeld(HeldRequest held, Answers& answers);
  void ExpireLeases();
  void RetryHeld(Answers& answers);
  absl::Status BeginBatch();
  absl::Status CommitBatch();
  // The process must end: says so once, and is what every command is answered from now on.
  absl::Status Break(const absl::Status& cause);

  Engine& engine_;
  Store& store_;
  const Clock& clock_;
  const std::function<void(const absl::Status&)> on_fatal_;

  absl::Mutex mutex_;
  std::deque<Item> queue_ ABSL_GUARDED_BY(mutex_);
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;

  // Of the engine thread.
  std::deque<HeldRequest> held_;  // in the order of arrival
  absl::Duration last_turn_;
  bool broken_ = false;

  std::thread thread_;
};

}  // namespace sweepd
