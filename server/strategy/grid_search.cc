#include "server/strategy/grid_search.h"

namespace sweepd {

absl::StatusOr<std::optional<Assignment>> GridSearch::Suggest(const SuggestRequest& request) const {
  auto rest = static_cast<uint64_t>(request.index);
  if (rest >= size_) return std::nullopt;
  Assignment assignment;
  const std::vector<Parameter>& parameters = space_.parameters();
  for (auto parameter = parameters.rbegin(); parameter != parameters.rend(); ++parameter) {
    const uint64_t count = *ValueCount(parameter->distribution);
    assignment.emplace(parameter->name, NthValue(parameter->distribution, rest % count));
    rest /= count;
  }
  return assignment;
}

}  // namespace sweepd
