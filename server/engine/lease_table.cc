#include "server/engine/lease_table.h"

namespace sweepd {

void LeaseTable::Grant(Lease lease) {
  Release(lease.trial);
  by_deadline_.emplace(lease.deadline, lease.trial);
  TrialKey trial = lease.trial;
  leases_.emplace(std::move(trial), std::move(lease));
}

void LeaseTable::Release(const TrialKey& trial) {
  const auto found = leases_.find(trial);
  if (found == leases_.end()) return;
  by_deadline_.erase({found->second.deadline, trial});
  leases_.erase(found);
}

std::vector<LeaseTable::Lease> LeaseTable::ExpiredAt(absl::Duration now) const {
  std::vector<Lease> expired;
  for (const auto& [deadline, trial] : by_deadline_) {
    if (deadline > now) break;
    expired.push_back(leases_.at(trial));
  }
  return expired;
}

std::optional<absl::Duration> LeaseTable::NextDeadline() const {
  if (by_deadline_.empty()) return std::nullopt;
  return by_deadline_.begin()->first;
}

void LeaseTable::ShiftAll(absl::Duration by) {
  by_deadline_.clear();
  for (auto& [trial, lease] : leases_) {
    lease.deadline += by;
    by_deadline_.emplace(lease.deadline, trial);
  }
}

std::vector<TrialKey> LeaseTable::HeldBy(absl::string_view agent_id) const {
  std::vector<TrialKey> trials;
  for (const auto& [trial, lease] : leases_) {
    if (lease.agent_id == agent_id) trials.push_back(trial);
  }
  return trials;
}

}  // namespace sweepd
