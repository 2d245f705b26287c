#include "server/engine/agent_presence.h"

#include <algorithm>

namespace sweepd {

void AgentPresence::Add(absl::string_view agent_id, const Sighting& sighting) {
  absl::MutexLock lock(&mutex_);
  agents_.insert_or_assign(agent_id, sighting);
}

bool AgentPresence::Touch(absl::string_view agent_id, const Sighting& sighting) {
  absl::MutexLock lock(&mutex_);
  const auto found = agents_.find(agent_id);
  if (found == agents_.end()) return false;
  found->second = sighting;
  return true;
}

std::optional<AgentPresence::Sighting> AgentPresence::LastSeen(absl::string_view agent_id) const {
  absl::MutexLock lock(&mutex_);
  const auto found = agents_.find(agent_id);
  if (found == agents_.end()) return std::nullopt;
  return found->second;
}

void AgentPresence::Forget(absl::Duration oldest) {
  absl::MutexLock lock(&mutex_);
  absl::erase_if(agents_, [oldest](const auto& agent) { return agent.second.monotonic < oldest; });
}

size_t AgentPresence::CountSince(absl::Duration oldest) const {
  absl::MutexLock lock(&mutex_);
  return static_cast<size_t>(std::count_if(agents_.begin(), agents_.end(),
                                           [oldest](const auto& agent) { return agent.second.monotonic >= oldest; }));
}

}  // namespace sweepd
