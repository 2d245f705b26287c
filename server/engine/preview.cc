#include "server/engine/preview.h"

#include <algorithm>
#include <utility>

#include "common/status_macros.h"
#include "server/strategy/strategy.h"

namespace sweepd {

absl::StatusOr<std::vector<Assignment>> PreviewAssignments(const SweepSpec& spec, int64_t count) {
  if (spec.run_cap.has_value()) count = std::min(count, *spec.run_cap);
  const std::unique_ptr<Strategy> strategy = MakeStrategy(spec);
  count = std::min(count, strategy->IndependentSuggestions().value_or(count));
  SuggestRequest request;
  std::vector<Assignment> assignments;
  for (; request.index < count; ++request.index) {
    ASSIGN_OR_RETURN(std::optional<Assignment> next, strategy->Suggest(request));
    if (!next.has_value()) break;
    assignments.push_back(*std::move(next));
    if (strategy->UsesHistory()) request.history.push_back({request.index + 1, assignments.back()});
  }
  return assignments;
}

}  // namespace sweepd
