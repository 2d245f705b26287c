#include "server/strategy/initial_search.h"

#include <utility>

#include "common/status_macros.h"
#include "server/core/partial_assignment.h"

namespace sweepd {

InitialSearch::InitialSearch(const SweepSpec& spec, std::unique_ptr<Strategy> method)
    : space_(spec.space), method_(std::move(method)), draws_(spec.space, spec.seed) {
  if (spec.method == Method::kGrid) {
    TakeGridPoints(spec);
  } else {
    given_ = spec.initial;
  }
}

void InitialSearch::TakeGridPoints(const SweepSpec& spec) {
  grid_size_ = space_.GridSize().value_or(0);
  const absl::StatusOr<std::optional<Assignment>> first = method_->Suggest({0, {}});
  if (!first.ok() || !first->has_value()) return;
  for (const Assignment& given : spec.initial) {
    Assignment point = CompleteAssignment(space_, given, **first);
    if (place_of_point_.emplace(ToJson(Value(point)), given_.size()).second) given_.push_back(std::move(point));
  }
}

absl::StatusOr<std::optional<Assignment>> InitialSearch::Suggest(const SuggestRequest& request) const {
  const auto index = static_cast<size_t>(request.index);
  if (index >= given_.size()) return grid_size_ > 0 ? NextGridPoint(request.index) : method_->Suggest(request);
  if (grid_size_ > 0) return given_[index];
  ASSIGN_OR_RETURN(std::optional<Assignment> drawn, draws_.Suggest({request.index, {}}));
  return CompleteAssignment(space_, given_[index], *std::move(drawn));
}

absl::StatusOr<std::optional<Assignment>> InitialSearch::NextGridPoint(int64_t index) const {
  uint64_t next = static_cast<uint64_t>(index) - given_.size();
  if (next >= grid_size_ - given_.size()) return std::nullopt;
  while (true) {
    ASSIGN_OR_RETURN(std::optional<Assignment> point, method_->Suggest({static_cast<int64_t>(next), {}}));
    if (!point.has_value()) return point;
    const auto given = place_of_point_.find(ToJson(Value(*point)));
    if (given == place_of_point_.end()) return point;
    next = grid_size_ - given_.size() + given->second;
  }
}

}  // namespace sweepd
