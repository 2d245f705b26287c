// The controller's process in the simulated world: the real engine loop over the real SQLite store on the simulated
// disk, started, killed, put to sleep and started again.
//
// What EngineThread does with a thread happens here on the event queue: calls wait in an inbox while a commit is under
// way, then all of them make one turn. A turn happens in one moment and its answers leave when its commit would have
// ended, unless the process dies before.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/ids.h"
#include "server/engine/engine.h"
#include "server/engine/engine_loop.h"
#include "server/engine/engine_stats.h"
#include "server/engine/suggester.h"
#include "server/engine/watch_hub.h"
#include "server/store/store.h"
#include "tests/simulation/disk.h"
#include "tests/simulation/memory_vfs.h"
#include "tests/simulation/scene.h"
#include "tests/simulation/watcher.h"

namespace sweepd::simulation {

// The database's path on the simulated disk.
inline constexpr char kDatabasePath[] = "/sweepd.sqlite3";

class ControllerHost {
 public:
  template <class T>
  using Reply = absl::AnyInvocable<void(absl::StatusOr<T>)>;

  // How its process ends.
  enum class End { kClean, kKill, kPowerLoss };

  ControllerHost(Scene& scene, Disk& disk, MemoryVfs& vfs, Watcher& watcher);

  // ---- Its life.
  // Starts the process; when that fails, again a little later.
  void Start();
  // Ends it and starts it again after `pause`.
  void Restart(End end, absl::Duration pause);
  // The same, right after the next commit and before its answers are on their way.
  void DieAfterCommit(End end) { end_after_commit_ = end; }
  // The whole machine stands still.
  void Sleep(absl::Duration duration);
  // The disk takes so long over the next commit.
  void StallNextCommit(absl::Duration duration) { stall_ = duration; }

  bool up() const { return process_ != nullptr; }
  absl::Duration asleep_until() const { return asleep_until_; }
  // The disk stalls over a commit that is under way.
  bool stalled() const { return scene_.queue.now() < stalled_until_; }
  // Called whenever the process has ended: its connections are gone.
  void OnEnd(std::function<void()> callback) { on_end_ = std::move(callback); }

  // ---- Calls that have arrived. The process is up. `reply` runs when the answer leaves, at most once, and is dropped
  // when the process dies. `seen` runs after the batch was committed and watched, whether or not the answer leaves.
  template <class T>
  void Run(std::function<absl::StatusOr<T>(Engine&)> command, std::function<void(const absl::StatusOr<T>&)> seen,
           Reply<T> reply) {
    auto result = std::make_shared<absl::StatusOr<T>>(absl::UnknownError("not run"));
    Take(EngineLoop::Command{
        [command = std::move(command), result](Engine& engine) {
          *result = command(engine);
          return result->status();
        },
        [this, result, seen = std::move(seen), reply = std::move(reply)](const absl::Status& status) mutable {
          if (!status.ok()) *result = status;
          Answer<T>(std::move(*result), std::move(seen), std::move(reply));
        }});
  }
  void RequestTrial(TrialRequest request, absl::Duration wait, std::function<bool()> abandoned,
                    std::function<void(const absl::StatusOr<TrialAnswer>&)> seen, Reply<TrialAnswer> reply);

  // Reads and heartbeats happen at once, beside the engine. After a read: whether the disk's planned crash came in it,
  // so that the process is gone and answers nothing.
  bool EndIfCrashed();
  StoreReader& reader() { return *process_->reader; }
  Engine& engine() { return *process_->engine; }

 private:
  struct Process {
    std::unique_ptr<Store> store;
    std::unique_ptr<StoreReader> reader;
    WatchHub hub;
    EngineStats stats;
    std::unique_ptr<Engine> engine;
    std::unique_ptr<EngineLoop> loop;
    Suggester suggester;
  };
  struct Outgoing {
    absl::AnyInvocable<void()> seen;
    absl::AnyInvocable<void()> send;
  };

  template <class T>
  void Answer(absl::StatusOr<T> result, std::function<void(const absl::StatusOr<T>&)> seen, Reply<T> reply) {
    auto shared = std::make_shared<absl::StatusOr<T>>(std::move(result));
    Leave({[shared, seen = std::move(seen)] { seen(*shared); },
           [shared, reply = std::move(reply)]() mutable { reply(std::move(*shared)); }});
  }

  absl::Status Boot(Process& process);
  void CheckBoot(const absl::Status& status);
  void Take(EngineLoop::Item item);
  void Leave(Outgoing answer);
  void PlanTurn(absl::Duration at);
  void Turn();
  // The turn's batch is on the disk: checks it and lets its answers leave.
  void AfterCommit();
  void LetAnswersLeave(bool dies);
  // The machine stopped in the middle of the turn.
  void LetWhatWasSaidLeave();
  void CheckLeases();
  void ComputeSuggestion(std::shared_ptr<SuggestionJob> job);
  void Accept(Suggestion suggestion);
  void EndProcess(End end);

  Scene& scene_;
  Disk& disk_;
  MemoryVfs& vfs_;
  Watcher& watcher_;
  Dice dice_;
  SeededIdSource ids_;
  std::function<void()> on_end_;

  std::unique_ptr<Process> process_;
  int64_t incarnation_ = 0;  // of the process: what an earlier one planned does not happen
  int64_t turn_plan_ = 0;    // of the next turn: an earlier plan is void
  absl::Duration planned_ = absl::InfiniteDuration();
  std::vector<EngineLoop::Item> inbox_;
  std::vector<Outgoing> outgoing_;
  absl::Duration last_turn_;
  absl::Duration busy_until_;
  absl::Duration asleep_until_;
  absl::Duration stall_;
  absl::Duration stalled_until_;
  std::optional<End> end_after_commit_;
  absl::Status fatal_;
  bool was_started_ = false;  // a start has once succeeded
};

}  // namespace sweepd::simulation
