#include "server/engine/engine_thread.h"

#include <algorithm>

#include "common/log.h"
#include "common/status_macros.h"
#include "server/core/errors.h"
#include "server/core/limits.h"

namespace sweepd {
namespace {

// The loop turns at least this often, so that a longer gap between turns means that the controller itself was asleep.
constexpr absl::Duration kLongestIdle = absl::Milliseconds(500);

// A gap between turns that moves every lease's deadline (a suspended machine, a stalled disk).
constexpr absl::Duration kForgivenGap = absl::Seconds(2);

absl::Status StoreFailed() { return absl::UnavailableError("the store failed; the controller is ending"); }

bool Wants(const TrialRequest& request, const std::set<std::string>& changed) {
  if (request.sweeps.empty()) return true;
  return std::any_of(request.sweeps.begin(), request.sweeps.end(),
                     [&changed](const std::string& id) { return changed.contains(id); });
}

}  // namespace

EngineThread::EngineThread(Engine& engine, Store& store, const Clock& clock,
                           std::function<void(const absl::Status&)> on_fatal)
    : engine_(engine), store_(store), clock_(clock), on_fatal_(std::move(on_fatal)), last_turn_(clock.Monotonic()) {}

EngineThread::~EngineThread() { Stop(); }

void EngineThread::Start() {
  thread_ = std::thread([this] { Loop(); });
}

void EngineThread::Stop() {
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
  }
  if (thread_.joinable()) thread_.join();
}

void EngineThread::RequestTrial(TrialRequest request, absl::Duration wait, std::function<bool()> abandoned,
                                Reply<TrialAnswer> reply) {
  Enqueue(HeldRequest{std::move(request), clock_.Monotonic() + std::min(wait, kMaxLongPoll), std::move(abandoned),
                      std::move(reply)});
}

void EngineThread::Enqueue(Item item) {
  {
    absl::MutexLock lock(&mutex_);
    if (!stopping_) {
      queue_.push_back(std::move(item));
      return;
    }
  }
  if (auto* command = std::get_if<Command>(&item)) {
    command->reply(ShuttingDown());
  } else {
    std::get<HeldRequest>(item).reply(ShuttingDown());
  }
}

void EngineThread::Loop() {
  std::vector<Item> batch;
  while (TakeBatch(batch)) {
    RunBatch(std::exchange(batch, {}));
  }
  for (HeldRequest& held : held_) held.reply(ShuttingDown());
  held_.clear();
}

bool EngineThread::TakeBatch(std::vector<Item>& batch) {
  const absl::Duration timeout = std::min(kLongestIdle, TimeToNextDeadline());
  absl::MutexLock lock(&mutex_);
  const auto ready = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return stopping_ || !queue_.empty(); };
  mutex_.AwaitWithTimeout(absl::Condition(&ready), timeout);
  const size_t count = std::min(queue_.size(), kMaxBatchCommands);
  batch.assign(std::make_move_iterator(queue_.begin()),
               std::make_move_iterator(queue_.begin() + static_cast<std::ptrdiff_t>(count)));
  queue_.erase(queue_.begin(), queue_.begin() + static_cast<std::ptrdiff_t>(count));
  return !(stopping_ && batch.empty());
}

absl::Duration EngineThread::TimeToNextDeadline() const {
  absl::Duration next = engine_.leases().NextDeadline().value_or(absl::InfiniteDuration());
  for (const HeldRequest& held : held_) next = std::min(next, held.deadline);
  return std::max(absl::ZeroDuration(), next - clock_.Monotonic());
}

void EngineThread::RunBatch(std::vector<Item> batch) {
  const absl::Duration now = clock_.Monotonic();
  if (const absl::Duration gap = now - std::exchange(last_turn_, now); gap > kForgivenGap) {
    LogWarning("the controller was asleep; every lease is extended", {{"gap_seconds", absl::ToDoubleSeconds(gap)}});
    engine_.ForgiveGap(gap);
  }

  Answers answers;
  const absl::Status begun = BeginBatch();
  for (Item& item : batch) {
    if (auto* held = std::get_if<HeldRequest>(&item)) {
      if (begun.ok()) {
        ExecuteHeld(std::move(*held), answers);
      } else {
        held->reply(begun);
      }
      continue;
    }
    auto& command = std::get<Command>(item);
    absl::Status status = begun.ok() ? Execute(command.execute) : begun;
    answers.push_back([status, reply = std::move(command.reply)](const absl::Status& commit) mutable {
      reply(status.ok() ? commit : status);
    });
  }
  absl::Status commit = begun;
  if (begun.ok()) {
    ExpireLeases();
    RetryHeld(answers);
    commit = CommitBatch();
  }
  for (auto& answer : answers) answer(commit);
}

