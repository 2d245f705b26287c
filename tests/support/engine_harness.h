// An engine over an in-memory store, driven command by command as the engine thread would, under a fake clock.
#pragma once

#include <gtest/gtest.h>

#include <deque>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/ids.h"
#include "server/engine/engine.h"
#include "server/engine/suggester.h"
#include "server/store/memory/memory_store.h"
#include "tests/support/fake_clock.h"
#include "tests/support/status_matchers.h"

namespace sweepd {

class EngineHarness {
 public:
  explicit EngineHarness(EngineOptions options = {}) : options_(options) { Restart(); }

  // A new engine over the same store, as after a restart of the controller.
  void Restart() {
    engine_ = std::make_unique<Engine>(options_, store_, clock, ids_, LeaseTokens("test key"), watch_hub,
                                       [this](std::shared_ptr<SuggestionJob> job) { jobs_.push_back(std::move(job)); });
    jobs_.clear();
    suggester_ = Suggester();
    EXPECT_OK(engine_->Start());
  }

  // Runs one command in a transaction of its own.
  template <class Command>
  auto Run(Command command) {
    EXPECT_OK(store_.Begin());
    EXPECT_OK(store_.Savepoint());
    const size_t mark = engine_->BeginCommand();
    auto result = command(*engine_);
    if (StatusOf(result).ok()) {
      EXPECT_OK(store_.Release());
    } else {
      engine_->UndoEffects(mark);
      EXPECT_OK(store_.RollbackToSavepoint());
    }
    EXPECT_OK(store_.Commit());
    engine_->RunEffects();
    return result;
  }

  std::string CreateSweep(SweepSpec spec) {
    const NewSweep request{absl::StrCat("create-", ++requests_), "fingerprint", std::move(spec), true, ""};
    auto view = Run([&](Engine& engine) { return engine.CreateSweep(request); });
    EXPECT_OK(view);
    return view->sweep.id;
  }

  std::string RegisterAgent(const std::string& name) {
    const NewAgent request{absl::StrCat("register-", ++requests_), "fingerprint", name, "host", 1, "test"};
    auto agent = Run([&](Engine& engine) { return engine.RegisterAgent(request); });
    EXPECT_OK(agent);
    return agent->id;
  }

  absl::StatusOr<TrialAnswer> Ask(const TrialRequest& request) {
    return Run([&](Engine& engine) { return engine.RequestTrial(request); });
  }

  // Asks with a fresh request id, computing a suggestion when one is asked for.
  absl::StatusOr<TrialAnswer> Ask(const std::string& agent, const std::string& sweep) {
    const TrialRequest request{agent, absl::StrCat("request-", ++requests_), 0, {sweep}};
    absl::StatusOr<TrialAnswer> answer = Ask(request);
    while (RunSuggestionJob()) answer = Ask(request);
    return answer;
  }

  // The lease that the agent gets; the test fails when it gets none.
  LeaseGrant Lease(const std::string& agent, const std::string& sweep) {
    absl::StatusOr<TrialAnswer> answer = Ask(agent, sweep);
    EXPECT_OK(answer);
    if (!answer.ok() || !std::holds_alternative<LeaseGrant>(*answer)) {
      ADD_FAILURE() << "no lease";
      return {};
    }
    return std::get<LeaseGrant>(*std::move(answer));
  }

  WaitReason WaitReasonOf(const std::string& agent, const std::string& sweep) {
    absl::StatusOr<TrialAnswer> answer = Ask(agent, sweep);
    EXPECT_OK(answer);
    EXPECT_TRUE(std::holds_alternative<WaitAnswer>(*answer)) << "not told to wait";
    return std::get<WaitAnswer>(*answer).reason;
  }

  bool IsDone(const std::string& agent, const std::string& sweep) {
    absl::StatusOr<TrialAnswer> answer = Ask(agent, sweep);
    EXPECT_OK(answer);
    return std::holds_alternative<DoneAnswer>(*answer);
  }

  absl::StatusOr<ReportAnswer> Report(const LeaseRef& lease, int64_t sequence, double loss) {
    const std::vector<MetricReport> reports{{sequence, sequence, clock.Now(), {{"loss", loss}}}};
    return Run([&](Engine& engine) { return engine.ReportMetrics(lease, reports); });
  }

  absl::StatusOr<FinishAnswer> Finish(const LeaseRef& lease, Outcome outcome = Outcome::kCompleted,
                                      int64_t last_sequence = 0) {
    const FinishReport report{lease, outcome, 0, last_sequence, ""};
    return Run([&](Engine& engine) { return engine.FinishTrial(report); });
  }

  // Reports one loss and finishes well.
  void Complete(const LeaseRef& lease, double loss) {
    EXPECT_OK(Report(lease, 1, loss));
    EXPECT_OK(Finish(lease, Outcome::kCompleted, 1));
  }

  Directive Beat(const std::string& agent, const LeaseRef& lease) {
    auto directives = Run([&](Engine& engine) { return engine.Heartbeat(agent, {lease}); });
    EXPECT_OK(directives);
    return directives->at(0);
  }

  void ExpireLeases() {
    for (const LeaseTable::Lease& lease : engine_->leases().TakeExpired(clock.Monotonic(), 1000)) {
      EXPECT_OK(Run([&](Engine& engine) { return engine.ExpireLease(lease); }));
    }
  }

  // Computes the oldest suggestion that was asked for; false when there is none.
  bool RunSuggestionJob() {
    if (jobs_.empty()) return false;
    std::shared_ptr<SuggestionJob> job = std::move(jobs_.front());
    jobs_.pop_front();
    Deliver(suggester_.Suggest(store_, std::move(job)));
    return true;
  }

  void Deliver(Suggestion suggestion) {
    EXPECT_OK(Run([&](Engine& engine) {
      engine.AcceptSuggestion(std::move(suggestion));
      return absl::OkStatus();
    }));
  }

  Trial FindTrial(const TrialKey& key) { return *store_.FindTrial(key); }
  Sweep FindSweep(const std::string& id) { return *store_.FindSweep(id); }
  std::vector<Trial> Trials(const std::string& id) {
    return *store_.ListTrials(id, {{}, TrialOrder::kNumber, 0, 100000});
  }
  std::vector<EventKind> Events(const std::string& id) {
    const std::vector<Event> events = *store_.ListEvents(id, 0, 100000);
    std::vector<EventKind> kinds;
    for (const Event& event : events) kinds.push_back(event.kind);
    return kinds;
  }
  std::deque<std::shared_ptr<SuggestionJob>>& jobs() { return jobs_; }
  MemoryStore& store() { return store_; }
  Engine& engine() { return *engine_; }

  FakeClock clock;
  WatchHub watch_hub;

 private:
  EngineOptions options_;
  MemoryStore store_;
  SeededIdSource ids_{1};
  std::deque<std::shared_ptr<SuggestionJob>> jobs_;
  Suggester suggester_;
  std::unique_ptr<Engine> engine_;
  int requests_ = 0;
};

}  // namespace sweepd
