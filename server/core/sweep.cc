#include "server/core/sweep.h"

namespace sweepd {

bool IsSweepId(absl::string_view id) {
  return id.size() == 8 && id.find_first_not_of("abcdefghijklmnopqrstuvwxyz234567") == id.npos;
}

int64_t& CountOf(TrialCounts& counts, TrialState state) {
  switch (state) {
    case TrialState::kPending: return counts.pending;
    case TrialState::kRunning: return counts.running;
    case TrialState::kLost: return counts.lost;
    case TrialState::kSucceeded: return counts.succeeded;
    case TrialState::kFailed: return counts.failed;
    case TrialState::kStopped: return counts.stopped;
    case TrialState::kCancelled: break;
  }
  return counts.cancelled;
}

}  // namespace sweepd
