// Turns of the engine: leases that end, held requests, and commits that fail.
#include "server/engine/engine_loop.h"

#include <memory>

#include "absl/strings/str_cat.h"
#include "server/core/errors.h"
#include "server/store/sqlite/open.h"
#include "tests/support/fake_clock.h"
#include "tests/support/status_matchers.h"
#include "tests/support/sweep_specs.h"
#include "tests/support/temporary_folder.h"

namespace sweepd {
namespace {

constexpr absl::Duration kTtl = absl::Seconds(60);
constexpr int64_t kPageBytes = 4096;

class EngineLoopTest : public testing::Test {
 protected:
  // The database may grow to `pages`; 0: without bound.
  void Open(int64_t pages = 0) {
    SqliteOptions options;
    options.max_bytes = pages * kPageBytes;
    store_ = *OpenSqliteStore(folder_.path(), options);
    engine_ = std::make_unique<Engine>(EngineOptions{kTtl}, *store_, clock_, ids_, LeaseTokens("key"), hub_,
                                       [](const std::shared_ptr<SuggestionJob>&) {});
    ASSERT_OK(engine_->Start());
    loop_ = std::make_unique<EngineLoop>(
        *engine_, *store_, clock_, stats_, [](auto replies) { replies(); },
        [this](const absl::Status& status) { fatal_ = status; });
  }

  template <class T>
  EngineLoop::Item CommandOf(std::function<absl::StatusOr<T>(Engine&)> command, absl::StatusOr<T>& result) {
    return EngineLoop::Command{[command, &result](Engine& engine) {
                                 result = command(engine);
                                 return result.status();
                               },
                               [&result](const absl::Status& status) {
                                 if (!status.ok()) result = status;
                               }};
  }

  template <class T>
  absl::StatusOr<T> Run(std::function<absl::StatusOr<T>(Engine&)> command) {
    absl::StatusOr<T> result = absl::UnknownError("no reply");
    std::vector<EngineLoop::Item> items;
    items.push_back(CommandOf<T>(std::move(command), result));
    loop_->Turn(std::move(items));
    return result;
  }

  std::string CreateSweep(const SweepSpec& spec) {
    return Run<SweepView>([&](Engine& engine) {
             return engine.CreateSweep({"create", "f", spec, true, ""});
           })
        ->sweep.id;
  }
  std::string RegisterAgent(const std::string& name) {
    return Run<Agent>([&](Engine& engine) { return engine.RegisterAgent({name, "f", name, "host", 1, ""}); })->id;
  }

  EngineLoop::Item RequestOf(const std::string& agent, const std::string& id, const std::string& sweep,
                             std::optional<absl::StatusOr<TrialAnswer>>& answer) {
    return HeldRequest{{agent, id, 0, {sweep}},
                       clock_.Monotonic() + absl::Seconds(20),
                       [] { return false; },
                       [&answer](absl::StatusOr<TrialAnswer> given) { answer = std::move(given); }};
  }

  std::optional<absl::StatusOr<TrialAnswer>> Ask(const std::string& agent, const std::string& id,
                                                 const std::string& sweep) {
    std::optional<absl::StatusOr<TrialAnswer>> answer;
    std::vector<EngineLoop::Item> items;
    items.push_back(RequestOf(agent, id, sweep, answer));
    loop_->Turn(std::move(items));
    return answer;
  }

  LeaseRef Lease(const std::string& agent, const std::string& id, const std::string& sweep) {
    return std::get<LeaseGrant>(**Ask(agent, id, sweep)).ref;
  }

