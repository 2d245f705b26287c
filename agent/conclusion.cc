#include "agent/conclusion.h"

#include <cstring>

#include "absl/strings/str_cat.h"

namespace sweepd::agent {
namespace {

constexpr int kTemporaryFailure = 75;

std::string HowItEnded(const ExitStatus& status) {
  if (status.signal == 0) return absl::StrCat("exit code ", status.code);
  return absl::StrCat("ended by signal ", status.signal, " (", strsignal(status.signal), ")");
}

// `first`, and as many of the last lines as have room.
std::string WithLastLines(const std::string& first, absl::string_view last_lines) {
  const size_t room = kMaxMessageBytes - first.size();
  if (last_lines.size() > room) {
    last_lines.remove_prefix(last_lines.size() - room);
    // From a whole line on, so that no character is cut in two.
    const size_t line_end = last_lines.find('\n');
    if (line_end != absl::string_view::npos) last_lines.remove_prefix(line_end + 1);
  }
  return absl::StrCat(first, last_lines);
}

}  // namespace

Outcome DecideOutcome(WindDown::Cause cause, const ExitStatus& status, bool preempting) {
  if (cause == WindDown::Cause::kStop) return Outcome::kStopped;
  if (cause == WindDown::Cause::kTimeout) return Outcome::kTimedOut;
  if (cause == WindDown::Cause::kPreempt) return Outcome::kPreempted;
  if (status.ok()) return Outcome::kCompleted;
  if (preempting || (status.signal == 0 && status.code == kTemporaryFailure)) return Outcome::kPreempted;
  return Outcome::kFailed;
}

absl::string_view OutcomeName(Outcome outcome) {
  switch (outcome) {
    case Outcome::kCompleted: return "COMPLETED";
    case Outcome::kFailed: return "FAILED";
    case Outcome::kLaunchFailed: return "LAUNCH_FAILED";
    case Outcome::kStopped: return "STOPPED";
    case Outcome::kTimedOut: return "TIMED_OUT";
    case Outcome::kPreempted: break;
  }
  return "PREEMPTED";
}

std::string FailureMessage(const ExitStatus& status, absl::string_view last_lines) {
  if (last_lines.empty()) return absl::StrCat(HowItEnded(status), ", without any output");
  return WithLastLines(status.signal == 0 ? "" : HowItEnded(status) + "\n", last_lines);
}

std::string TimeoutMessage(absl::Duration timeout, absl::string_view last_lines) {
  return WithLastLines(
      absl::StrCat("it ran longer than trial_timeout: ", absl::FormatDuration(timeout), last_lines.empty() ? "" : "\n"),
      last_lines);
}

}  // namespace sweepd::agent
