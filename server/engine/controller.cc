#include "server/engine/controller.h"

#include <utility>
#include <vector>

#include "common/log.h"
#include "common/status_macros.h"

namespace sweepd {

absl::StatusOr<std::unique_ptr<Controller>> Controller::Start(const ControllerOptions& options,
                                                              std::unique_ptr<Store> store, const Clock& clock,
                                                              IdSource& ids, std::string token_key,
                                                              std::function<void(const absl::Status&)> on_fatal) {
  std::unique_ptr<Controller> controller(new Controller(std::move(store), clock));
  Controller* const self = controller.get();
  Store& opened = *self->store_;

  self->engine_ = std::make_unique<Engine>(
      options.engine, opened, clock, ids, LeaseTokens(std::move(token_key)), self->watch_hub_,
      [self](std::shared_ptr<SuggestionJob> job) { self->suggestion_worker_->Start(std::move(job)); });
  RETURN_IF_ERROR(self->engine_->Start());
  self->engine_thread_ =
      std::make_unique<EngineThread>(*self->engine_, opened, clock, self->stats_, std::move(on_fatal));

  std::vector<std::unique_ptr<StoreReader>> readers;
  for (int i = 0; i < options.readers; ++i) {
    ASSIGN_OR_RETURN(std::unique_ptr<StoreReader> reader, opened.OpenReader());
    readers.push_back(std::move(reader));
  }
  self->read_pool_ = std::make_unique<ReadPool>(std::move(readers));

  ASSIGN_OR_RETURN(std::unique_ptr<StoreReader> history, opened.OpenReader());
  const auto post_back = [self](Suggestion suggestion) {
    const std::string sweep_id = suggestion.job->sweep_id;
    self->engine_thread_->Run<bool>(
        [suggestion = std::move(suggestion)](Engine& engine) mutable -> absl::StatusOr<bool> {
          engine.AcceptSuggestion(std::move(suggestion));
          return true;
        },
        [sweep_id](const absl::StatusOr<bool>& accepted) {
          if (!accepted.ok()) {
            LogWarning("a suggestion was not taken", {{"sweep", sweep_id}, {"status", accepted.status().ToString()}});
          }
        },
        {Urgency::kCompletion, 0});
  };
  self->suggestion_worker_ = std::make_unique<SuggestionWorker>(std::move(history), Suggester(), post_back);
  self->engine_thread_->Start();
  return controller;
}

std::optional<std::vector<Directive>> Controller::TryHeartbeat(absl::string_view agent_id,
                                                               const std::vector<LeaseRef>& running) {
  std::optional<std::vector<Directive>> directives = engine_->TryHeartbeat(agent_id, running);
  if (directives.has_value()) stats_.AddHeartbeat();
  return directives;
}

ControllerStats Controller::ReadStats() const {
  ControllerStats stats;
  stats.engine = stats_.Read();
  stats.suggestions = engine_->suggestion_counters();
  stats.uptime = clock_.Monotonic() - started_;
  stats.queued = static_cast<int64_t>(engine_thread_->queued());
  stats.leases = static_cast<int64_t>(engine_->leases().size());
  stats.live_agents = static_cast<int64_t>(engine_->CountLiveAgents());
  return stats;
}

void Controller::Stop() {
  engine_thread_->Stop();
  watch_hub_.NotifyAll();
}

Controller::~Controller() {
  // The engine's thread starts jobs on the worker, whose results come back to the (then stopped) engine's thread.
  if (engine_thread_ != nullptr) engine_thread_->Stop();
  suggestion_worker_.reset();
  read_pool_.reset();
}

}  // namespace sweepd
