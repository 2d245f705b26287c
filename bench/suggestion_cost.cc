// What one suggestion of grid and random search costs through the engine (a request for a trial: suggestion, rows,
// events, lease) in a sweep with few trials and in one with many, over the store in memory. The cost must not grow.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "bench/thread_cpu_time.h"
#include "common/clock.h"
#include "common/ids.h"
#include "common/log.h"
#include "server/engine/engine_loop.h"
#include "server/store/memory/memory_store.h"

namespace sweepd {
namespace {

struct Settings {
  int64_t few = 100;
  int64_t many = 100'000;
  int64_t batch = 64;  // suggestions that are timed together
  int rounds = 101;
  double most = 1.2;  // ratio with --check
  bool check = false;
};

// Nested and conditional, as large as a grid may be served in constant memory.
SweepSpec SpecOfTheBench(Method method, uint64_t seed) {
  SweepSpec spec;
  spec.name = "bench";
  spec.method = method;
  std::vector<Parameter> parameters = {
      {"name", Categorical{{"adam", "sgd", "rmsprop"}}, {}, {"optimizer"}},
      {"momentum", QUniform{{0, 1}, 0.01, false}, {{"optimizer.name", {"sgd", "rmsprop"}}}, {"optimizer"}}};
  for (const char* name : {"a", "b", "c", "d"}) parameters.push_back({name, IntUniform{1, 1000}});
  spec.space = *SearchSpace::Create(std::move(parameters));
  spec.grid_order = GridOrder::kShuffled;
  spec.program = "train.py";
  spec.command = {"${program}", "${args}"};
  spec.seed = seed;
  return spec;
}

// One sweep in an engine of its own, with as many ended trials as wanted.
class GrowingSweep {
 public:
  GrowingSweep(Method method, uint64_t seed, int64_t trials, int64_t batch)
      : batch_(batch),
        engine_({}, store_, clock_, ids_, LeaseTokens("bench"), hub_, [](const std::shared_ptr<SuggestionJob>&) {}),
        loop_(
            engine_, store_, clock_, stats_, [](auto replies) { replies(); },
            [this](const absl::Status& status) { fatal_ = status; }) {
    fatal_.Update(engine_.Start());
    Run([&](Engine& engine) {
      const absl::StatusOr<SweepView> view = engine.CreateSweep({"create", "", SpecOfTheBench(method, seed), true, ""});
      if (view.ok()) sweep_ = view->sweep.id;
      return view.status();
    });
    Run([&](Engine& engine) {
      const absl::StatusOr<Agent> agent = engine.RegisterAgent({"agent", "", "bench", "host", 1, ""});
      if (agent.ok()) agent_ = agent->id;
      return agent.status();
    });
    while (requests_ < trials && fatal_.ok()) SuggestionMicros();
  }

  // CPU of the engine's thread for one suggestion, over a batch whose trials end before the return.
  double SuggestionMicros() {
    std::vector<LeaseRef> leases;
    std::vector<EngineLoop::Item> items;
    for (int64_t i = 0; i < batch_; ++i) {
      items.push_back(HeldRequest{{agent_, absl::StrFormat("%012d", ++requests_), 0, {sweep_}},
                                  absl::InfiniteDuration(),
                                  [] { return false; },
                                  [this, &leases](absl::StatusOr<TrialAnswer> answer) {
                                    fatal_.Update(answer.status());
                                    if (answer.ok()) leases.push_back(std::get<LeaseGrant>(*std::move(answer)).ref);
                                  }});
    }
    const absl::Duration start = ThreadCpuTime();
    loop_.Turn(std::exchange(items, {}));
    const absl::Duration spent = ThreadCpuTime() - start;
    for (const LeaseRef& lease : leases) {
      items.push_back(Command([lease](Engine& engine) {
        return engine.FinishTrial({lease, Outcome::kCompleted, 0, 0, ""}).status();
      }));
    }
    loop_.Turn(std::move(items));
    return absl::ToDoubleMicroseconds(spent) / static_cast<double>(batch_);
  }

  const absl::Status& fatal() const { return fatal_; }

 private:
  void Run(absl::AnyInvocable<absl::Status(Engine&)> command) {
    std::vector<EngineLoop::Item> items;
    items.push_back(Command(std::move(command)));
    loop_.Turn(std::move(items));
  }

  EngineLoop::Item Command(absl::AnyInvocable<absl::Status(Engine&)> execute) {
    return EngineLoop::Command{std::move(execute), [this](const absl::Status& status) { fatal_.Update(status); }};
  }

  int64_t batch_;
  SystemClock clock_;
  SeededIdSource ids_{1};
  WatchHub hub_;
  EngineStats stats_;
  MemoryStore store_;
  absl::Status fatal_;
  Engine engine_;
  EngineLoop loop_;
  std::string sweep_;
  std::string agent_;
  int64_t requests_ = 0;
};

double Median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

// The ratio of the two costs, measured in turn.
absl::StatusOr<double> Compare(Method method, const Settings& settings) {
  GrowingSweep many(method, 0, settings.many, settings.batch);
  std::vector<double> cost_of_few;
  std::vector<double> cost_of_many;
  std::vector<double> ratios;  // of each round, so that what slows the machine for a while does not count
  absl::Status status = many.fatal();
  for (int round = 0; round < settings.rounds && status.ok(); ++round) {
    // Another seed in every round, for a processor remembers the branches that a computation took before.
    GrowingSweep few(method, static_cast<uint64_t>(round), settings.few, settings.batch);
    // The small sweep was just made, so its part of the caches is warm; so is the large one's after a batch.
    cost_of_few.push_back(few.SuggestionMicros());
    many.SuggestionMicros();
    cost_of_many.push_back(many.SuggestionMicros());
    ratios.push_back(cost_of_many.back() / cost_of_few.back());
    status.Update(few.fatal());
    status.Update(many.fatal());
  }
  if (!status.ok()) return status;
  const double ratio = Median(ratios);
  std::printf(
      "%-6s at %d trials %.1f us, at %d trials %.1f us of CPU per suggestion; ratio %.2f (must be below %.2f)\n",
      std::string(MethodName(method)).c_str(), static_cast<int>(settings.few), Median(cost_of_few),
      static_cast<int>(settings.many), Median(cost_of_many), ratio, settings.most);
  return ratio;
}

int Main(const Settings& settings) {
  bool is_good = true;
  for (const Method method : {Method::kGrid, Method::kRandom}) {
    const absl::StatusOr<double> ratio = Compare(method, settings);
    if (!ratio.ok()) std::fprintf(stderr, "%s\n", std::string(ratio.status().message()).c_str());
    is_good = is_good && ratio.ok() && (!settings.check || *ratio < settings.most);
  }
  return is_good ? 0 : 1;
}

}  // namespace
}  // namespace sweepd

int main(int argc, char** argv) {
  sweepd::Settings settings;
  CLI::App app("Cost of a suggestion in sweeps with few and with many trials", "suggestion_cost");
  app.add_option("--few", settings.few, "Trials of the small sweep")->capture_default_str();
  app.add_option("--many", settings.many, "Trials of the large sweep")->capture_default_str();
  app.add_option("--batch", settings.batch, "Suggestions timed together")->capture_default_str();
  app.add_option("--rounds", settings.rounds, "Interleaved rounds; the median counts")->capture_default_str();
  app.add_flag("--check", settings.check, "Exit with 1 when the ratio is 1.2 or more");
  CLI11_PARSE(app, argc, argv);
  sweepd::ConfigureLog(sweepd::LogLevel::kWarning, sweepd::LogFormat::kText);
  return sweepd::Main(settings);
}
