#include "agent/wind_down.h"

#include <algorithm>
#include <csignal>

namespace sweepd::agent {

void WindDown::Begin(Cause cause, absl::Duration terminate_at, absl::Duration kill_at) {
  cause_ = std::max(cause_, cause);
  terminate_at_ = std::min(terminate_at_, terminate_at);
  kill_at_ = std::min(kill_at_, kill_at);
}

void WindDown::TimeOut(absl::Duration now) {
  if (cause_ == Cause::kNone) Begin(Cause::kTimeout, now, now + times_.kill_delay);
}

void WindDown::Stop(absl::Duration now) {
  const absl::Duration terminate_at = now + times_.stop_soft_time;
  Begin(Cause::kStop, terminate_at, terminate_at + times_.kill_delay);
}

void WindDown::Cancel(absl::Duration now) { Begin(Cause::kCancel, now, now + times_.kill_delay); }

void WindDown::Lose(absl::Duration now) { Begin(Cause::kLost, now, now); }

void WindDown::Terminate(absl::Duration now) { Begin(Cause::kPreempt, now, now + times_.kill_delay); }

void WindDown::Preempt(absl::Duration now) {
  Begin(Cause::kPreempt, now, now + std::min(times_.preempt_grace, times_.kill_delay));
}

void WindDown::Kill(absl::Duration now) { Begin(Cause::kPreempt, now, now); }

std::optional<int> WindDown::TakeDueSignal(absl::Duration now) {
  if (!killed_ && now >= kill_at_) {
    killed_ = true;
    return SIGKILL;
  }
  if (!terminated_ && !killed_ && now >= terminate_at_) {
    terminated_ = true;
    return SIGTERM;
  }
  return std::nullopt;
}

}  // namespace sweepd::agent
