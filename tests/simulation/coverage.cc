#include "tests/simulation/coverage.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace sweepd::simulation {

absl::string_view InterestName(Interest interest) {
  switch (interest) {
    case Interest::kZombieRefused: return "zombie refused";
    case Interest::kForgedLeaseRefused: return "forged lease refused";
    case Interest::kRevive: return "lost trial revived";
    case Interest::kLeaseExpired: return "lease expired";
    case Interest::kTrialRequeued: return "lost trial leased again";
    case Interest::kLostForGood: return "trial failed for too many losses";
    case Interest::kPreempted: return "attempt given back";
    case Interest::kDuplicateRequestSuppressed: return "duplicate request suppressed";
    case Interest::kDuplicateReportDropped: return "duplicate report dropped";
    case Interest::kDuplicateFinishAnswered: return "duplicate finish answered";
    case Interest::kRequestIdReuseRefused: return "reused request id refused";
    case Interest::kSequenceGap: return "sequence gap refused";
    case Interest::kLostReplyRepeated: return "request repeated after a lost reply";
    case Interest::kTrialRequestRepeated: return "trial request answered again";
    case Interest::kHeldRequestAnsweredByAnother: return "held request answered by another's call";
    case Interest::kHeldRequestAbandoned: return "held request abandoned";
    case Interest::kBayesSerialWait: return "bayes waited for results";
    case Interest::kMaxParallelWait: return "max_parallel waited";
    case Interest::kSuggestionDegraded: return "suggestion degraded";
    case Interest::kStrategyPausedSweep: return "failing strategy paused its sweep";
    case Interest::kTargetReached: return "target reached";
    case Interest::kRunCapReached: return "run cap reached";
    case Interest::kSpaceExhausted: return "space exhausted";
    case Interest::kBadMetric: return "bad metric";
    case Interest::kNoMetric: return "no metric";
    case Interest::kNegativeZeroStored: return "-0.0 stored";
    case Interest::kNanStored: return "NaN stored";
    case Interest::kCancelledWhileRunning: return "running trial cancelled";
    case Interest::kSweepDeleted: return "sweep deleted";
    case Interest::kControllerKilled: return "controller killed";
    case Interest::kPowerLoss: return "power loss";
    case Interest::kCrashAtOperation: return "crash at a disk operation";
    case Interest::kCrashDuringStart: return "crash while starting";
    case Interest::kCrashBetweenCommitAndReply: return "crash between commit and reply";
    case Interest::kUnansweredCommitFound: return "commit found that nobody was told of";
    case Interest::kSectorTorn: return "sector torn";
    case Interest::kSectorTornInLog: return "sector torn in the write-ahead log";
    case Interest::kFullDiskRefusedBatch: return "full disk refused a batch";
    case Interest::kFailedSyncEndedController: return "failed fsync ended the controller";
    case Interest::kFailedWriteEndedController: return "failed write ended the controller";
    case Interest::kFailedRead: return "failed read";
    case Interest::kTickGapForgiven: return "gap of the controller forgiven";
    case Interest::kHeartbeatBesideEngine: return "heartbeat answered beside the engine";
    case Interest::kHeartbeatDuringStall: return "heartbeat answered while the disk stalled";
    case Interest::kPartition: return "partition";
    case Interest::kAgentCrashed: return "agent crashed";
    case Interest::kAgentPaused: return "agent paused";
    case Interest::kCleanRestart: return "clean restart";
    case Interest::kWallClockSet: return "wall clock set";
    case Interest::kCount: break;
  }
  return "";
}

void Coverage::Add(const Coverage& other) {
  for (size_t i = 0; i < counts_.size(); ++i) counts_[i] += other.counts_[i];
}

std::vector<absl::string_view> Coverage::Missing() const {
  std::vector<absl::string_view> missing;
  for (size_t i = 0; i < counts_.size(); ++i) {
    if (counts_[i] == 0) missing.push_back(InterestName(static_cast<Interest>(i)));
  }
  return missing;
}

std::string Coverage::ToTable() const {
  std::string table;
  for (size_t i = 0; i < counts_.size(); ++i) {
    absl::StrAppendFormat(&table, "  %-42s %12d\n", std::string(InterestName(static_cast<Interest>(i))), counts_[i]);
  }
  return table;
}

}  // namespace sweepd::simulation
