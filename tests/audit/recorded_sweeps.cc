#include "tests/audit/recorded_sweeps.h"

#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "tests/support/status_matchers.h"
#include "tests/support/sweep_specs.h"

namespace sweepd {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

}  // namespace

Recorder::Recorder(Store& store)
    : store_(store),
      engine_({}, store, clock_, ids_, LeaseTokens("test key"), watch_hub_,
              [](const std::shared_ptr<SuggestionJob>&) {}) {}

template <class Command>
auto Recorder::Run(Command command) {
  clock_.Advance(absl::Milliseconds(1));
  EXPECT_OK(store_.Begin());
  EXPECT_OK(store_.Savepoint());
  engine_.BeginCommand();
  auto result = command(engine_);
  EXPECT_OK(StatusOf(result));
  EXPECT_OK(store_.Release());
  EXPECT_OK(store_.Commit());
  engine_.RunEffects();
  return result;
}

std::string Recorder::CreateSweep(SweepSpec spec) {
  const NewSweep request{absl::StrCat("create-", ++requests_), "fingerprint", std::move(spec), true, "method: grid\n"};
  return Run([&](Engine& engine) { return engine.CreateSweep(request); })->sweep.id;
}

LeaseRef Recorder::Lease(const std::string& sweep) {
  const TrialRequest request{agent_, absl::StrCat("request-", ++requests_), 0, {sweep}};
  const auto answer = Run([&](Engine& engine) { return engine.RequestTrial(request); });
  EXPECT_TRUE(std::holds_alternative<LeaseGrant>(*answer)) << "no lease";
  return std::get<LeaseGrant>(*answer).ref;
}

void Recorder::Report(const LeaseRef& lease, int64_t first, const std::vector<double>& losses) {
  std::vector<MetricReport> reports;
  for (const double loss : losses) {
    const int64_t sequence = first + static_cast<int64_t>(reports.size());
    reports.push_back({sequence, 10 * sequence, clock_.Now(), {{"loss", loss}, {"accuracy", 1 - loss}}});
  }
  Run([&](Engine& engine) { return engine.ReportMetrics(lease, reports); }).IgnoreError();
}

void Recorder::Finish(const LeaseRef& lease, Outcome outcome, int64_t last_sequence) {
  const FinishReport report{lease, outcome, 0, last_sequence, ""};
  Run([&](Engine& engine) { return engine.FinishTrial(report); }).IgnoreError();
}

void Recorder::Expire(const LeaseRef& lease) {
  Run([&](Engine& engine) {
    return engine.ExpireLease({lease.trial, lease.attempt, lease.token, agent_, clock_.Monotonic()});
  }).IgnoreError();
}

std::string Recorder::RecordGrid() {
  SweepSpec spec = SpecOf(Method::kGrid);
  spec.space = SpaceOf({{"a", IntUniform{1, 2}}, {"b", Categorical{{"x", "y"}}}});
  spec.retries.failed = 1;
  const std::string sweep = CreateSweep(spec);

  LeaseRef lease = Lease(sweep);
  Report(lease, 1, {0.5, 0.25});
  Report(lease, 3, {0.25, kNan, 0.75});
  Finish(lease, Outcome::kCompleted, 5);

  lease = Lease(sweep);  // fails once, then succeeds
  Report(lease, 1, {kNan});
  Finish(lease, Outcome::kFailed, 1);
  lease = Lease(sweep);
  Report(lease, 1, {0.4});
  Finish(lease, Outcome::kCompleted, 1);

  lease = Lease(sweep);  // given back, then lost and revived
  Finish(lease, Outcome::kPreempted, 0);
  lease = Lease(sweep);
  Expire(lease);
  Report(lease, 1, {0.25});
  Finish(lease, Outcome::kCompleted, 1);

  Expire(Lease(sweep));  // taken over
  lease = Lease(sweep);
  Report(lease, 1, {-0.0, kInfinity, 0.9});
  Finish(lease, Outcome::kFailed, 3);
  lease = Lease(sweep);
  Finish(lease, Outcome::kFailed, 0);
  return sweep;
}

std::string Recorder::RecordOpen() {
  SweepSpec spec = SpecOf(Method::kRandom);
  spec.objective->goal = Goal::kMaximize;
  spec.objective->aggregation = Aggregation::kLast;
  spec.run_cap = 10;
  spec.max_parallel = 4;
  spec.retries.failed = 2;
  const std::string sweep = CreateSweep(spec);
  Run([&](Engine& engine) { return engine.PauseSweep(sweep); }).IgnoreError();
  Run([&](Engine& engine) { return engine.ResumeSweep(sweep); }).IgnoreError();
  const LeaseRef running = Lease(sweep);
  const LeaseRef lost = Lease(sweep);
  const LeaseRef failed = Lease(sweep);
  const LeaseRef stopped = Lease(sweep);
  Report(running, 1, {0.1, 0.3, 0.2});
  Report(lost, 1, {0.4});
  Report(failed, 1, {0.6, kNan});
  Report(stopped, 1, {0.7, -kInfinity});
  Finish(stopped, Outcome::kStopped, 2);
  Finish(failed, Outcome::kFailed, 2);
  Expire(lost);
  return sweep;
}

