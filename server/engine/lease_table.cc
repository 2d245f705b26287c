#include "server/engine/lease_table.h"

#include <algorithm>

#include "common/digest.h"

namespace sweepd {

void LeaseTable::Grant(Lease lease) {
  absl::MutexLock lock(&mutex_);
  Erase(lease.trial);
  Insert(std::move(lease));
}

void LeaseTable::Restore(Lease lease) {
  absl::MutexLock lock(&mutex_);
  if (!leases_.contains(lease.trial)) Insert(std::move(lease));
}

std::optional<Directive> LeaseTable::Extend(const LeaseRef& lease, absl::Duration deadline) {
  absl::MutexLock lock(&mutex_);
  if (!IsThis(lease)) return std::nullopt;
  Lease& running = leases_.find(lease.trial)->second;
  absl::Duration& current = running.deadline;
  auto node = by_deadline_.extract({current, lease.trial});
  // Another thread may have read a later time.
  current = std::max(current, std::min(deadline, running.limit));
  node.value().first = current;
  by_deadline_.insert(std::move(node));
  return running.stop ? Directive::kStop : Directive::kContinue;
}

void LeaseTable::TellToStop(const TrialKey& trial) {
  absl::MutexLock lock(&mutex_);
  const auto found = leases_.find(trial);
  if (found != leases_.end()) found->second.stop = true;
}

bool LeaseTable::Holds(const LeaseRef& lease) const {
  absl::MutexLock lock(&mutex_);
  return IsThis(lease);
}

void LeaseTable::Release(const TrialKey& trial) {
  absl::MutexLock lock(&mutex_);
  Erase(trial);
}

std::vector<LeaseTable::Lease> LeaseTable::TakeExpired(absl::Duration now, size_t limit) {
  absl::MutexLock lock(&mutex_);
  std::vector<Lease> expired;
  while (expired.size() < limit && !by_deadline_.empty() && by_deadline_.begin()->first <= now) {
    expired.push_back(std::move(leases_.extract(by_deadline_.begin()->second).mapped()));
    by_deadline_.erase(by_deadline_.begin());
  }
  return expired;
}

absl::Duration LeaseTable::NextDeadline() const {
  absl::MutexLock lock(&mutex_);
  return by_deadline_.empty() ? absl::InfiniteDuration() : by_deadline_.begin()->first;
}

void LeaseTable::ShiftAll(absl::Duration by) {
  absl::MutexLock lock(&mutex_);
  by_deadline_.clear();
  for (auto& [trial, lease] : leases_) {
    lease.deadline += by;
    lease.limit += by;
    by_deadline_.emplace(lease.deadline, trial);
  }
}

std::vector<TrialKey> LeaseTable::HeldBy(absl::string_view agent_id) const {
  std::vector<TrialKey> held;
  {
    absl::MutexLock lock(&mutex_);
    for (const auto& [trial, lease] : leases_) {
      if (lease.agent_id == agent_id) held.push_back(trial);
    }
  }
  std::sort(held.begin(), held.end());
  return held;
}

size_t LeaseTable::size() const {
  absl::MutexLock lock(&mutex_);
  return leases_.size();
}

bool LeaseTable::IsThis(const LeaseRef& lease) const {
  const auto found = leases_.find(lease.trial);
  return found != leases_.end() && found->second.attempt == lease.attempt &&
         EqualInConstantTime(found->second.token, lease.token);
}

void LeaseTable::Insert(Lease lease) {
  by_deadline_.emplace(lease.deadline, lease.trial);
  const TrialKey trial = lease.trial;
  leases_.emplace(trial, std::move(lease));
}

void LeaseTable::Erase(const TrialKey& trial) {
  const auto found = leases_.find(trial);
  if (found == leases_.end()) return;
  by_deadline_.erase({found->second.deadline, trial});
  leases_.erase(found);
}

}  // namespace sweepd
