#include "server/engine/suggestion_worker.h"

#include <cmath>
#include <utility>

#include "common/status_macros.h"
#include "server/core/limits.h"

namespace sweepd {
namespace {

Observation Observe(const Trial& trial) {
  Observation observation{trial.key.number, *trial.assignment, Observation::Outcome::kFailed, 0};
  if (!IsTerminal(trial.state)) {
    observation.outcome = Observation::Outcome::kPending;
  } else if (trial.state != TrialState::kFailed && trial.objective.has_value() && std::isfinite(*trial.objective)) {
    observation.outcome = Observation::Outcome::kValue;
    observation.objective = *trial.objective;
  }
  return observation;
}

std::vector<std::unique_ptr<StoreReader>> OneReader(std::unique_ptr<StoreReader> reader) {
  std::vector<std::unique_ptr<StoreReader>> readers;
  readers.push_back(std::move(reader));
  return readers;
}

}  // namespace

absl::StatusOr<std::vector<Observation>> GatherHistory(StoreReader& reader, const std::string& sweep_id) {
  std::vector<Observation> history;
  TrialQuery query{{}, TrialOrder::kNumber, 0, kMaxPageSize};
  while (true) {
    ASSIGN_OR_RETURN(const std::vector<Trial> trials, reader.ListTrials(sweep_id, query));
    for (const Trial& trial : trials) {
      query.after = trial.key.number;
      if (trial.state != TrialState::kCancelled) history.push_back(Observe(trial));
    }
    if (static_cast<int64_t>(trials.size()) < query.limit) return history;
  }
}

absl::StatusOr<std::optional<Assignment>> ComputeSuggestion(StoreReader& reader, const SuggestionJob& job) {
  ASSIGN_OR_RETURN(std::vector<Observation> history, GatherHistory(reader, job.sweep_id));
  return job.strategy->Suggest({job.index, std::move(history)});
}

SuggestionWorker::SuggestionWorker(std::unique_ptr<StoreReader> reader, Done done)
    : done_(std::move(done)), thread_(OneReader(std::move(reader))) {}

void SuggestionWorker::Start(SuggestionJob job) {
  thread_.Run([this, job = std::move(job)](StoreReader& reader) {
    // Exceptions end here: a strategy that throws costs its sweep one suggestion, not the controller its life.
    absl::StatusOr<std::optional<Assignment>> suggestion = absl::UnknownError("not run");
    try {
      suggestion = ComputeSuggestion(reader, job);
    } catch (const std::exception& error) {
      suggestion = absl::InternalError(error.what());
    }
    done_(job, std::move(suggestion));
  });
}

}  // namespace sweepd
