#include "tests/simulation/controller_host.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "server/core/limits.h"
#include "server/store/sqlite/open.h"

namespace sweepd::simulation {
namespace {

// Turns without a call are at most so far apart: less than the gap that the loop takes for an absence of its own.
constexpr absl::Duration kLongestIdle = absl::Milliseconds(1500);

// A gap that EngineLoop forgives.
constexpr absl::Duration kForgivenGap = absl::Seconds(2);

// From the end of a process that failed to start to the next try.
constexpr absl::Duration kStartAgain = absl::Seconds(1);

constexpr uint64_t kHostStream = 100;

}  // namespace

ControllerHost::ControllerHost(Scene& scene, Disk& disk, MemoryVfs& vfs, Watcher& watcher)
    : scene_(scene),
      disk_(disk),
      vfs_(vfs),
      watcher_(watcher),
      dice_(scene.scenario.seed, kHostStream),
      ids_(MixSeed(scene.scenario.seed, kHostStream)) {}

absl::Status ControllerHost::Boot(Process& process) {
  SqliteOptions options;
  options.vfs = vfs_.name();
  // A read that fails while it looks for damage looks like damage. The simulation checks the file itself.
  options.check_integrity = false;
  absl::StatusOr<std::unique_ptr<Store>> store = OpenSqliteFile(kDatabasePath, options);
  if (!store.ok()) return store.status();
  process.store = *std::move(store);
  absl::StatusOr<std::unique_ptr<StoreReader>> reader = process.store->OpenReader();
  if (!reader.ok()) return reader.status();
  process.reader = *std::move(reader);
  process.engine =
      std::make_unique<Engine>(EngineOptions{scene_.scenario.lease_ttl}, *process.store, scene_.clock, ids_,
                               LeaseTokens("key of the simulation"), process.hub,
                               [this](std::shared_ptr<SuggestionJob> job) { ComputeSuggestion(std::move(job)); });
  if (const absl::Status started = process.engine->Start(); !started.ok()) return started;
  process.loop = std::make_unique<EngineLoop>(
      *process.engine, *process.store, scene_.clock, process.stats, [](absl::AnyInvocable<void()> batch) { batch(); },
      [this](const absl::Status& status) { fatal_ = status; });
  return absl::OkStatus();
}

void ControllerHost::Start() {
  ++incarnation_;
  auto process = std::make_unique<Process>();
  const absl::Status status = Boot(*process);
  if (!status.ok()) {
    scene_.trace.Add("controller did not start: ", std::string(status.message()));
    CheckBoot(status);
    process.reset();
    if (disk_.crashed()) {
      scene_.coverage.Note(Interest::kCrashDuringStart);
      dice_.Chance(scene_.scenario.power_loss) ? disk_.RestartAfterPowerLoss() : disk_.Restart();
    }
    scene_.queue.After(kStartAgain, [this] { Start(); });
    return;
  }
  scene_.trace.Add("controller started");
  process_ = std::move(process);
  disk_.SuspendFaults(true);
  watcher_.Resume(*process_->reader, process_->hub, was_started_ ? last_turn_ : scene_.queue.now());
  disk_.SuspendFaults(false);
  was_started_ = true;
  last_turn_ = scene_.queue.now();
  busy_until_ = last_turn_;
  PlanTurn(last_turn_ + kLongestIdle);
}

void ControllerHost::CheckBoot(const absl::Status& status) {
  const bool disk_to_blame = absl::IsUnavailable(status) || absl::IsResourceExhausted(status);
  if (!disk_to_blame || (!scene_.faulty && !disk_.crashed())) {
    scene_.Violate(absl::StrCat("the controller does not start: ", status.ToString()));
  }
}

void ControllerHost::Restart(End end, absl::Duration pause) {
  if (!up()) return;
  EndProcess(end);
  scene_.queue.After(pause, [this] { Start(); });
}

void ControllerHost::EndProcess(End end) {
  scene_.trace.Add("controller ends: ", end == End::kClean ? "clean" : end == End::kKill ? "killed" : "power loss");
  ++incarnation_;
  if (end != End::kClean && !disk_.crashed()) disk_.Kill();
  if (process_->loop != nullptr && end == End::kClean) process_->loop->End();
  watcher_.Detach();
  process_.reset();
  inbox_.clear();
  outgoing_.clear();
  end_after_commit_.reset();
  stall_ = absl::ZeroDuration();
  planned_ = absl::InfiniteDuration();
  fatal_ = absl::OkStatus();
  switch (end) {
    case End::kClean:
      scene_.coverage.Note(Interest::kCleanRestart);
      if (disk_.crashed()) disk_.RestartAfterPowerLoss();
      break;
    case End::kKill:
      scene_.coverage.Note(Interest::kControllerKilled);
      disk_.Restart();
      break;
    case End::kPowerLoss:
      scene_.coverage.Note(Interest::kPowerLoss);
      disk_.RestartAfterPowerLoss();
      scene_.clock.Reboot(absl::Seconds(dice_.Between(1, 100)));
      break;
  }
  if (on_end_ != nullptr) on_end_();
}

void ControllerHost::Sleep(absl::Duration duration) {
  asleep_until_ = scene_.queue.now() + duration;
  busy_until_ = std::max(busy_until_, asleep_until_);
  if (planned_ < asleep_until_) PlanTurn(asleep_until_);
}

void ControllerHost::RequestTrial(TrialRequest request, absl::Duration wait, std::function<bool()> abandoned,
                                  std::function<void(const absl::StatusOr<TrialAnswer>&)> seen,
                                  Reply<TrialAnswer> reply) {
  Take(
      HeldRequest{std::move(request), scene_.clock.Monotonic() + std::min(wait, kMaxLongPoll), std::move(abandoned),
                  [this, seen = std::move(seen), reply = std::move(reply)](absl::StatusOr<TrialAnswer> answer) mutable {
                    Answer<TrialAnswer>(std::move(answer), std::move(seen), std::move(reply));
                  }});
}

void ControllerHost::Take(EngineLoop::Item item) {
  inbox_.push_back(std::move(item));
  if (planned_ > std::max(scene_.queue.now(), busy_until_)) PlanTurn(std::max(scene_.queue.now(), busy_until_));
}

void ControllerHost::Leave(Outgoing answer) {
  // A machine that has stopped sends nothing more.
  if (!disk_.crashed()) outgoing_.push_back(std::move(answer));
}

void ControllerHost::PlanTurn(absl::Duration at) {
  planned_ = at;
  scene_.queue.At(at, [this, incarnation = incarnation_, plan = ++turn_plan_] {
    if (incarnation == incarnation_ && plan == turn_plan_) Turn();
  });
}

void ControllerHost::Turn() {
  const absl::Duration now = scene_.queue.now();
  planned_ = absl::InfiniteDuration();
  if (now - last_turn_ > kForgivenGap) {
    scene_.coverage.Note(Interest::kTickGapForgiven);
    watcher_.NoteGap(last_turn_, now);
  }
  last_turn_ = now;
  const Disk::Tally before = disk_.tally();
  const EngineCounters stats = process_->stats.Read();
  std::vector<EngineLoop::Item> batch = std::exchange(inbox_, {});
  process_->loop->Turn(std::move(batch));

  if (EndIfCrashed()) return;
  const Disk::Tally& after = disk_.tally();
  scene_.coverage.Note(Interest::kFailedRead, after.failed_reads - before.failed_reads);
  if (!fatal_.ok()) {
    if (after.failed_syncs > before.failed_syncs) scene_.coverage.Note(Interest::kFailedSyncEndedController);
    if (after.failed_writes > before.failed_writes) scene_.coverage.Note(Interest::kFailedWriteEndedController);
    if (!scene_.faulty) scene_.Violate(absl::StrCat("the controller gives up: ", fatal_.ToString()));
    LetAnswersLeave(false);
    return Restart(dice_.Chance(0.5) ? End::kClean : End::kPowerLoss, absl::Seconds(1));
  }
  if (after.log_syncs_that_lost > before.log_syncs_that_lost) {
    scene_.Violate("the controller goes on after a failed fsync of its log");
  } else if (process_->stats.Read().failed_commits > stats.failed_commits) {
    scene_.coverage.Note(Interest::kFullDiskRefusedBatch);
  }
  AfterCommit();
}

bool ControllerHost::EndIfCrashed() {
  if (!disk_.crashed()) return false;
  scene_.coverage.Note(Interest::kCrashAtOperation);
  const End end = dice_.Chance(scene_.scenario.power_loss) ? End::kPowerLoss : End::kKill;
  LetWhatWasSaidLeave();
  Restart(end, dice_.Between(absl::Milliseconds(100), absl::Seconds(10)));
  return true;
}

void ControllerHost::AfterCommit() {
  const absl::Duration now = scene_.queue.now();
  disk_.SuspendFaults(true);
  watcher_.AfterTurn(*process_->reader);
  disk_.SuspendFaults(false);
  CheckLeases();
  absl::Duration commit = dice_.Between(absl::Microseconds(200), absl::Milliseconds(3));
  if (stall_ > absl::ZeroDuration()) {
    commit = std::exchange(stall_, absl::ZeroDuration());
    stalled_until_ = now + commit;
  }
  busy_until_ = std::max(asleep_until_, now + commit);
  const bool answers = !outgoing_.empty();
  const bool dies = answers && end_after_commit_.has_value();
  LetAnswersLeave(dies);
  if (dies) {
    scene_.coverage.Note(Interest::kCrashBetweenCommitAndReply);
    return Restart(*end_after_commit_, dice_.Between(absl::Milliseconds(100), absl::Seconds(10)));
  }
  const absl::Duration due = process_->loop->NextDeadline();
  const absl::Duration idle = std::clamp(due - scene_.clock.Monotonic(), absl::ZeroDuration(), kLongestIdle);
  PlanTurn(std::max(busy_until_, now + idle));
}

void ControllerHost::LetAnswersLeave(bool dies) {
  for (Outgoing& answer : std::exchange(outgoing_, {})) {
    answer.seen();
    if (dies && dice_.Chance(0.5)) continue;
    scene_.queue.At(busy_until_, [this, send = std::move(answer.send), incarnation = incarnation_, dies]() mutable {
      if (dies || incarnation == incarnation_) send();
    });
  }
}

void ControllerHost::LetWhatWasSaidLeave() {
  // What was answered before the crash has left; it had better be on the disk.
  for (Outgoing& answer : std::exchange(outgoing_, {}))
    scene_.queue.After(absl::ZeroDuration(), std::move(answer.send));
}

void ControllerHost::CheckLeases() {
  const auto clocks = static_cast<int64_t>(process_->engine->leases().size());
  const int64_t running = watcher_.CountRunning();
  if (clocks == running) return;
  scene_.Violate(absl::StrCat(running, " trials run, but ", clocks, " leases have a clock"));
}

void ControllerHost::ComputeSuggestion(std::shared_ptr<SuggestionJob> job) {
  // It reads the history some time after it was asked for, and its answer comes some time after that.
  const absl::Duration waits = dice_.Between(absl::ZeroDuration(), absl::Seconds(1));
  const absl::Duration takes = dice_.Between(absl::Milliseconds(1), absl::Seconds(1));
  scene_.queue.After(waits, [this, job = std::move(job), takes, incarnation = incarnation_] {
    if (incarnation != incarnation_) return;
    Suggestion suggestion = process_->suggester.Suggest(*process_->reader, job);
    if (scene_.faulty && dice_.Chance(scene_.scenario.suggestion_fails)) {
      suggestion.assignment = absl::InternalError("the strategy failed");
    }
    if (EndIfCrashed()) return;
    scene_.queue.After(takes, [this, suggestion = std::move(suggestion), incarnation = incarnation_]() mutable {
      if (incarnation == incarnation_) Accept(std::move(suggestion));
    });
  });
}

void ControllerHost::Accept(Suggestion suggestion) {
  auto shared = std::make_shared<Suggestion>(std::move(suggestion));
  Run<bool>(
      [shared](Engine& engine) -> absl::StatusOr<bool> {
        engine.AcceptSuggestion(std::move(*shared));
        return true;
      },
      [](const absl::StatusOr<bool>&) {}, [](const absl::StatusOr<bool>&) {});
}

}  // namespace sweepd::simulation