std::string Recorder::RecordCancelled() {
  const std::string sweep = CreateSweep(SpecOf(Method::kRandom));
  Report(Lease(sweep), 1, {0.1});
  Expire(Lease(sweep));
  Run([&](Engine& engine) { return engine.CancelSweep(sweep); }).IgnoreError();
  return sweep;
}

std::string Recorder::RecordPlain() {
  SweepSpec spec = SpecOf(Method::kRandom);
  spec.objective.reset();
  spec.run_cap = 2;
  const std::string sweep = CreateSweep(spec);
  for (int i = 0; i < 2; ++i) {
    const LeaseRef lease = Lease(sweep);
    Report(lease, 1, {0.5});
    Finish(lease, Outcome::kCompleted, 1);
  }
  return sweep;
}

std::string Recorder::RecordStops() {
  SweepSpec spec = SpecOf(Method::kRandom);
  spec.early_terminate = Hyperband{BandsFromBelow{2}, 3, true};
  const std::string sweep = CreateSweep(spec);
  Report(Lease(sweep), 1, {1, 1});
  LeaseRef lease = Lease(sweep);
  Report(lease, 1, {5, 2});
  Finish(lease, Outcome::kFailed, 2);
  Report(Lease(sweep), 1, {5, kNan});
  lease = Lease(sweep);
  Report(lease, 1, {5, 5});
  Expire(lease);
  return sweep;
}

std::string Recorder::RecordRepeats() {
  SweepSpec spec = SpecOf(Method::kRandom);
  spec.repeats = 3;
  spec.max_failures = 2;
  spec.run_cap = 7;
  const std::string sweep = CreateSweep(spec);
  const auto succeed = [&](double loss) {
    const LeaseRef lease = Lease(sweep);
    Report(lease, 1, {loss});
    Finish(lease, Outcome::kCompleted, 1);
  };
  const auto fail = [&] { Finish(Lease(sweep), Outcome::kFailed, 0); };
  succeed(0.2);
  fail();
  succeed(0.4);
  fail();
  fail();
  Run([&](Engine& engine) { return engine.ResumeSweep(sweep); }).IgnoreError();
  succeed(0.1);
  fail();
  return sweep;
}

std::string Recorder::RecordSteered() {
  SweepSpec spec = SpecOf(Method::kGrid);
  spec.space = SpaceOf({{"a", IntUniform{1, 2}}});
  spec.run_cap = 2;
  const std::string sweep = CreateSweep(spec);
  const auto retry = [&](int64_t trial) {
    const TrialRetry request{absl::StrCat("retry-", ++requests_), "fingerprint", {sweep, trial}};
    return Run([&](Engine& engine) { return engine.RetryTrial(request); });
  };
  Finish(Lease(sweep), Outcome::kFailed, 0);
  LeaseRef lease = Lease(sweep);
  Report(lease, 1, {0.3, -kInfinity});
  Finish(lease, Outcome::kStopped, 2);
  retry(1).IgnoreError();  // opens the finished sweep; fails again
  Finish(Lease(sweep), Outcome::kFailed, 0);
  Run([&](Engine& engine) { return engine.UpdateSweep({sweep, 3, 1, std::nullopt, std::nullopt}); }).IgnoreError();
  const NewTrial addition{"add", "fingerprint", sweep, {{"a", Value(1)}}};
  Run([&](Engine& engine) { return engine.AddTrial(addition); }).IgnoreError();
  Run([&](Engine& engine) { return engine.CancelTrial({sweep, 3}); }).IgnoreError();
  retry(3).IgnoreError();
  retry(2).IgnoreError();
  lease = Lease(sweep);  // trial 2 again
  Run([&](Engine& engine) { return engine.CancelTrial({sweep, 2}); }).IgnoreError();
  retry(2).IgnoreError();
  lease = Lease(sweep);
  Report(lease, 1, {0.1});
  Finish(lease, Outcome::kCompleted, 1);
  lease = Lease(sweep);  // the added one
  Report(lease, 1, {0.2});
  Finish(lease, Outcome::kCompleted, 1);
  Run([&](Engine& engine) { return engine.UpdateSweep({sweep, 1, std::nullopt, 0, std::nullopt}); }).IgnoreError();
  return sweep;
}

RecordedSweeps Recorder::Record() {
  const NewAgent request{"register", "fingerprint", "agent", "host", 1, "test"};
  agent_ = Run([&](Engine& engine) { return engine.RegisterAgent(request); })->id;
  RecordedSweeps sweeps;
  sweeps.grid = RecordGrid();
  sweeps.open = RecordOpen();
  sweeps.cancelled = RecordCancelled();
  sweeps.plain = RecordPlain();
  sweeps.repeats = RecordRepeats();
  sweeps.steered = RecordSteered();
  return sweeps;
}

}  // namespace sweepd
