#include "server/store/sqlite/background_check.h"

#include <sys/resource.h>
#include <unistd.h>

#include <utility>

#include "common/log.h"
#include "server/store/sqlite/identity.h"

namespace sweepd {
namespace {

constexpr int kLowestPriority = 19;
constexpr absl::Duration kInterruptEvery = absl::Milliseconds(10);

// Linux gives each thread its own priority. Without it the check is only less polite.
void Lower(pid_t thread_id) { setpriority(PRIO_PROCESS, static_cast<id_t>(thread_id), kLowestPriority); }

}  // namespace

BackgroundCheck::BackgroundCheck(std::unique_ptr<Connection> reader)
    : reader_(std::move(reader)), thread_([this] { Run(); }) {}

BackgroundCheck::~BackgroundCheck() {
  {
    absl::MutexLock lock(&mutex_);
    broken_off_ = true;
    const auto ended = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return ended_; };
    // Again and again: SQLite forgets an interruption that comes before the check has begun.
    do {
      reader_->Interrupt();
    } while (!mutex_.AwaitWithTimeout(absl::Condition(&ended), kInterruptEvery));
  }
  thread_.join();
}

void BackgroundCheck::Run() {
  {
    absl::MutexLock lock(&mutex_);
    thread_id_ = gettid();
    if (on_damage_ != nullptr) Lower(thread_id_);
  }
  const absl::Status checked = CheckIntegrity(*reader_);
  OnDamage on_damage;
  {
    absl::MutexLock lock(&mutex_);
    ended_ = true;
    if (broken_off_) return;
    result_ = checked;
    on_damage = on_damage_;
  }
  if (on_damage == nullptr) return;
  if (checked.ok()) {
    LogInfo("the database was checked and is sound");
  } else {
    on_damage(DamagedFile(reader_->path(), checked.message()));
  }
}

std::optional<absl::Status> BackgroundCheck::Await(absl::Duration patience) {
  absl::MutexLock lock(&mutex_);
  const auto ended = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return result_.has_value(); };
  mutex_.AwaitWithTimeout(absl::Condition(&ended), patience);
  return result_;
}

void BackgroundCheck::GoOnQuietly(OnDamage on_damage) {
  absl::Status missed;
  {
    absl::MutexLock lock(&mutex_);
    if (thread_id_ != 0) Lower(thread_id_);
    on_damage_ = on_damage;
    if (result_.has_value()) missed = *result_;
  }
  if (!missed.ok()) on_damage(DamagedFile(reader_->path(), missed.message()));
}

}  // namespace sweepd