absl::Status EngineThread::Execute(absl::AnyInvocable<absl::Status(Engine&)>& execute) {
  const size_t mark = engine_.BeginCommand();
  RETURN_IF_ERROR(store_.Savepoint());
  const absl::Status status = execute(engine_);
  if (status.ok()) return store_.Release();
  engine_.UndoEffects(mark);
  RETURN_IF_ERROR(store_.RollbackToSavepoint());
  return status;
}

void EngineThread::ExecuteHeld(HeldRequest held, Answers& answers) {
  if (held.abandoned()) {
    held.reply(absl::CancelledError("the caller went away"));
    return;
  }
  absl::StatusOr<TrialAnswer> answer = absl::UnknownError("not run");
  absl::AnyInvocable<absl::Status(Engine&)> ask = [&](Engine& engine) {
    answer = engine.RequestTrial(held.request);
    return answer.status();
  };
  if (const absl::Status status = Execute(ask); !status.ok()) answer = status;
  const bool wait = answer.ok() && std::holds_alternative<WaitAnswer>(*answer);
  if (wait && clock_.Monotonic() < held.deadline) {
    held_.push_back(std::move(held));
    return;
  }
  answers.push_back([answer = std::move(answer), reply = std::move(held.reply)](const absl::Status& commit) mutable {
    if (answer.ok() && !commit.ok()) {
      reply(commit);
    } else {
      reply(std::move(answer));
    }
  });
}

void EngineThread::ExpireLeases() {
  for (const LeaseTable::Lease& lease : engine_.leases().ExpiredAt(clock_.Monotonic())) {
    absl::AnyInvocable<absl::Status(Engine&)> expire = [&](Engine& engine) { return engine.ExpireLease(lease); };
    if (const absl::Status status = Execute(expire); !status.ok()) {
      LogError("an expired lease was not ended", {{"sweep", lease.trial.sweep_id}, {"status", status.ToString()}});
    }
  }
}

void EngineThread::RetryHeld(Answers& answers) {
  // A retried request may itself change a sweep (a trial leased, a sweep finished), which others may wait for.
  for (std::set<std::string> changed = engine_.TakeChangedSweeps(); true; changed = engine_.TakeChangedSweeps()) {
    const absl::Duration now = clock_.Monotonic();
    std::deque<HeldRequest> waiting = std::exchange(held_, {});
    for (HeldRequest& held : waiting) {
      const bool retry = (!changed.empty() && Wants(held.request, changed)) || now >= held.deadline || held.abandoned();
      if (retry) {
        ExecuteHeld(std::move(held), answers);
      } else {
        held_.push_back(std::move(held));
      }
    }
    if (changed.empty()) return;
  }
}

absl::Status EngineThread::BeginBatch() {
  if (broken_) return StoreFailed();
  const absl::Status status = store_.Begin();
  // Another controller has taken the state over. Anything else may go away.
  return absl::IsFailedPrecondition(status) ? Break(status) : status;
}

absl::Status EngineThread::Break(const absl::Status& cause) {
  broken_ = true;
  LogError("the store failed; the controller must end", {{"status", cause.ToString()}});
  on_fatal_(cause);
  return StoreFailed();
}

absl::Status EngineThread::CommitBatch() {
  const absl::Status status = store_.Commit();
  if (status.ok()) {
    engine_.RunEffects();
    return status;
  }
  store_.Rollback();
  engine_.UndoEffects(0);
  if (absl::IsResourceExhausted(status)) {
    LogError("the disk is full; nothing of this batch was stored", {{"status", status.ToString()}});
    return status;
  }
  return Break(status);
}

}  // namespace sweepd
