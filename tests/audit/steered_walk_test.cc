// Whatever users and agents do, in whatever order: the audit finds nothing in what the engine wrote.
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/log.h"
#include "common/rng.h"
#include "server/audit/audit.h"
#include "server/engine/engine.h"
#include "server/store/sqlite/data_directory.h"
#include "server/store/sqlite/open.h"
#include "tests/support/fake_clock.h"
#include "tests/support/status_matchers.h"
#include "tests/support/sweep_specs.h"
#include "tests/support/temporary_folder.h"

namespace sweepd {
namespace {

// One sweep, its users and its agents, all drawn from a seed.
class SteeredWalk : public testing::TestWithParam<int> {
 protected:
  template <class Command>
  auto Run(Command command) {
    clock_.Advance(absl::Milliseconds(1));
    EXPECT_OK(store_->Begin());
    EXPECT_OK(store_->Savepoint());
    const size_t mark = engine_->BeginCommand();
    auto result = command(*engine_);
    if (StatusOf(result).ok()) {
      EXPECT_OK(store_->Release());
    } else {
      engine_->UndoEffects(mark);
      EXPECT_OK(store_->RollbackToSavepoint());
    }
    EXPECT_OK(store_->Commit());
    engine_->RunEffects();
    return result;
  }

  void SetUp() override {
    ConfigureLog(LogLevel::kOff, LogFormat::kText);
    ASSERT_OK_AND_ASSIGN(store_, OpenSqliteStore(folder_.path(), {.durability = Connection::Durability::kNormal}));
    engine_ = std::make_unique<Engine>(EngineOptions{}, *store_, clock_, ids_, LeaseTokens("test key"), watch_hub_,
                                       [](const std::shared_ptr<SuggestionJob>&) {});
    SweepSpec spec = SpecOf(Chance(0.5) ? Method::kGrid : Method::kRandom);
    spec.run_cap = 4;
    spec.retries = {1, 1};
    spec.trial_timeout = absl::Minutes(5);
    const NewSweep create{"create", "f", spec, true, ""};
    sweep_ = Run([&](Engine& engine) { return engine.CreateSweep(create); })->sweep.id;
    const NewAgent agent{"register", "f", "agent", "host", 1, "test"};
    agent_ = Run([&](Engine& engine) { return engine.RegisterAgent(agent); })->id;
  }

  bool Chance(double probability) { return rng_.NextUnit() < probability; }
  int64_t Below(int64_t bound) { return static_cast<int64_t>(rng_.NextBelow(static_cast<uint64_t>(bound))); }

  void UserActs() {
    const TrialKey trial{sweep_, 1 + Below(10)};
    const std::string id = absl::StrCat("request-", ++requests_);
    const bool is_grid = store_->FindSweep(sweep_)->spec->method == Method::kGrid;
    const NewTrial addition{
        id, "f", sweep_, {{"a", is_grid ? Value(2) : Value(0.5)}, {"b", is_grid ? Value("x") : Value(0.5)}}};
    const SweepUpdate update{sweep_, Below(8), Below(3), Below(2), Below(2)};
    Run([&](Engine& engine) -> absl::Status {
      switch (Below(8)) {
        case 0: return engine.AddTrial(addition).status();
        case 1:
        case 2: return engine.RetryTrial({id, "f", trial}).status();
        case 3: return engine.CancelTrial(trial).status();
        case 4: return engine.UpdateSweep(update).status();
        case 5: return engine.PauseSweep(sweep_).status();
        case 6: return engine.StopSweep(sweep_).status();
        default: return engine.ResumeSweep(sweep_).status();
      }
    }).IgnoreError();
  }

  void AgentActs() {
    if (leases_.empty() || Chance(0.4)) {
      const TrialRequest request{agent_, absl::StrCat("request-", ++requests_), 0, {sweep_}};
      const auto answer = Run([&](Engine& engine) { return engine.RequestTrial(request); });
      if (answer.ok() && std::holds_alternative<LeaseGrant>(*answer))
        leases_.push_back(std::get<LeaseGrant>(*answer).ref);
      return;
    }
    // An old lease now and then: it must change nothing.
    const LeaseRef lease = leases_[static_cast<size_t>(Below(static_cast<int64_t>(leases_.size())))];
    const std::vector<MetricReport> reports{{1, 1, clock_.Now(), {{"loss", rng_.NextUnit()}}}};
    Run([&](Engine& engine) { return engine.ReportMetrics(lease, reports).status(); }).IgnoreError();
    if (Chance(0.3)) return;
    const auto outcome = static_cast<Outcome>(Below(static_cast<int64_t>(Outcome::kTimedOut) + 1));
    Run([&](Engine& engine) { return engine.FinishTrial({lease, outcome, 0, 1, ""}).status(); }).IgnoreError();
  }

  void TimePasses() {
    clock_.Advance(absl::Seconds(Below(50)));
    for (const LeaseRef& lease : leases_) {
      if (Chance(0.8)) Run([&](Engine& engine) { return engine.Heartbeat(agent_, {lease}).status(); }).IgnoreError();
    }
    for (const LeaseTable::Lease& lease : engine_->leases().TakeExpired(clock_.Monotonic(), 100)) {
      EXPECT_OK(Run([&](Engine& engine) { return engine.ExpireLease(lease); }));
    }
  }

  void ExpectNoComplaint(int step) {
    ASSERT_OK_AND_ASSIGN(const AuditReport report, AuditDatabase(DatabasePath(folder_.path()), AuditDepth::kFull));
    for (const Complaint& complaint : report.complaints.first()) {
      ADD_FAILURE() << "step " << step << ": " << complaint.place << ": " << complaint.what;
    }
  }

  Rng rng_{static_cast<uint64_t>(GetParam()), 0};
  TemporaryFolder folder_;
  FakeClock clock_;
  SeededIdSource ids_{1};
  WatchHub watch_hub_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<Engine> engine_;
  std::string sweep_;
  std::string agent_;
  std::vector<LeaseRef> leases_;
  int requests_ = 0;
};

TEST_P(SteeredWalk, LeavesNothingToComplainOf) {
  for (int step = 1; step <= 300 && !HasFailure(); ++step) {
    const int64_t roll = Below(10);
    if (roll < 3) {
      UserActs();
    } else if (roll < 9) {
      AgentActs();
    } else {
      TimePasses();
    }
    if (step % 10 == 0) ExpectNoComplaint(step);
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, SteeredWalk, testing::Range(1, 41));

}  // namespace
}  // namespace sweepd
