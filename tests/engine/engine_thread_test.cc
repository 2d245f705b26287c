// The engine's thread, and the controller assembled around it.
#include "server/engine/engine_thread.h"

#include <future>
#include <memory>

#include "absl/strings/str_cat.h"
#include "server/core/errors.h"
#include "server/engine/controller.h"
#include "server/store/memory/memory_store.h"
#include "tests/support/fake_clock.h"
#include "tests/support/status_matchers.h"
#include "tests/support/sweep_specs.h"

namespace sweepd {
namespace {

template <class T>
class Awaited {
 public:
  EngineThread::Reply<T> Reply() {
    return [promise = promise_](absl::StatusOr<T> result) { promise->set_value(std::move(result)); };
  }
  bool IsReady() const { return future_.wait_for(std::chrono::seconds(0)) == std::future_status::ready; }
  absl::StatusOr<T> Get() { return future_.get(); }

 private:
  std::shared_ptr<std::promise<absl::StatusOr<T>>> promise_ = std::make_shared<std::promise<absl::StatusOr<T>>>();
  std::future<absl::StatusOr<T>> future_ = promise_->get_future();
};

class EngineThreadTest : public testing::Test {
 protected:
  void SetUp() override {
    auto controller = Controller::Start({}, std::make_unique<MemoryStore>(), clock_, ids_, "key",
                                        [](const absl::Status& status) { ADD_FAILURE() << status; });
    ASSERT_OK(controller);
    controller_ = *std::move(controller);
  }

  template <class T>
  absl::StatusOr<T> Run(absl::AnyInvocable<absl::StatusOr<T>(Engine&)> command) {
    Awaited<T> reply;
    controller_->engine_thread().Run<T>(std::move(command), reply.Reply());
    return reply.Get();
  }

  std::string CreateSweep(const SweepSpec& spec) {
    return Run<SweepView>([&](Engine& engine) {
             return engine.CreateSweep({absl::StrCat("create-", ++requests_), "f", spec, true, ""});
           })
        ->sweep.id;
  }

  std::string RegisterAgent() {
    return Run<Agent>([&](Engine& engine) {
             return engine.RegisterAgent({absl::StrCat("register-", ++requests_), "f", "agent", "host", 1, ""});
           })
        ->id;
  }

  void Ask(const std::string& agent, const std::string& sweep, Awaited<TrialAnswer>& reply, bool abandoned = false) {
    controller_->engine_thread().RequestTrial(
        {agent, absl::StrCat("request-", ++requests_), 0, {sweep}}, absl::Seconds(20),
        [abandoned] { return abandoned; }, reply.Reply());
  }

  // Returns when everything posted before it has been answered or put on hold.
  void Settle() {
    EXPECT_OK(Run<bool>([](Engine&) -> absl::StatusOr<bool> { return true; }));
  }

