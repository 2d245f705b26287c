#include "server/engine/suggester.h"

#include <algorithm>
#include <exception>
#include <utility>

#include "common/status_macros.h"
#include "server/core/limits.h"

namespace sweepd {
namespace {

// Exceptions end here: a strategy that throws costs its sweep one suggestion, not the controller its life.
template <class T, class Call>
absl::StatusOr<T> Guarded(Call call) {
  try {
    return call();
  } catch (const std::exception& error) {
    return absl::InternalError(error.what());
  }
}

}  // namespace

Suggestion Suggester::Suggest(StoreReader& reader, std::shared_ptr<const SuggestionJob> job) {
  const absl::StatusOr<Kept*> kept = Update(reader, job->sweep_id);
  if (!kept.ok()) return {std::move(job), kept.status(), /*unread=*/true};
  return {std::move(job), Guarded<std::optional<Assignment>>(
                              [&kept] { return (*kept)->strategy->Suggest((*kept)->history.question()); })};
}

absl::StatusOr<std::optional<Recommendation>> Suggester::Recommend(StoreReader& reader, const std::string& sweep_id) {
  ASSIGN_OR_RETURN(const Sweep sweep, reader.FindSweep(sweep_id));
  // Such a method has no model, and its history may be long.
  if (sweep.spec->method != Method::kBayes) return std::nullopt;
  ASSIGN_OR_RETURN(Kept* const kept, Update(reader, sweep_id));
  if (kept->recommended_at == kept->history.version()) return kept->recommended;
  ASSIGN_OR_RETURN(kept->recommended, Guarded<std::optional<Recommendation>>([kept] {
                     return kept->strategy->Recommend(kept->history.question().history);
                   }));
  kept->recommended_at = kept->history.version();
  return kept->recommended;
}

absl::StatusOr<Suggester::Kept*> Suggester::Update(StoreReader& reader, const std::string& sweep_id) {
  Kept& kept = kept_.try_emplace(sweep_id, sweep_id).first->second;
  kept.last_use = ++uses_;
  if (const absl::Status updated = kept.history.Update(reader); !updated.ok()) {
    kept_.erase(sweep_id);
    return updated;
  }
  const std::shared_ptr<const SweepSpec>& spec = kept.history.sweep().spec;
  if (kept.strategy == nullptr || (kept.spec != spec && *kept.spec != *spec)) {
    kept.strategy = make_strategy_(*spec);
    kept.recommended_at = 0;
  }
  kept.spec = spec;
  Shrink(sweep_id);
  return &kept;
}

void Suggester::Shrink(const std::string& in_use) {
  size_t observations = 0;
  for (const auto& [id, kept] : kept_) observations += kept.history.question().history.size();
  while (observations > kMaxKeptObservations && kept_.size() > 1) {
    auto oldest = kept_.end();
    for (auto it = kept_.begin(); it != kept_.end(); ++it) {
      const bool older = oldest == kept_.end() || it->second.last_use < oldest->second.last_use;
      if (it->first != in_use && older) oldest = it;
    }
    observations -= oldest->second.history.question().history.size();
    kept_.erase(oldest);
  }
}

}  // namespace sweepd
