// What callers are told when their batch could not be stored.
#include "server/engine/engine_loop.h"

#include <memory>

#include "server/core/errors.h"
#include "server/store/memory/memory_store.h"
#include "tests/support/fake_clock.h"
#include "tests/support/status_matchers.h"
#include "tests/support/sweep_specs.h"

namespace sweepd {
namespace {

// A store whose disk may be full when a transaction ends.
class FullStore : public MemoryStore {
 public:
  absl::Status Commit() override {
    if (!full) return MemoryStore::Commit();
    Rollback();
    return absl::ResourceExhaustedError("the disk is full");
  }
  bool full = false;
};

class FailedCommitTest : public testing::Test {
 protected:
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
    loop_.Turn(std::move(items));
    return result;
  }

  FakeClock clock_;
  SeededIdSource ids_{5};
  WatchHub hub_;
  EngineStats stats_;
  FullStore store_;
  Engine engine_{{}, store_, clock_, ids_, LeaseTokens("key"), hub_, [](const std::shared_ptr<SuggestionJob>&) {}};
  EngineLoop loop_{engine_, store_, clock_, stats_, [](auto replies) { replies(); }, [](const absl::Status&) {}};
};

TEST_F(FailedCommitTest, ARefusalThatRestsOnAnUnstoredChangeIsNotTold) {
  const auto sweep = Run<SweepView>([](Engine& engine) {
    return engine.CreateSweep({"create", "f", SpecOf(Method::kRandom), true, ""});
  });
  const auto agent = Run<Agent>([](Engine& engine) {
    return engine.RegisterAgent({"register", "f", "agent", "host", 1, ""});
  });
  ASSERT_OK(agent);
  const auto answer = Run<TrialAnswer>([&](Engine& engine) {
    return engine.RequestTrial({agent->id, "request", 0, {sweep->sweep.id}});
  });
  ASSERT_OK(answer);
  const LeaseRef lease = std::get<LeaseGrant>(*answer).ref;

  // The attempt ends, and a late report finds it ended; but the end is not stored.
  store_.full = true;
  absl::StatusOr<FinishAnswer> finish = absl::UnknownError("no reply");
  absl::StatusOr<ReportAnswer> report = absl::UnknownError("no reply");
  std::vector<EngineLoop::Item> items;
  items.push_back(CommandOf<FinishAnswer>(
      [&](Engine& engine) {
        return engine.FinishTrial({lease, Outcome::kStopped, 0, 0, ""});
      },
      finish));
  items.push_back(CommandOf<ReportAnswer>([&](Engine& engine) { return engine.ReportMetrics(lease, {}); }, report));
  loop_.Turn(std::move(items));
  EXPECT_EQ(finish.status().code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(report.status().code(), absl::StatusCode::kResourceExhausted);

  store_.full = false;
  EXPECT_OK(Run<ReportAnswer>([&](Engine& engine) { return engine.ReportMetrics(lease, {}); }));
}

}  // namespace
}  // namespace sweepd
