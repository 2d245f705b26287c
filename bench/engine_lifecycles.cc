// What the engine and its store cost per trial lifecycle (request, a report of some points, finish), without any
// network: batches of commands run by an EngineLoop, over SQLite and, as the reference, over the store in memory.
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
#include "server/store/sqlite/connection.h"
#include "server/store/sqlite/open.h"

namespace sweepd {
namespace {

struct Settings {
  std::string folder;
  int64_t lifecycles = 20'000;
  int64_t batch = 85;  // lifecycles in flight at the same time
  int64_t points = 10;
  int rounds = 3;
};

SweepSpec SpecOfTheBench() {
  SweepSpec spec;
  spec.name = "bench";
  spec.method = Method::kRandom;
  std::vector<Parameter> parameters;
  for (const char* name : {"dropout", "learning_rate", "momentum"}) {
    parameters.push_back({name, Uniform{0, 1}});
  }
  spec.space = *SearchSpace::Create(std::move(parameters));
  spec.objective = Objective{"loss", Goal::kMinimize, Aggregation::kLast, std::nullopt};
  spec.program = "train.py";
  spec.command = {"${interpreter}", "${program}", "${args}"};
  spec.seed = 1;
  return spec;
}

// Runs commands in the loop, as many per turn as the caller puts together.
class WholeEngine {
 public:
  explicit WholeEngine(std::unique_ptr<Store> store)
      : store_(std::move(store)),
        engine_({}, *store_, clock_, ids_, LeaseTokens("bench"), hub_, [](const std::shared_ptr<SuggestionJob>&) {}),
        loop_(
            engine_, *store_, clock_, stats_, [](auto replies) { replies(); },
            [this](const absl::Status& status) { fatal_ = status; }) {
    fatal_.Update(engine_.Start());
    sweep_ = Run<SweepView>([](Engine& engine) {
               return engine.CreateSweep({"create", "", SpecOfTheBench(), true, ""});
             })->sweep.id;
    agent_ = Run<Agent>([](Engine& engine) { return engine.RegisterAgent({"agent", "", "bench", "host", 1, ""}); })->id;
  }

  void RunLifecycles(const Settings& settings) {
    std::vector<LeaseRef> leases;
    std::vector<EngineLoop::Item> items;
    for (int64_t i = 0; i < settings.batch; ++i) {
      items.push_back(HeldRequest{{agent_, absl::StrFormat("%012d", ++requests_), 0, {sweep_}},
                                  absl::InfiniteDuration(),
                                  [] { return false; },
                                  [this, &leases](absl::StatusOr<TrialAnswer> answer) {
                                    fatal_.Update(answer.status());
                                    leases.push_back(std::get<LeaseGrant>(*std::move(answer)).ref);
                                  }});
    }
    loop_.Turn(std::exchange(items, {}));
    for (const LeaseRef& lease : leases) items.push_back(Report(lease, settings.points));
    loop_.Turn(std::exchange(items, {}));
    for (const LeaseRef& lease : leases) {
      items.push_back(Command([lease, last = settings.points](Engine& engine) {
        return engine.FinishTrial({lease, Outcome::kCompleted, 0, last, ""}).status();
      }));
    }
    loop_.Turn(std::move(items));
  }

  const absl::Status& fatal() const { return fatal_; }

 private:
  template <class T>
  absl::StatusOr<T> Run(std::function<absl::StatusOr<T>(Engine&)> command) {
    absl::StatusOr<T> result;
    std::vector<EngineLoop::Item> items;
    items.push_back(Command([&](Engine& engine) {
      result = command(engine);
      return result.status();
    }));
    loop_.Turn(std::move(items));
    return result;
  }

  EngineLoop::Item Command(absl::AnyInvocable<absl::Status(Engine&)> execute) {
    return EngineLoop::Command{std::move(execute), [this](const absl::Status& status) { fatal_.Update(status); }};
  }

  EngineLoop::Item Report(const LeaseRef& lease, int64_t points) {
    std::vector<MetricReport> reports;
    for (int64_t i = 1; i <= points; ++i)
      reports.push_back({i, i, absl::UnixEpoch(), {{"loss", 1.0 / static_cast<double>(i)}}});
    return Command([lease, reports = std::move(reports)](Engine& engine) {
      return engine.ReportMetrics(lease, reports).status();
    });
  }

  SystemClock clock_;
  SeededIdSource ids_{1};
  WatchHub hub_;
  EngineStats stats_;
  std::unique_ptr<Store> store_;
  absl::Status fatal_;
  Engine engine_;
  EngineLoop loop_;
  std::string sweep_;
  std::string agent_;
  int64_t requests_ = 0;
};

// SQLite with the rows that no implementation could do without.
class BareSqlite {
 public:
  explicit BareSqlite(const std::string& path) : connection_(*Connection::OpenWriter(path)) {
    fatal_.Update(connection_->UseWriteAheadLog(Connection::Durability::kFull));
    fatal_.Update(connection_->Execute(
        "CREATE TABLE trials (number INTEGER PRIMARY KEY, state TEXT NOT NULL, assignment TEXT NOT NULL) STRICT;"
        "CREATE TABLE points (trial INTEGER NOT NULL, step INTEGER NOT NULL, value REAL NOT NULL, value_bits INTEGER,"
        " PRIMARY KEY (trial, step)) STRICT, WITHOUT ROWID;"));
  }

