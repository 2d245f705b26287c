// Computes what a method says of a sweep's history, and keeps the histories for the next time.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "server/engine/kept_history.h"
#include "server/engine/suggestion.h"
#include "server/store/store.h"
#include "server/strategy/strategy.h"

namespace sweepd {

// Not thread-safe: SuggestionWorker is a thread around it. What it keeps may be lost at any time.
class Suggester {
 public:
  using MakeStrategyFunction = std::function<std::unique_ptr<Strategy>(const SweepSpec&)>;

  explicit Suggester(MakeStrategyFunction make_strategy = MakeStrategy) : make_strategy_(std::move(make_strategy)) {}

  // From the history that `reader` sees now. Never throws: what a strategy throws is its error.
  Suggestion Suggest(StoreReader& reader, std::shared_ptr<const SuggestionJob> job);

  // Strategy::Recommend on the sweep's history; nullopt also for a method without one. NOT_FOUND for an absent sweep.
  // Computed once for each state of the history.
  absl::StatusOr<std::optional<Recommendation>> Recommend(StoreReader& reader, const std::string& sweep_id);

 private:
  struct Kept {
    explicit Kept(const std::string& sweep_id) : history(sweep_id) {}
    KeptHistory history;
    std::shared_ptr<const SweepSpec> spec;  // of `strategy`
    std::unique_ptr<Strategy> strategy;
    std::optional<Recommendation> recommended;
    int64_t recommended_at = 0;  // the version of the history; 0: not asked for
    int64_t last_use = 0;
  };

  // The sweep with its history and its strategy, up to date.
  absl::StatusOr<Kept*> Update(StoreReader& reader, const std::string& sweep_id);
  // Drops those that were not used for longest, when all of them hold too many observations.
  void Shrink(const std::string& in_use);

  MakeStrategyFunction make_strategy_;
  std::map<std::string, Kept> kept_;
  int64_t uses_ = 0;
};

}  // namespace sweepd
