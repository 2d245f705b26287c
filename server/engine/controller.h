// The assembled controller below its wire: engine, its thread, readers, the suggestion worker and the watch hub.
//
// What speaks to the outside (gRPC handlers, an in-process benchmark) is built on this. Thread-safe after Start.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/clock.h"
#include "common/ids.h"
#include "server/engine/engine.h"
#include "server/engine/engine_stats.h"
#include "server/engine/engine_thread.h"
#include "server/engine/read_pool.h"
#include "server/engine/suggestion_worker.h"
#include "server/engine/watch_hub.h"
#include "server/store/store.h"

namespace sweepd {

struct ControllerOptions {
  EngineOptions engine;
  int readers = 2;  // threads for reads beside the engine
};

// What a running controller does, at one moment and since its start.
struct ControllerStats {
  EngineCounters engine;
  SuggestionCounters suggestions;
  absl::Duration uptime;
  int64_t queued = 0;       // commands that wait for the engine
  int64_t leases = 0;       // running
  int64_t live_agents = 0;  // heard of within one lease time
};

class Controller {
 public:
  // Takes up what the store holds and starts the threads. Clock and ids must outlive the controller. `token_key` is the
  // secret of LeaseTokens. `on_fatal`: see EngineThread.
  static absl::StatusOr<std::unique_ptr<Controller>> Start(const ControllerOptions& options,
                                                           std::unique_ptr<Store> store, const Clock& clock,
                                                           IdSource& ids, std::string token_key,
                                                           std::function<void(const absl::Status&)> on_fatal);
  ~Controller();

  // Wakes every watcher, answers what waits with UNAVAILABLE and ends the engine's thread; reads go on until the
  // destructor. Safe to call twice.
  void Stop();

  // Engine::TryHeartbeat.
  std::optional<std::vector<Directive>> TryHeartbeat(absl::string_view agent_id, const std::vector<LeaseRef>& running);

  ControllerStats ReadStats() const;

  // Suggester::Recommend, off the engine's thread. `reply` runs on the worker's thread, or at once when too many wait,
  // and must not block.
  void Recommend(std::string sweep_id, SuggestionWorker::RecommendReply reply) {
    suggestion_worker_->Recommend(std::move(sweep_id), std::move(reply));
  }

  EngineThread& engine_thread() { return *engine_thread_; }
  ReadPool& read_pool() { return *read_pool_; }
  WatchHub& watch_hub() { return watch_hub_; }
  const EngineOptions& engine_options() const { return engine_->options(); }

 private:
  Controller(std::unique_ptr<Store> store, const Clock& clock)
      : store_(std::move(store)), clock_(clock), started_(clock.Monotonic()) {}

  std::unique_ptr<Store> store_;
  const Clock& clock_;
  const absl::Duration started_;
  EngineStats stats_;
  WatchHub watch_hub_;
  std::unique_ptr<Engine> engine_;
  std::unique_ptr<EngineThread> engine_thread_;
  std::unique_ptr<ReadPool> read_pool_;
  std::unique_ptr<SuggestionWorker> suggestion_worker_;
};

}  // namespace sweepd
