#include "tests/simulation/coverage.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace sweepd::simulation {

namespace {

// In the order of Interest.
constexpr std::array<absl::string_view, static_cast<size_t>(Interest::kCount)> kNames = {
    "zombie refused",
    "forged lease refused",
    "lost trial revived",
    "lease expired",
    "lost trial leased again",
    "trial failed for too many losses",
    "attempt given back",
    "duplicate request suppressed",
    "duplicate report dropped",
    "duplicate finish answered",
    "reused request id refused",
    "sequence gap refused",
    "request repeated after a lost reply",
    "trial request answered again",
    "held request answered by another's call",
    "held request abandoned",
    "bayes waited for results",
    "max_parallel waited",
    "suggestion degraded",
    "failing strategy paused its sweep",
    "target reached",
    "run cap reached",
    "space exhausted",
    "bad metric",
    "no metric",
    "-0.0 stored",
    "NaN stored",
    "trial to be stopped early",
    "running trial cancelled",
    "sweep deleted",
    "controller killed",
    "power loss",
    "crash at a disk operation",
    "crash while starting",
    "crash between commit and reply",
    "commit found that nobody was told of",
    "sector torn",
    "sector torn in the write-ahead log",
    "full disk refused a batch",
    "failed fsync ended the controller",
    "failed write ended the controller",
    "failed read",
    "gap of the controller forgiven",
    "heartbeat answered beside the engine",
    "heartbeat answered while the disk stalled",
    "partition",
    "agent crashed",
    "agent paused",
    "clean restart",
    "wall clock set",
};

}  // namespace

absl::string_view InterestName(Interest interest) { return kNames[static_cast<size_t>(interest)]; }

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
