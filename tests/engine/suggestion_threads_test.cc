// Suggestions of a whole controller under many threads: the log alone determines them.
#include <future>
#include <memory>
#include <thread>

#include "absl/strings/str_cat.h"
#include "server/engine/controller.h"
#include "server/store/memory/memory_store.h"
#include "tests/support/replayed_history.h"
#include "tests/support/status_matchers.h"
#include "tests/support/sweep_specs.h"

namespace sweepd {
namespace {

struct Setting {
  int threads = 1;
  int64_t max_parallel = 1;
  bool speculate = true;
};

// A controller whose clock never shows a time twice: the order of the log is that of the times in it.
class TickingClock : public Clock {
 public:
  absl::Time Now() const override { return absl::FromUnixMicros(++ticks_); }
  absl::Duration Monotonic() const override { return system_.Monotonic(); }

 private:
  SystemClock system_;
  mutable std::atomic<int64_t> ticks_ = 0;
};

class SuggestionThreads : public testing::Test {
 protected:
  // Runs a sweep of 24 trials to its end.
  void Run(const Setting& setting) {
    ControllerOptions options;
    options.engine.speculate = setting.speculate;
    auto controller = Controller::Start(options, std::make_unique<MemoryStore>(), clock_, ids_, "key",
                                        [](const absl::Status& status) { ADD_FAILURE() << status; });
    ASSERT_OK(controller);
    controller_ = *std::move(controller);
    SweepSpec spec = SpecOf(Method::kBayes);
    spec.max_parallel = setting.max_parallel;
    spec.run_cap = 24;
    sweep_ = Do<SweepView>([&](Engine& engine) {
               return engine.CreateSweep({"create", "f", spec, true, ""});
             }).sweep.id;
    std::vector<std::thread> agents;
    for (int i = 0; i < setting.threads; ++i) agents.emplace_back([this, i] { Work(absl::StrCat("agent-", i)); });
    for (std::thread& agent : agents) agent.join();
    Read();
  }

  std::vector<std::string> Assignments() {
    std::vector<std::string> texts;
    for (const Trial& trial : trials_) texts.push_back(ToJson(Value(trial.assignment)));
    return texts;
  }

  std::unique_ptr<Controller> controller_;
  std::vector<Trial> trials_;
  std::vector<Event> events_;
  std::shared_ptr<const SweepSpec> spec_;

 private:
  template <class T>
  T Do(absl::AnyInvocable<absl::StatusOr<T>(Engine&)> command) {
    std::promise<absl::StatusOr<T>> promise;
    controller_->engine_thread().Run<T>(std::move(command),
                                        [&promise](absl::StatusOr<T> result) { promise.set_value(std::move(result)); });
    return *promise.get_future().get();
  }

  TrialAnswer Ask(const TrialRequest& request) {
    std::promise<absl::StatusOr<TrialAnswer>> promise;
    controller_->engine_thread().RequestTrial(
        request, absl::Seconds(20), [] { return false; },
        [&promise](absl::StatusOr<TrialAnswer> answer) { promise.set_value(std::move(answer)); });
    return *promise.get_future().get();
  }

  // An agent, until the sweep is over.
  void Work(const std::string& name) {
    const std::string agent = Do<Agent>([&](Engine& engine) {
                                return engine.RegisterAgent({name, "f", name, "host", 1, ""});
                              }).id;
    for (int request = 0;; ++request) {
      const TrialAnswer answer = Ask({agent, absl::StrCat(name, "-", request), 0, {sweep_}});
      if (std::holds_alternative<DoneAnswer>(answer)) return;
      const auto* grant = std::get_if<LeaseGrant>(&answer);
      if (grant == nullptr) continue;
      const double loss = grant->assignment->at("a").as_double() - grant->assignment->at("b").as_double();
      Do<ReportAnswer>([&](Engine& engine) {
        return engine.ReportMetrics(grant->ref, {{1, 1, clock_.Now(), {{"loss", loss * loss}}}});
      });
      Do<FinishAnswer>([&](Engine& engine) { return engine.FinishTrial({grant->ref, Outcome::kCompleted, 0, 1, ""}); });
    }
  }

  void Read() {
    std::promise<void> done;
    controller_->read_pool().Run([&](StoreReader& reader) {
      spec_ = reader.FindSweep(sweep_)->spec;
      trials_ = *reader.ListTrials(sweep_, {{}, TrialOrder::kNumber, 0, 1000});
      events_ = *reader.ListEvents(sweep_, 0, 10000);
      done.set_value();
    });
    done.get_future().get();
  }

  TickingClock clock_;
  SeededIdSource ids_{3};
  std::string sweep_;
};

TEST_F(SuggestionThreads, OneTrialAfterAnotherIsTheSameWithOneThreadWithEightAndWithoutSpeculation) {
  Run({1, 1, /*speculate=*/false});
  const std::vector<std::string> reference = Assignments();
  EXPECT_EQ(reference.size(), 24u);
  for (const Setting& setting : {Setting{1, 1}, Setting{8, 1}, Setting{8, 1, false}}) {
    Run(setting);
    EXPECT_EQ(Assignments(), reference) << setting.threads << " threads";
  }
}

TEST_F(SuggestionThreads, ManyTrialsAtOnceAreWhatTheLogSays) {
  for (const bool speculate : {true, false}) {
    Run({8, 4, speculate});
    ASSERT_EQ(trials_.size(), 24u);
    const std::unique_ptr<Strategy> strategy = MakeStrategy(*spec_);
    int64_t index = 0;
    for (const Event& event : events_) {
      if (event.kind != EventKind::kTrialCreated) continue;
      const auto expected = strategy->Suggest({index++, ReplayHistory(events_, trials_, event.revision)});
      ASSERT_OK(expected);
      EXPECT_EQ(**expected, *trials_[static_cast<size_t>(event.trial) - 1].assignment) << "trial " << event.trial;
    }
    EXPECT_EQ(index, 24);
    const SuggestionCounters counters = controller_->ReadStats().suggestions;
    EXPECT_EQ(counters.ready + counters.on_demand, 24);
  }
}

}  // namespace
}  // namespace sweepd
