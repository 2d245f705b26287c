#include "server/core/value_lookup.h"

#include <vector>

namespace sweepd {

ValueLookup::ValueLookup(const Distribution& law) : law_(law) {
  const std::vector<Value>* values = nullptr;
  if (const auto* plain = std::get_if<Categorical>(&law)) values = &plain->values;
  if (const auto* weighted = std::get_if<WeightedCategorical>(&law)) values = &weighted->values;
  if (values == nullptr) return;
  for (size_t i = 0; i < values->size(); ++i) categories_.emplace(GridKey((*values)[i]), i);
}

std::optional<uint64_t> ValueLookup::IndexOf(const Value& value) const {
  if (!categories_.empty()) {
    const auto found = categories_.find(GridKey(value));
    if (found == categories_.end()) return std::nullopt;
    return found->second;
  }
  const absl::StatusOr<uint64_t> index = sweepd::IndexOf(law_, value);
  if (!index.ok()) return std::nullopt;
  return *index;
}

}  // namespace sweepd