  FakeClock clock_;
  SeededIdSource ids_{3};
  std::unique_ptr<Controller> controller_;
  int requests_ = 0;
};

TEST_F(EngineThreadTest, AFailingCommandLeavesTheOthersOfItsBatchIntact) {
  Awaited<SweepView> bad;
  Awaited<SweepView> good;
  controller_->engine_thread().Run<SweepView>([](Engine& engine) { return engine.PauseSweep("absent"); }, bad.Reply());
  controller_->engine_thread().Run<SweepView>(
      [](Engine& engine) {
        return engine.CreateSweep({"r", "f", SpecOf(Method::kGrid), true, ""});
      },
      good.Reply());
  EXPECT_EQ(ReasonOf(bad.Get().status()), "SWEEP_NOT_FOUND");
  EXPECT_OK(good.Get());
}

TEST_F(EngineThreadTest, ARequestIsHeldUntilTheSweepGoesOn) {
  const std::string sweep = CreateSweep(SpecOf(Method::kRandom));
  const std::string agent = RegisterAgent();
  ASSERT_OK(Run<SweepView>([&](Engine& engine) { return engine.PauseSweep(sweep); }));
  Awaited<TrialAnswer> reply;
  Ask(agent, sweep, reply);
  Settle();
  EXPECT_FALSE(reply.IsReady());
  ASSERT_OK(Run<SweepView>([&](Engine& engine) { return engine.ResumeSweep(sweep); }));
  EXPECT_TRUE(std::holds_alternative<LeaseGrant>(*reply.Get()));
}

TEST_F(EngineThreadTest, ARequestForASuggestionIsAnsweredWhenItIsComputed) {
  const std::string sweep = CreateSweep(SpecOf(Method::kBayes));
  Awaited<TrialAnswer> reply;
  Ask(RegisterAgent(), sweep, reply);
  EXPECT_TRUE(std::holds_alternative<LeaseGrant>(*reply.Get()));
}

TEST_F(EngineThreadTest, AHeldRequestIsToldToWaitWhenItsTimeIsOver) {
  const std::string sweep = CreateSweep(SpecOf(Method::kRandom));
  const std::string agent = RegisterAgent();
  ASSERT_OK(Run<SweepView>([&](Engine& engine) { return engine.PauseSweep(sweep); }));
  Awaited<TrialAnswer> reply;
  Ask(agent, sweep, reply);
  Settle();
  clock_.Advance(absl::Seconds(21));
  const auto answer = reply.Get();
  ASSERT_OK(answer);
  EXPECT_EQ(std::get<WaitAnswer>(*answer).reason, WaitReason::kPaused);
}

TEST_F(EngineThreadTest, AnAbandonedRequestLeasesNothing) {
  const std::string sweep = CreateSweep(SpecOf(Method::kRandom));
  Awaited<TrialAnswer> reply;
  Ask(RegisterAgent(), sweep, reply, /*abandoned=*/true);
  EXPECT_EQ(reply.Get().status().code(), absl::StatusCode::kCancelled);
  const auto paused = Run<SweepView>([&](Engine& engine) { return engine.PauseSweep(sweep); });
  EXPECT_EQ(paused->sweep.counts.total(), 0);
}

TEST_F(EngineThreadTest, AGapOfTheControllerItselfCostsNoLease) {
  const std::string sweep = CreateSweep(SpecOf(Method::kRandom));
  Awaited<TrialAnswer> reply;
  Ask(RegisterAgent(), sweep, reply);
  ASSERT_OK(reply.Get());
  clock_.Advance(absl::Hours(1));
  Settle();
  const auto paused = Run<SweepView>([&](Engine& engine) { return engine.PauseSweep(sweep); });
  EXPECT_EQ(paused->sweep.counts.running, 1);
}

TEST_F(EngineThreadTest, StopAnswersEverythingThatWaits) {
  const std::string sweep = CreateSweep(SpecOf(Method::kRandom));
  const std::string agent = RegisterAgent();
  ASSERT_OK(Run<SweepView>([&](Engine& engine) { return engine.PauseSweep(sweep); }));
  Awaited<TrialAnswer> held;
  Ask(agent, sweep, held);
  controller_->Stop();
  EXPECT_EQ(ReasonOf(held.Get().status()), "SHUTTING_DOWN");
  EXPECT_EQ(ReasonOf(Run<SweepView>([&](Engine& engine) { return engine.PauseSweep(sweep); }).status()),
            "SHUTTING_DOWN");
}

TEST_F(EngineThreadTest, AWholeBayesSweepRunsWithManyAgentsAtOnce) {
  SweepSpec spec = SpecOf(Method::kBayes);
  spec.run_cap = 12;
  spec.max_parallel = 2;
  const std::string sweep = CreateSweep(spec);
  const auto work = [&](const std::string& agent, int number) {
    for (int i = 0; true; ++i) {
      Awaited<TrialAnswer> reply;
      controller_->engine_thread().RequestTrial(
          {agent, absl::StrCat(number, "-", i), 0, {sweep}}, absl::Seconds(20), [] { return false; }, reply.Reply());
      const absl::StatusOr<TrialAnswer> answer = reply.Get();
      if (!answer.ok() || std::holds_alternative<DoneAnswer>(*answer)) return answer.status();
      const LeaseRef lease = std::get<LeaseGrant>(*answer).ref;
      const double a = std::get<LeaseGrant>(*answer).assignment->at("a").as_double();
      auto stored = Run<ReportAnswer>([&](Engine& engine) {
        return engine.ReportMetrics(lease, {{1, 0, absl::UnixEpoch(), {{"loss", a * a}}}});
      });
      if (!stored.ok()) return stored.status();
      auto finished = Run<FinishAnswer>([&](Engine& engine) {
        return engine.FinishTrial({lease, Outcome::kCompleted, 0, 1, ""});
      });
      if (!finished.ok()) return finished.status();
    }
  };
  std::vector<std::future<absl::Status>> agents;
  for (int i = 0; i < 4; ++i) {
    agents.push_back(std::async(std::launch::async, [&, i, agent = RegisterAgent()] { return work(agent, i); }));
  }
  for (auto& agent : agents) EXPECT_OK(agent.get());
  const auto stopped = Run<SweepView>([&](Engine& engine) { return engine.StopSweep(sweep); });
  EXPECT_EQ(stopped->sweep.state, SweepState::kFinished);
  EXPECT_EQ(stopped->sweep.counts.succeeded, 12);
}

}  // namespace
}  // namespace sweepd
