// When each agent was last heard of. In memory: after a restart an agent is known again with its first call.
//
// Thread-safe. O(1) per call unless said otherwise.
#pragma once

#include <optional>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"

namespace sweepd {

class AgentPresence {
 public:
  struct Sighting {
    absl::Duration monotonic;  // Clock::Monotonic(), to compare with
    absl::Time time;           // for people
  };

  // Notes an agent that is known to exist.
  void Add(absl::string_view agent_id, const Sighting& sighting);

  // Notes an agent that was added before; false otherwise.
  bool Touch(absl::string_view agent_id, const Sighting& sighting);

  std::optional<Sighting> LastSeen(absl::string_view agent_id) const;

  // Forgets who was last heard of before `oldest`. O(n).
  void Forget(absl::Duration oldest);

  // Agents heard of since `oldest`. O(n).
  size_t CountSince(absl::Duration oldest) const;

 private:
  mutable absl::Mutex mutex_;
  absl::flat_hash_map<std::string, Sighting> agents_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace sweepd
