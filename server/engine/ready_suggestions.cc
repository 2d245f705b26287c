#include "server/engine/ready_suggestions.h"

#include <utility>

#include "server/core/limits.h"

namespace sweepd {

std::optional<ReadySuggestions::Taken> ReadySuggestions::Take(const std::string& sweep_id) {
  const auto [found, is_new] = sweeps_.try_emplace(sweep_id);
  State& state = found->second;
  if (is_new) state.version = ++last_version_;
  state.unclaimed = 0;
  std::optional<Suggestion> ready = std::exchange(state.ready, std::nullopt);
  const bool waited_for = std::exchange(state.awaited, !ready.has_value());
  if (!ready.has_value()) return std::nullopt;
  return Taken{*std::move(ready), waited_for};
}

void ReadySuggestions::NoteChange(const std::string& sweep_id) {
  const auto found = sweeps_.find(sweep_id);
  if (found == sweeps_.end()) return;
  State& state = found->second;
  state.version = ++last_version_;
  if (std::exchange(state.ready, std::nullopt).has_value()) Discard(state);
}

std::shared_ptr<SuggestionJob> ReadySuggestions::Begin(const std::string& sweep_id, Purpose purpose) {
  const auto found = sweeps_.find(sweep_id);
  if (found == sweeps_.end()) return nullptr;
  State& state = found->second;
  const bool awaited = purpose == Purpose::kDemand;
  if (const std::shared_ptr<SuggestionJob> job = state.under_way.lock()) {
    if (awaited) job->awaited = true;
    return nullptr;
  }
  if (state.ready.has_value()) return nullptr;
  if (!awaited && (state.begun == state.version || state.unclaimed >= kMaxUnclaimedSuggestions)) return nullptr;
  state.begun = state.version;
  auto job = std::make_shared<SuggestionJob>(sweep_id, state.version, awaited);
  state.under_way = job;
  return job;
}

void ReadySuggestions::Accept(Suggestion suggestion) {
  const auto found = sweeps_.find(suggestion.job->sweep_id);
  if (found == sweeps_.end() || found->second.under_way.lock() != suggestion.job) {
    // The sweep is over, or was forgotten meanwhile.
    ++discarded_;
    return;
  }
  State& state = found->second;
  state.under_way.reset();
  if (suggestion.job->version != state.version || (suggestion.unread && !state.awaited)) return Discard(state);
  state.ready = std::move(suggestion);
}

void ReadySuggestions::Discard(State& state) {
  ++discarded_;
  ++state.unclaimed;
}

void ReadySuggestions::CountTaken(bool waited_for) { ++(waited_for ? taken_on_demand_ : taken_ready_); }

SuggestionCounters ReadySuggestions::ReadCounters() const { return {taken_ready_, taken_on_demand_, discarded_}; }

}  // namespace sweepd
