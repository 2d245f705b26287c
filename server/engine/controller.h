// The assembled controller below its wire: engine, its thread, readers, the suggestion worker and the watch hub.
//
// What speaks to the outside (gRPC handlers, an in-process benchmark) is built on this. Thread-safe after Start.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/clock.h"
#include "common/ids.h"
#include "server/engine/engine.h"
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

  EngineThread& engine_thread() { return *engine_thread_; }
  ReadPool& read_pool() { return *read_pool_; }
  WatchHub& watch_hub() { return watch_hub_; }
  const EngineOptions& engine_options() const { return engine_->options(); }

 private:
  explicit Controller(std::unique_ptr<Store> store) : store_(std::move(store)) {}

  std::unique_ptr<Store> store_;
  WatchHub watch_hub_;
  std::unique_ptr<Engine> engine_;
  std::unique_ptr<EngineThread> engine_thread_;
  std::unique_ptr<ReadPool> read_pool_;
  std::unique_ptr<SuggestionWorker> suggestion_worker_;
};

}  // namespace sweepd
