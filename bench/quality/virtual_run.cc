#include "bench/quality/virtual_run.h"

#include <map>
#include <set>
#include <utility>

#include "absl/time/clock.h"
#include "common/status_macros.h"

namespace sweepd::quality {
namespace {

struct OpenTrial {
  int64_t number = 0;
  Measurement measurement;
};

class VirtualRun {
 public:
  VirtualRun(const Task& task, uint64_t seed, Suggester& suggester) : task_(task), seed_(seed), suggester_(suggester) {}

  // Gives every free worker a trial.
  absl::Status StartTrials() {
    while (started_ < task_.budget && static_cast<int64_t>(open_.size()) < task_.workers && !exhausted_) {
      const absl::Time asked = absl::Now();
      ASSIGN_OR_RETURN(const std::optional<Suggestion> suggestion, suggester_.Ask());
      const absl::Duration waited = absl::Now() - asked;
      if (!suggestion.has_value()) {
        exhausted_ = true;
        return absl::OkStatus();
      }
      record_.suggestion_seconds.push_back(absl::ToDoubleSeconds(waited));
      RETURN_IF_ERROR(task_.space.CheckAssignment(suggestion->assignment));
      assignments_.insert(ToJson(suggestion->assignment));
      ++started_;
      open_.emplace(std::pair(now_ + VirtualDuration(task_, seed_, started_), started_),
                    OpenTrial{suggestion->number, task_.evaluate(suggestion->assignment, seed_, started_)});
    }
    return absl::OkStatus();
  }

  absl::Status EndTrial() {
    const auto first = open_.begin();
    now_ = first->first.first;
    const OpenTrial trial = first->second;
    open_.erase(first);
    record_.trials.push_back(trial.measurement);
    return suggester_.Tell(trial.number, trial.measurement.objective);
  }

  absl::StatusOr<RunRecord> Run() {
    while (true) {
      RETURN_IF_ERROR(StartTrials());
      if (open_.empty()) break;
      RETURN_IF_ERROR(EndTrial());
    }
    record_.distinct = static_cast<int64_t>(assignments_.size());
    return record_;
  }

 private:
  const Task& task_;
  const uint64_t seed_;
  Suggester& suggester_;
  RunRecord record_;
  std::set<std::string> assignments_;
  std::map<std::pair<double, int64_t>, OpenTrial> open_;  // by the virtual time of their ends
  double now_ = 0;
  int64_t started_ = 0;
  bool exhausted_ = false;
};

}  // namespace

absl::StatusOr<RunRecord> RunTask(const Task& task, uint64_t seed, Suggester& suggester) {
  return VirtualRun(task, seed, suggester).Run();
}

Value::Map RecordToValue(const RunRecord& record, const Task& task, const std::string& method, uint64_t seed) {
  Value::List objective;
  Value::List truth;
  for (const Measurement& trial : record.trials) {
    objective.push_back(trial.objective.has_value() ? Value(*trial.objective) : Value());
    truth.push_back(trial.objective.has_value() ? Value(trial.truth) : Value());
  }
  Value::List milliseconds;
  for (const double seconds : record.suggestion_seconds) milliseconds.emplace_back(1e3 * seconds);
  return {{"task", task.name},
          {"suite", task.suite},
          {"half", std::string(HalfName(task.half))},
          {"method", method},
          {"seed", static_cast<int64_t>(seed)},
          {"workers", task.workers},
          {"optimum", task.optimum(seed)},
          {"resolution", task.resolution},
          {"objective", std::move(objective)},
          {"truth", std::move(truth)},
          {"suggest_ms", std::move(milliseconds)},
          {"distinct", record.distinct}};
}

}  // namespace sweepd::quality
