// How good are the suggestions of sweepd, and those of others, on the same tasks? See bench/README.md.
#include <cstdio>
#include <iostream>
#include <string>

#include "CLI/CLI.hpp"
#include "absl/strings/str_join.h"
#include "bench/quality/commands.h"
#include "bench/quality/suggester.h"
#include "common/log.h"

namespace sweepd::quality {
namespace {

struct Flags {
  std::string data_folder = SWEEPD_BENCH_DATA;
  TaskChoice choice{{}, "all", {}};
  bool json = false;
  RunFlags run;
};

void AddChoice(CLI::App& command, TaskChoice& choice) {
  command.add_option("--suite", choice.suites, "Suites, for example A,B; default: all")
      ->delimiter(',')
      ->check(CLI::IsMember({"A", "B", "C", "D"}));
  command.add_option("--half", choice.half, "tuning, heldout or all")
      ->check(CLI::IsMember({"tuning", "heldout", "all"}))
      ->capture_default_str();
  command.add_option("--task", choice.names, "Names of tasks; default: all")->delimiter(',');
}

absl::Status Carry(const CLI::App& app, const Flags& flags) {
  absl::StatusOr<std::vector<Task>> tasks = AllTasks(flags.data_folder);
  if (tasks.ok()) tasks = Choose(*std::move(tasks), flags.choice);
  if (!tasks.ok()) return tasks.status();
  if (app.got_subcommand("tasks")) {
    PrintTasks(*tasks, flags.json, std::cout);
  } else if (app.got_subcommand("evaluate")) {
    ServeEvaluations(*tasks, std::cin, std::cout);
  } else {
    return RunMethod(*tasks, flags.run);
  }
  return absl::OkStatus();
}

int Main(int argc, char** argv) {
  Flags flags;
  CLI::App app("Regret of search methods on a fixed set of tasks", "quality");
  app.require_subcommand(1);
  app.add_option("--data", flags.data_folder, "Folder of the tables of suite C")->capture_default_str();
  CLI::App* tasks = app.add_subcommand("tasks", "List the tasks");
  AddChoice(*tasks, flags.choice);
  tasks->add_flag("--json", flags.json, "One JSON object in each line");
  app.add_subcommand("evaluate", "Answer evaluations on standard input, one JSON object in each line");
  CLI::App* run = app.add_subcommand("run", "Run a method of ours, and append to a file of results what it lacks");
  AddChoice(*run, flags.choice);
  run->add_option("--method", flags.run.method, "One of: " + absl::StrJoin(MethodNames(), ", "))->capture_default_str();
  run->add_option("--label", flags.run.label, "What the results call the method; default: its name");
  run->add_option("--first-seed", flags.run.first_seed, "The first seed")->capture_default_str();
  run->add_option("--seeds", flags.run.seeds, "How many seeds")->check(CLI::PositiveNumber)->capture_default_str();
  run->add_option("--out", flags.run.out, "The file of results, JSON lines")->required();
  CLI11_PARSE(app, argc, argv);
  ConfigureLog(LogLevel::kWarning, LogFormat::kText);
  const absl::Status status = Carry(app, flags);
  if (status.ok()) return 0;
  std::fprintf(stderr, "quality: %s\n", std::string(status.message()).c_str());
  return 1;
}

}  // namespace
}  // namespace sweepd::quality

int main(int argc, char** argv) { return sweepd::quality::Main(argc, argv); }
