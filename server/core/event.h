// What happened in a sweep, in order: the history that WatchSweep delivers.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace sweepd {

enum class EventKind {
  kSweepCreated,
  kSweepPaused,
  kSweepResumed,
  kSweepStopping,
  kSweepFinished,
  kSweepCancelled,
  kTrialCreated,
  kTrialStarted,   // an attempt was leased
  kTrialImproved,  // a running trial's objective became better
  kTrialLost,
  kTrialRevived,
  kTrialRequeued,  // after a failed or preempted attempt
  kTrialSucceeded,
  kTrialFailed,
  kTrialStopped,
  kTrialCancelled,
  kSuggestionDegraded,  // the method failed and a random point took its place
  kTrialStopDecided,    // a running trial is to stop early; the detail says why
  kSweepUpdated,        // a user changed its limits
  kSweepReopened,       // FINISHED -> STOPPING: a trial was added or retried by hand
  kTrialAdded,          // by a user, with a given assignment; stands in the place of kTrialCreated
  kTrialRetried,        // by a user: a trial that was over is PENDING again
};

struct Event {
  int64_t revision = 0;  // counted from 1 within the sweep, without a hole
  EventKind kind = EventKind::kSweepCreated;
  int64_t trial = 0;    // the trial's number; 0 for an event of the sweep itself
  int64_t attempt = 0;  // 0 for none
  std::optional<double> objective;
  std::string detail;  // a reason or message for people; may be empty
  absl::Time time;
  bool operator==(const Event&) const = default;
};

absl::string_view EventKindName(EventKind kind);
std::optional<EventKind> ParseEventKind(absl::string_view name);

}  // namespace sweepd
