// What the engine asks of those who compute suggestions beside it, and what it is answered.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "server/core/search_space.h"

namespace sweepd {

// A suggestion to be computed off the engine thread. Its result comes back by Engine::AcceptSuggestion. The job is
// under way for as long as it is owned: whoever drops it unfinished gives it back.
struct SuggestionJob {
  const std::string sweep_id;
  const int64_t version;  // of the sweep's history when the job was given out, see ReadySuggestions
  // An agent waits for it: such jobs come before those that are computed ahead. The engine may set it at any time.
  std::atomic<bool> awaited;
};

struct Suggestion {
  std::shared_ptr<const SuggestionJob> job;
  // nullopt: the space holds no further point. An error of the strategy.
  absl::StatusOr<std::optional<Assignment>> assignment = std::nullopt;
  // The history could not be read: `assignment` is that error, and another try may succeed.
  bool unread = false;
};

}  // namespace sweepd
