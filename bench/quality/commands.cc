#include "bench/quality/commands.h"

#include <algorithm>
#include <iostream>
#include <map>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "bench/quality/results_file.h"
#include "bench/quality/suggester.h"
#include "bench/quality/virtual_run.h"
#include "common/status_macros.h"
#include "server/core/space_value.h"

namespace sweepd::quality {
namespace {

bool Contains(const std::vector<std::string>& list, const std::string& text) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

// The member of a request; null when there is none.
const Value& Member(const Value::Map& map, absl::string_view name) {
  static const Value& none = *new Value;
  const auto member = map.find(name);
  return member == map.end() ? none : member->second;
}

// A task and the optima of its instances, which may take a search to find.
struct Served {
  const Task* task = nullptr;
  std::map<uint64_t, double> optima;

  double Optimum(uint64_t seed) {
    const auto known = optima.find(seed);
    return known != optima.end() ? known->second : optima.emplace(seed, task->optimum(seed)).first->second;
  }
};

absl::StatusOr<Value::Map> Answer(std::map<std::string, Served>& tasks, const std::string& line) {
  ASSIGN_OR_RETURN(const Value request, ParseJson(line));
  if (!request.is_map()) return absl::InvalidArgumentError("a request is a JSON object");
  const Value& name = Member(request.as_map(), "task");
  const Value& seed = Member(request.as_map(), "seed");
  const Value& trial = Member(request.as_map(), "trial");
  const Value& assignment = Member(request.as_map(), "assignment");
  if (!name.is_string() || !seed.is_int() || !trial.is_int() || !assignment.is_map()) {
    return absl::InvalidArgumentError("a request has task, seed, trial and assignment");
  }
  const auto found = tasks.find(name.as_string());
  if (found == tasks.end()) return absl::NotFoundError(absl::StrCat("no task \"", name.as_string(), "\""));
  const Task& task = *found->second.task;
  RETURN_IF_ERROR(task.space.CheckAssignment(assignment.as_map()));
  const auto instance = static_cast<uint64_t>(seed.as_int());
  const Measurement measurement = task.evaluate(assignment.as_map(), instance, trial.as_int());
  const bool failed = !measurement.objective.has_value();
  return Value::Map{{"objective", failed ? Value() : Value(*measurement.objective)},
                    {"truth", failed ? Value() : Value(measurement.truth)},
                    {"duration", VirtualDuration(task, instance, trial.as_int())},
                    {"optimum", found->second.Optimum(instance)}};
}

}  // namespace

absl::StatusOr<std::vector<Task>> Choose(std::vector<Task> tasks, const TaskChoice& choice) {
  for (const std::string& name : choice.names) {
    if (std::none_of(tasks.begin(), tasks.end(), [&](const Task& task) { return task.name == name; })) {
      return absl::InvalidArgumentError(absl::StrCat("no task \"", name, "\"; `quality tasks` lists them"));
    }
  }
  std::vector<Task> chosen;
  for (Task& task : tasks) {
    if (!choice.suites.empty() && !Contains(choice.suites, task.suite)) continue;
    if (!choice.names.empty() && !Contains(choice.names, task.name)) continue;
    if (choice.half != "all" && choice.half != HalfName(task.half)) continue;
    chosen.push_back(std::move(task));
  }
  if (chosen.empty()) return absl::InvalidArgumentError("no task is of that suite, half and name");
  return chosen;
}

void PrintTasks(const std::vector<Task>& tasks, bool as_json, std::ostream& out) {
  for (const Task& task : tasks) {
    if (as_json) {
      out << ToJson(Value::Map{{"name", task.name},
                               {"suite", task.suite},
                               {"half", std::string(HalfName(task.half))},
                               {"about", task.about},
                               {"budget", task.budget},
                               {"workers", task.workers},
                               {"resolution", task.resolution},
                               {"parameters", SpaceToValue(task.space)}})
          << "\n";
      continue;
    }
    out << absl::StrFormat("%s %-8s %-22s %4d trials %2d workers  %s\n", task.suite, HalfName(task.half), task.name,
                           task.budget, task.workers, task.about);
  }
}

void ServeEvaluations(const std::vector<Task>& tasks, std::istream& in, std::ostream& out) {
  std::map<std::string, Served> by_name;
  for (const Task& task : tasks) by_name[task.name].task = &task;
  std::string line;
  while (std::getline(in, line)) {
    absl::StatusOr<Value::Map> answer = Answer(by_name, line);
    if (!answer.ok()) answer = Value::Map{{"error", std::string(answer.status().message())}};
    out << ToJson(*answer) << "\n" << std::flush;
  }
}

absl::Status RunMethod(const std::vector<Task>& tasks, const RunFlags& flags) {
  const std::string label = flags.label.empty() ? flags.method : flags.label;
  ASSIGN_OR_RETURN(ResultsFile results, ResultsFile::Open(flags.out));
  for (uint64_t seed = flags.first_seed; seed < flags.first_seed + static_cast<uint64_t>(flags.seeds); ++seed) {
    for (const Task& task : tasks) {
      if (results.Holds(task.name, label, seed)) continue;
      ASSIGN_OR_RETURN(const std::unique_ptr<Suggester> suggester, MakeSuggester(flags.method, task, seed));
      ASSIGN_OR_RETURN(const RunRecord record, RunTask(task, seed, *suggester));
      RETURN_IF_ERROR(results.Append(RecordToValue(record, task, label, seed)));
    }
  }
  return absl::OkStatus();
}

}  // namespace sweepd::quality
