// Computes suggestions that look at history, beside the engine thread.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "server/engine/engine.h"
#include "server/engine/history.h"
#include "server/engine/read_pool.h"
#include "server/store/store.h"
#include "server/strategy/strategy.h"

namespace sweepd {

// The suggestion of a job, from the history that `reader` sees.
absl::StatusOr<std::optional<Assignment>> ComputeSuggestion(StoreReader& reader, const SuggestionJob& job);

// Runs jobs on a thread of its own. Thread-safe.
class SuggestionWorker {
 public:
  using Done = std::function<void(const SuggestionJob&, absl::StatusOr<std::optional<Assignment>>)>;

  // `done` runs on the worker's thread.
  SuggestionWorker(std::unique_ptr<StoreReader> reader, Done done);

  void Start(SuggestionJob job);

 private:
  const Done done_;
  ReadPool thread_;
};

}  // namespace sweepd
