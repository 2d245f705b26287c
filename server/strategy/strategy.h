// The seam between the engine and the search methods.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "server/core/objective.h"
#include "server/core/search_space.h"
#include "server/core/shared_assignment.h"
#include "server/core/sweep.h"

namespace sweepd {

// What a strategy may know about an earlier trial of the sweep.
struct Observation {
  enum class Outcome {
    kPending,  // made and not over: its value is not known yet
    kValue,    // over, with a finite objective
    kFailed,   // over without a usable objective
  };
  int64_t trial = 0;
  SharedAssignment assignment;
  Outcome outcome = Outcome::kPending;
  double objective = 0;  // as reported (not negated); only with kValue
  // Ended by the sweep's early_terminate rule: run to its end, it would hardly have done better. Only with kValue.
  bool stopped_early = false;
  // The place of its result among the results of the sweep, in the order in which they arrived; 0 while it is pending.
  // Equal places are told apart by `trial`.
  int64_t arrival = 0;
};

// One question to a strategy.
struct SuggestRequest {
  // Which suggestion of the sweep this is, counted from 0. A trial that was requeued is not suggested again.
  int64_t index = 0;
  // Every earlier trial in the order of its number. Empty for a strategy that does not use history.
  std::vector<Observation> history;
};

// What a strategy believes to be the best of what was tried, noise taken into account.
struct Recommendation {
  int64_t trial = 0;              // an observed trial with a value
  double expected_objective = 0;  // the mean of what the model believes about it, in the objective's units
  double deviation = 0;           // the standard deviation of that belief

  bool operator==(const Recommendation&) const = default;
};

// Implementations are immutable after construction: Suggest is const, thread-safe, and a pure function of
// (spec, seed, request), so that the same history gives the same suggestion after a restart and on any thread.
class Strategy {
 public:
  virtual ~Strategy() = default;

  // False: Suggest costs microseconds, ignores `history`, and the engine calls it inline.
  // True: Suggest may take long; the engine gathers the history and calls it on a worker, one call at a time per sweep.
  virtual bool UsesHistory() const = 0;

  // How many of the first suggestions depend on no result; nullopt: all of them.
  virtual std::optional<int64_t> IndependentSuggestions() const { return std::nullopt; }

  // The next assignment, always inside the space; nullopt when the space holds no further point.
  // An error means that the strategy could not do its work (a broken invariant, not a property of the space); the
  // engine then falls back to a seeded random point and records that it did.
  virtual absl::StatusOr<std::optional<Assignment>> Suggest(const SuggestRequest& request) const = 0;

  // nullopt for a strategy that has no model, or does not have enough to go by yet. May take as long as Suggest.
  virtual absl::StatusOr<std::optional<Recommendation>> Recommend(const std::vector<Observation>&) const {
    return std::nullopt;
  }
};

// The strategy of a spec's method. The spec is valid by construction, so this cannot fail.
std::unique_ptr<Strategy> MakeStrategy(const SweepSpec& spec);

}  // namespace sweepd
