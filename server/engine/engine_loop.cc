#include "server/engine/engine_loop.h"

#include <algorithm>
#include <utility>

#include "common/log.h"
#include "common/status_macros.h"
#include "server/core/errors.h"
#include "server/core/limits.h"

namespace sweepd {
namespace {

// A gap between turns that moves every lease's deadline (a suspended machine, a stalled disk).
constexpr absl::Duration kForgivenGap = absl::Seconds(2);

// An expired lease that could not be ended (a full disk) is tried again after this long.
constexpr absl::Duration kExpiryRetry = absl::Seconds(1);

// Between two rounds of housekeeping, and between the portions of one.
constexpr absl::Duration kHousekeepingInterval = absl::Minutes(1);
constexpr absl::Duration kHousekeepingPause = absl::Seconds(1);

constexpr absl::Duration kFullDiskLogInterval = absl::Seconds(10);

absl::Status StoreFailed() { return absl::UnavailableError("the store failed; the controller is ending"); }

}  // namespace

EngineLoop::EngineLoop(Engine& engine, Store& store, const Clock& clock, EngineStats& stats, SendReplies send_replies,
                       std::function<void(const absl::Status&)> on_fatal)
    : engine_(engine),
      store_(store),
      clock_(clock),
      stats_(stats),
      send_replies_(std::move(send_replies)),
      on_fatal_(std::move(on_fatal)),
      last_turn_(clock.Monotonic()) {}

void EngineLoop::Turn(std::vector<Item> items) {
  ForgiveGap();
  const absl::Duration start = clock_.Monotonic();
  failed_ = 0;
  Answers answers;
  absl::Status commit = Begin();
  for (Item& item : items) RunItem(std::move(item), commit, answers);
  if (commit.ok()) {
    ExpireLeases();
    Housekeep();
    AskAgainWhoIsDue(answers);
    AskAgainWhereSweepsChanged(answers);
    const absl::Duration executed = clock_.Monotonic();
    commit = Commit();
    if (commit.ok()) stats_.AddExpiredLeases(static_cast<int64_t>(ending_.size()));
    if (commit.ok() && !answers.empty()) {
      stats_.AddBatch(static_cast<int64_t>(answers.size()), failed_, executed - start, clock_.Monotonic() - executed);
    }
  }
  stats_.NoteHeld(static_cast<int64_t>(held_.size()));
  if (answers.empty()) return;
  send_replies_([answers = std::move(answers), commit]() mutable {
    for (auto& answer : answers) answer(commit);
  });
}

absl::Duration EngineLoop::NextDeadline() const {
  // What the last turn left over is due at once.
  if (!changed_.empty()) return absl::ZeroDuration();
  return std::min(held_.NextDeadline(), engine_.leases().NextDeadline());
}

void EngineLoop::End() {
  while (std::optional<HeldRequest> held = held_.TakeAny()) held->reply(ShuttingDown());
}

void EngineLoop::ForgiveGap() {
  const absl::Duration now = clock_.Monotonic();
  const absl::Duration gap = now - std::exchange(last_turn_, now);
  if (gap <= kForgivenGap) return;
  LogWarning("the controller was asleep; every lease is extended", {{"gap_seconds", absl::ToDoubleSeconds(gap)}});
  stats_.AddForgivenGap();
  engine_.leases().ShiftAll(gap);
}

void EngineLoop::RunItem(Item item, const absl::Status& begun, Answers& answers) {
  if (auto* held = std::get_if<HeldRequest>(&item)) {
    if (!begun.ok()) return held->reply(begun);
    if (held_.size() >= kMaxHeldRequests) held->deadline = last_turn_;
    if (Ask(*held, answers)) return;
    std::optional<HeldRequest> earlier = held_.Add(std::move(*held));
    if (earlier.has_value()) earlier->reply(absl::CancelledError("the same request came again"));
    return;
  }
  auto& command = std::get<Command>(item);
  absl::Status status = begun.ok() ? Execute(command.execute) : begun;
  // A refusal may rest on what another command of a batch did that was not stored.
  answers.push_back([status = std::move(status), reply = std::move(command.reply)](const absl::Status& commit) mutable {
    reply(commit.ok() ? status : commit);
  });
}

absl::Status EngineLoop::Execute(absl::AnyInvocable<absl::Status(Engine&)>& execute) {
  const size_t mark = engine_.BeginCommand();
  RETURN_IF_ERROR(store_.Savepoint());
  const absl::Status status = execute(engine_);
  if (status.ok()) return store_.Release();
  ++failed_;
  engine_.UndoEffects(mark);
  RETURN_IF_ERROR(store_.RollbackToSavepoint());
  return status;
}

bool EngineLoop::Ask(HeldRequest& held, Answers& answers) {
  if (held.abandoned()) {
    held.reply(absl::CancelledError("the caller went away"));
    return true;
  }
  absl::StatusOr<TrialAnswer> answer = absl::UnknownError("not run");
  absl::AnyInvocable<absl::Status(Engine&)> ask = [&](Engine& engine) {
    answer = engine.RequestTrial(held.request);
    return answer.status();
  };
  if (const absl::Status status = Execute(ask); !status.ok()) answer = status;
  const bool wait = answer.ok() && std::holds_alternative<WaitAnswer>(*answer);
  if (wait && clock_.Monotonic() < held.deadline) return false;
  answers.push_back([answer = std::move(answer), reply = std::move(held.reply)](const absl::Status& commit) mutable {
    if (commit.ok()) {
      reply(std::move(answer));
    } else {
      reply(commit);
    }
  });
  return true;
}

void EngineLoop::ExpireLeases() {
  const absl::Duration now = clock_.Monotonic();
  ending_.clear();
  for (LeaseTable::Lease& lease : engine_.leases().TakeExpired(now, kMaxBatchCommands)) {
    absl::AnyInvocable<absl::Status(Engine&)> expire = [&lease](Engine& engine) { return engine.ExpireLease(lease); };
    const absl::Status status = Execute(expire);
    if (status.ok()) {
      ending_.push_back(std::move(lease));
      continue;
    }
    LogError("an expired lease was not ended", {{"sweep", lease.trial.sweep_id}, {"status", status.ToString()}});
    TryAgainToEnd(std::move(lease));
  }
}

void EngineLoop::Housekeep() {
  if (last_turn_ < next_housekeeping_) return;
  absl::StatusOr<bool> more = false;
  absl::AnyInvocable<absl::Status(Engine&)> housekeep = [&more](Engine& engine) {
    more = engine.Housekeep();
    return more.status();
  };
  if (const absl::Status status = Execute(housekeep); !status.ok()) {
    LogWarning("old rows were not removed", {{"status", status.ToString()}});
  }
  next_housekeeping_ = last_turn_ + (more.value_or(false) ? kHousekeepingPause : kHousekeepingInterval);
}

void EngineLoop::TryAgainToEnd(LeaseTable::Lease lease) {
  lease.deadline = last_turn_ + kExpiryRetry;
  engine_.leases().Restore(std::move(lease));
}

void EngineLoop::AskAgainWhoIsDue(Answers& answers) {
  const absl::Duration now = clock_.Monotonic();
  while (std::optional<HeldRequest> held = held_.TakeDue(now)) Ask(*held, answers);
}

void EngineLoop::AskAgainWhereSweepsChanged(Answers& answers) {
  size_t asked = 0;
  for (changed_.merge(engine_.TakeChangedSweeps()); !changed_.empty(); changed_.merge(engine_.TakeChangedSweeps())) {
    const std::set<std::string> changed = std::exchange(changed_, {});
    for (const HeldRequests::Group& group : held_.GroupsThatWant(changed)) {
      while (std::optional<HeldRequest> held = held_.TakeFirst(group)) {
        if (asked++ == kMaxBatchCommands || !Ask(*held, answers)) {
          held_.PutBack(*std::move(held));
          break;
        }
      }
      if (asked <= kMaxBatchCommands) continue;
      changed_.insert(changed.begin(), changed.end());  // the rest is asked in the next turn
      return;
    }
  }
}

absl::Status EngineLoop::Begin() {
  if (broken_) return StoreFailed();
  const absl::Status status = store_.Begin();
  // Another controller has taken the state over. Anything else may go away.
  return absl::IsFailedPrecondition(status) ? Break(status) : status;
}

absl::Status EngineLoop::Break(const absl::Status& cause) {
  broken_ = true;
  LogError("the store failed; the controller must end", {{"status", cause.ToString()}});
  on_fatal_(cause);
  return StoreFailed();
}

absl::Status EngineLoop::Commit() {
  const absl::Status status = store_.Commit();
  if (status.ok()) {
    NoteCommit();
    engine_.RunEffects();
    return status;
  }
  store_.Rollback();
  engine_.UndoEffects(0);
  stats_.AddFailedCommit();
  for (LeaseTable::Lease& lease : std::exchange(ending_, {})) TryAgainToEnd(std::move(lease));
  if (!absl::IsResourceExhausted(status)) return Break(status);
  NoteFullDisk(status);
  return status;
}

void EngineLoop::NoteFullDisk(const absl::Status& status) {
  last_refusal_ = last_turn_;
  if (refused_batches_++ > 0 && last_turn_ - full_disk_logged_ < kFullDiskLogInterval) return;
  full_disk_logged_ = last_turn_;
  LogError("the disk is full; nothing is stored until there is space",
           {{"refused_batches", refused_batches_}, {"status", status.ToString()}});
}

void EngineLoop::NoteCommit() {
  if (refused_batches_ == 0 || last_turn_ - last_refusal_ < kFullDiskLogInterval) return;
  LogInfo("the disk refuses no write any more", {{"refused_batches", refused_batches_}});
  refused_batches_ = 0;
}

}  // namespace sweepd