  void RunLifecycles(const Settings& settings) {
    const int64_t first = trials_ + 1;
    trials_ += settings.batch;
    InTransaction(first, [this](int64_t trial) {
      return connection_->Prepare("INSERT INTO trials (number, state, assignment) VALUES (?1, ?2, ?3)")
          .Bind(trial, std::string("RUNNING"), std::string(R"({"dropout":0.25,"learning_rate":0.125,"momentum":0.5})"))
          .Run();
    });
    InTransaction(first, [&](int64_t trial) {
      absl::Status status;
      for (int64_t step = 1; step <= settings.points; ++step) {
        status.Update(
            connection_->Prepare("INSERT INTO points (trial, step, value, value_bits) VALUES (?1, ?2, ?3, ?4)")
                .Bind(trial, step, 1.0 / static_cast<double>(step))
                .Run());
      }
      return status;
    });
    InTransaction(first, [this](int64_t trial) {
      return connection_->Prepare("UPDATE trials SET state = 'SUCCEEDED' WHERE number = ?1").Bind(trial).Run();
    });
  }

  const absl::Status& fatal() const { return fatal_; }

 private:
  template <class Change>
  void InTransaction(int64_t first, Change change) {
    fatal_.Update(connection_->Begin());
    for (int64_t trial = first; trial <= trials_; ++trial) fatal_.Update(change(trial));
    fatal_.Update(connection_->Commit());
  }

  std::unique_ptr<Connection> connection_;
  absl::Status fatal_;
  int64_t trials_ = 0;
};

// Of one round.
struct Cost {
  double per_second = 0;  // lifecycles
  double cpu_micros = 0;  // of a lifecycle
};

template <class Driver>
Cost Measure(Driver& driver, const Settings& settings) {
  const absl::Time start = absl::Now();
  const absl::Duration cpu = ThreadCpuTime();
  int64_t done = 0;
  for (; done < settings.lifecycles; done += settings.batch) driver.RunLifecycles(settings);
  const auto count = static_cast<double>(done);
  return {count / absl::ToDoubleSeconds(absl::Now() - start),
          absl::ToDoubleMicroseconds(ThreadCpuTime() - cpu) / count};
}

double Median(const std::vector<Cost>& costs, double Cost::*value) {
  std::vector<double> values;
  for (const Cost& cost : costs) values.push_back(cost.*value);
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

void Print(const char* title, double whole, double bare, const char* unit) {
  std::printf("%-8s engine %8.1f, bare SQLite %8.1f %s; ratio %.2f\n", title, whole, bare, unit, whole / bare);
}

absl::Status Compare(const Settings& settings) {
  absl::StatusOr<std::unique_ptr<Store>> opened = OpenSqliteStore(settings.folder, {});
  if (!opened.ok()) return opened.status();
  WholeEngine engine(*std::move(opened));
  BareSqlite bare(settings.folder + "/bare.db");
  std::vector<Cost> whole;
  std::vector<Cost> reference;
  for (int round = 0; round < settings.rounds; ++round) {
    whole.push_back(Measure(engine, settings));
    reference.push_back(Measure(bare, settings));
    Print("round", whole.back().per_second, reference.back().per_second, "lifecycles/s");
  }
  Print("median", Median(whole, &Cost::per_second), Median(reference, &Cost::per_second), "lifecycles/s");
  Print("median", Median(whole, &Cost::cpu_micros), Median(reference, &Cost::cpu_micros), "us of CPU per lifecycle");
  absl::Status status = engine.fatal();
  status.Update(bare.fatal());
  return status;
}

}  // namespace
}  // namespace sweepd

int main(int argc, char** argv) {
  sweepd::Settings settings;
  CLI::App app("Cost of a trial lifecycle in the engine and its store, without a network", "engine_lifecycles");
  app.add_option("--folder", settings.folder, "New folder for the database")->required();
  app.add_option("--lifecycles", settings.lifecycles, "Per round")->capture_default_str();
  app.add_option("--batch", settings.batch, "Commands per transaction")->capture_default_str();
  app.add_option("--points", settings.points, "Metric points per lifecycle, in one report")->capture_default_str();
  app.add_option("--rounds", settings.rounds, "Interleaved rounds; the median counts")->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  sweepd::ConfigureLog(sweepd::LogLevel::kWarning, sweepd::LogFormat::kText);
  const absl::Status status = sweepd::Compare(settings);
  if (!status.ok()) std::fprintf(stderr, "%s\n", std::string(status.message()).c_str());
  return status.ok() ? 0 : 1;
}