  TemporaryFolder folder_;
  FakeClock clock_;
  SeededIdSource ids_{5};
  WatchHub hub_;
  EngineStats stats_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<Engine> engine_;
  std::unique_ptr<EngineLoop> loop_;
  absl::Status fatal_;
};

TEST_F(EngineLoopTest, AHeartbeatBesideTheLoopKeepsALeaseAlive) {
  Open();
  const std::string sweep = CreateSweep(SpecOf(Method::kRandom));
  const std::string agent = RegisterAgent("agent");
  const LeaseRef lease = Lease(agent, "1", sweep);
  for (int i = 0; i < 40; ++i) {
    clock_.Advance(absl::Seconds(2));
    loop_->Turn({});
    EXPECT_EQ(engine_->TryHeartbeat(agent, {lease}), std::vector<Directive>{Directive::kContinue});
  }
  EXPECT_EQ(store_->FindTrial(lease.trial)->state, TrialState::kRunning);
  EXPECT_EQ(loop_->NextDeadline(), clock_.Monotonic() + kTtl);
}

TEST_F(EngineLoopTest, AHeartbeatThatNeedsACloserLookIsLeftToTheEngine) {
  Open();
  const std::string sweep = CreateSweep(SpecOf(Method::kRandom));
  const std::string agent = RegisterAgent("agent");
  const LeaseRef lease = Lease(agent, "1", sweep);
  LeaseRef forged = lease;
  forged.token[0] ^= 1;
  LeaseRef old = lease;
  old.attempt = 0;
  EXPECT_EQ(engine_->TryHeartbeat(agent, {forged}), std::nullopt);
  EXPECT_EQ(engine_->TryHeartbeat(agent, {old}), std::nullopt);
  EXPECT_EQ(engine_->TryHeartbeat("absent", {lease}), std::nullopt);
  ASSERT_OK(Run<SweepView>([&](Engine& engine) { return engine.CancelSweep(sweep); }));
  EXPECT_EQ(engine_->TryHeartbeat(agent, {lease}), std::nullopt);
}

TEST_F(EngineLoopTest, AReportInTheTurnAfterTheDeadlineStillKeepsTheLease) {
  Open();
  const std::string sweep = CreateSweep(SpecOf(Method::kRandom));
  const LeaseRef lease = Lease(RegisterAgent("agent"), "1", sweep);
  for (absl::Duration passed; passed < kTtl; passed += absl::Seconds(2)) {
    clock_.Advance(absl::Seconds(2));
    if (passed + absl::Seconds(2) < kTtl) loop_->Turn({});
  }
  ASSERT_OK(Run<ReportAnswer>([&](Engine& engine) { return engine.ReportMetrics(lease, {}); }));
  EXPECT_EQ(store_->FindTrial(lease.trial)->state, TrialState::kRunning);
  EXPECT_EQ(stats_.Read().expired_leases, 0);
}

TEST_F(EngineLoopTest, OneFreePlaceGoesToTheRequestThatHasWaitedLongest) {
  Open();
  SweepSpec spec = SpecOf(Method::kRandom);
  spec.max_parallel = 1;
  const std::string sweep = CreateSweep(spec);
  const std::string agent = RegisterAgent("agent");
  const LeaseRef lease = Lease(agent, "1", sweep);
  std::array<std::optional<absl::StatusOr<TrialAnswer>>, 3> answers;
  for (size_t i = 0; i < answers.size(); ++i) {
    std::vector<EngineLoop::Item> items;
    items.push_back(RequestOf(agent, absl::StrCat("held-", i), sweep, answers[i]));
    loop_->Turn(std::move(items));
  }
  EXPECT_EQ(stats_.Read().held_requests, 3);
  ASSERT_OK(Run<FinishAnswer>([&](Engine& engine) {
    return engine.FinishTrial({lease, Outcome::kCompleted, 0, 0, ""});
  }));
  ASSERT_TRUE(answers[0].has_value());
  EXPECT_TRUE(std::holds_alternative<LeaseGrant>(**answers[0]));
  EXPECT_FALSE(answers[1].has_value());
  loop_->End();
  EXPECT_EQ(ReasonOf(answers[2]->status()), "SHUTTING_DOWN");
}

TEST_F(EngineLoopTest, ARepeatedRequestAnswersTheEarlierCallAndKeepsItsPlace) {
  Open();
  const std::string sweep = CreateSweep(SpecOf(Method::kRandom));
  const std::string agent = RegisterAgent("agent");
  ASSERT_OK(Run<SweepView>([&](Engine& engine) { return engine.PauseSweep(sweep); }));
  std::optional<absl::StatusOr<TrialAnswer>> first;
  std::optional<absl::StatusOr<TrialAnswer>> second;
  std::vector<EngineLoop::Item> items;
  items.push_back(RequestOf(agent, "same", sweep, first));
  items.push_back(RequestOf(agent, "same", sweep, second));
  loop_->Turn(std::move(items));
  EXPECT_EQ(first->status().code(), absl::StatusCode::kCancelled);
  const auto resumed = Run<SweepView>([&](Engine& engine) { return engine.ResumeSweep(sweep); });
  ASSERT_OK(resumed);
  EXPECT_TRUE(std::holds_alternative<LeaseGrant>(**second));
  EXPECT_EQ(store_->FindSweep(sweep)->counts.total(), 1);
}

// Fills the disk: reports until one is refused.
absl::Status FillUp(const std::function<absl::StatusOr<ReportAnswer>(int64_t sequence)>& report) {
  for (int64_t sequence = 1; sequence < 100'000; sequence += 100) {
    const auto answer = report(sequence);
    if (!answer.ok()) return answer.status();
  }
  return absl::OkStatus();
}

TEST_F(EngineLoopTest, AFullDiskRefusesWritesButNoLeaseIsLostAndTheLoopGoesOn) {
  Open(/*pages=*/80);
  const std::string sweep = CreateSweep(SpecOf(Method::kRandom));
  const std::string agent = RegisterAgent("agent");
  const LeaseRef lease = Lease(agent, "1", sweep);
  const absl::Status full = FillUp([&](int64_t first) {
    std::vector<MetricReport> reports;
    for (int64_t i = first; i < first + 100; ++i) reports.push_back({i, i, clock_.Now(), {{"loss", 1.0 / i}}});
    return Run<ReportAnswer>([&](Engine& engine) { return engine.ReportMetrics(lease, reports); });
  });
  EXPECT_EQ(full.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_OK(fatal_);
  EXPECT_EQ(engine_->TryHeartbeat(agent, {lease}), std::vector<Directive>{Directive::kContinue});
  EXPECT_GT(stats_.Read().failed_commits, 0);
}

}  // namespace
}  // namespace sweepd
