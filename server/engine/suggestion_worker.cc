#include "server/engine/suggestion_worker.h"

#include <utility>

#include "common/status_macros.h"

namespace sweepd {
namespace {

std::vector<std::unique_ptr<StoreReader>> OneReader(std::unique_ptr<StoreReader> reader) {
  std::vector<std::unique_ptr<StoreReader>> readers;
  readers.push_back(std::move(reader));
  return readers;
}

}  // namespace

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
