// How often each interesting thing happened: a simulation that never saw one of them proves nothing about it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace sweepd::simulation {

enum class Interest {
  kZombieRefused,
  kForgedLeaseRefused,
  kRevive,
  kLeaseExpired,
  kTrialRequeued,
  kLostForGood,
  kPreempted,
  kDuplicateRequestSuppressed,
  kDuplicateReportDropped,
  kDuplicateFinishAnswered,
  kRequestIdReuseRefused,
  kSequenceGap,
  kLostReplyRepeated,
  kTrialRequestRepeated,
  kHeldRequestAnsweredByAnother,
  kHeldRequestAbandoned,
  kBayesSerialWait,
  kMaxParallelWait,
  kSuggestionDegraded,
  kStrategyPausedSweep,
  kTargetReached,
  kRunCapReached,
  kSpaceExhausted,
  kBadMetric,
  kNoMetric,
  kNegativeZeroStored,
  kNanStored,
  kStoppedEarly,
  kCancelledWhileRunning,
  kSweepDeleted,
  kControllerKilled,
  kPowerLoss,
  kCrashAtOperation,
  kCrashDuringStart,
  kCrashBetweenCommitAndReply,
  kUnansweredCommitFound,
  kSectorTorn,
  kSectorTornInLog,
  kFullDiskRefusedBatch,
  kFailedSyncEndedController,
  kFailedWriteEndedController,
  kFailedRead,
  kTickGapForgiven,
  kHeartbeatBesideEngine,
  kHeartbeatDuringStall,
  kPartition,
  kAgentCrashed,
  kAgentPaused,
  kCleanRestart,
  kWallClockSet,
  kCount,
};

// For people, for example "zombie refused".
absl::string_view InterestName(Interest interest);

class Coverage {
 public:
  void Note(Interest interest, int64_t times = 1) { counts_[static_cast<size_t>(interest)] += times; }
  int64_t count(Interest interest) const { return counts_[static_cast<size_t>(interest)]; }
  void Add(const Coverage& other);

  // What never happened.
  std::vector<absl::string_view> Missing() const;
  // One line for each.
  std::string ToTable() const;

 private:
  std::array<int64_t, static_cast<size_t>(Interest::kCount)> counts_{};
};

}  // namespace sweepd::simulation
