// One turn after another of the engine: the commands that wait together in one transaction, and a reply only after the
// commit that holds its change (group commit).
//
// Single-threaded, and without a clock of its own. EngineThread is a queue and a thread around it; the simulation is
// another caller.
#pragma once

#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/time/time.h"
#include "common/clock.h"
#include "server/engine/engine.h"
#include "server/engine/engine_stats.h"
#include "server/engine/held_requests.h"
#include "server/store/store.h"

namespace sweepd {

class EngineLoop {
 public:
  struct Command {
    absl::AnyInvocable<absl::Status(Engine&)> execute;
    absl::AnyInvocable<void(const absl::Status&)> reply;
  };
  using Item = std::variant<Command, HeldRequest>;

  // Runs the replies of a committed or failed batch, here and now or on another thread, in the order of the calls.
  using SendReplies = std::function<void(absl::AnyInvocable<void()>)>;

  // All must outlive it. `on_fatal` is called once, when a commit failed in a way after which the process must end;
  // from then on every item is answered UNAVAILABLE.
  EngineLoop(Engine& engine, Store& store, const Clock& clock, EngineStats& stats, SendReplies send_replies,
             std::function<void(const absl::Status&)> on_fatal);

  // Runs the items in one transaction, each in its own savepoint; ends the leases that have expired; asks again for the
  // held requests whose sweep has changed or whose time is over; commits; replies; and runs the engine's effects.
  // Replies must not block.
  void Turn(std::vector<Item> items);

  // When the next turn is due even without an item, on Clock::Monotonic(); InfiniteDuration for never.
  absl::Duration NextDeadline() const;

  // Answers what is held with UNAVAILABLE. No turn may follow.
  void End();

 private:
  using Answers = std::vector<absl::AnyInvocable<void(const absl::Status& commit)>>;

  void ForgiveGap();
  void RunItem(Item item, const absl::Status& begun, Answers& answers);
  absl::Status Execute(absl::AnyInvocable<absl::Status(Engine&)>& execute);
  // Asks for a trial. True when the request was answered, false when it is to be held (again).
  bool Ask(HeldRequest& held, Answers& answers);
  void ExpireLeases();
  void Housekeep();
  void TryAgainToEnd(LeaseTable::Lease lease);
  void AskAgainWhoIsDue(Answers& answers);
  void AskAgainWhereSweepsChanged(Answers& answers);
  absl::Status Begin();
  absl::Status Commit();
  // Says so once, then now and then, and once more when no write has been refused for a while.
  void NoteFullDisk(const absl::Status& status);
  void NoteCommit();
  // The process must end: says so once, and is what every item is answered from now on.
  absl::Status Break(const absl::Status& cause);

  Engine& engine_;
  Store& store_;
  const Clock& clock_;
  EngineStats& stats_;
  const SendReplies send_replies_;
  const std::function<void(const absl::Status&)> on_fatal_;

  HeldRequests held_;
  std::set<std::string> changed_;          // sweeps whose held requests are still to be asked again
  std::vector<LeaseTable::Lease> ending_;  // taken from the lease table in this turn
  int64_t failed_ = 0;                     // commands of this turn
  int64_t refused_batches_ = 0;            // one after another, by a full disk
  absl::Duration last_refusal_;
  absl::Duration full_disk_logged_;
  absl::Duration last_turn_;
  absl::Duration next_housekeeping_;
  bool broken_ = false;
};

}  // namespace sweepd
