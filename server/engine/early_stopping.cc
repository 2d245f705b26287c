// Early termination: every report of the objective is judged, and the attempt that is not worth going on is told to
// stop with the answer to that very report.
//
// The curves live in memory, where later commands of a batch see what earlier ones reported; a command or batch that is
// undone takes its changes of them back. They are dropped when a sweep ends or its rule changes, and read from the
// store when the next report finds none, as after a restart: O(reports of the sweep), once.
#include <algorithm>
#include <limits>
#include <utility>

#include "common/status_macros.h"
#include "server/core/limits.h"
#include "server/engine/engine.h"

namespace sweepd {
namespace {

constexpr int64_t kCurvePage = 10'000;
constexpr int64_t kWhole = std::numeric_limits<int64_t>::max();

}  // namespace

absl::Status Engine::JudgeReports(LeasedTrial& leased, const std::vector<MetricReport>& reports) {
  const int64_t trial = leased.trial.key.number;
  ComparedCurves* curves = nullptr;
  for (const MetricReport& report : reports) {
    const auto value = report.values.find(leased.sweep.spec->objective->metric);
    if (value == report.values.end()) continue;
    if (curves == nullptr) {
      ASSIGN_OR_RETURN(curves, CurvesOf(leased.sweep, trial, report.sequence));
    }
    IfUndone([this, id = leased.sweep.id, undo = curves->Append(trial, value->second)]() mutable {
      TakeBack(id, std::move(undo));
    });
    if (leased.attempt.stop.has_value()) continue;
    std::optional<StopDecision> decision = curves->Judge(trial);
    if (decision.has_value()) RETURN_IF_ERROR(DecideToStop(leased, *std::move(decision)));
  }
  return absl::OkStatus();
}

absl::Status Engine::DecideToStop(LeasedTrial& leased, StopDecision decision) {
  auto& [sweep, trial, attempt] = leased;
  decision.time = now_;
  RETURN_IF_ERROR(store_.InsertStopDecision(trial.key, attempt.number, decision));
  RETURN_IF_ERROR(AddEvent(sweep, EventKind::kTrialStopDecided, &trial, DescribeStop(decision)));
  attempt.stop = std::move(decision);
  AfterCommit([this, key = trial.key] { leases_.TellToStop(key); });
  return Save(sweep);
}

absl::StatusOr<ComparedCurves*> Engine::CurvesOf(const Sweep& sweep, int64_t trial, int64_t sequence) {
  const EarlyTerminate& rule = *sweep.spec->early_terminate;
  const Objective& objective = *sweep.spec->objective;
  const auto known = curves_.find(sweep.id);
  if (known != curves_.end() && known->second.IsFor(rule, objective)) return &known->second;
  if (known != curves_.end()) curves_.erase(known);

  ComparedCurves& curves = curves_.try_emplace(sweep.id, rule, objective).first->second;
  IfUndone([this, id = sweep.id] { curves_.erase(id); });
  TrialQuery query{{}, TrialOrder::kNumber, 0, kMaxPageSize};
  while (true) {
    ASSIGN_OR_RETURN(const std::vector<Trial> trials, store_.ListTrials(sweep.id, query));
    for (const Trial& other : trials) {
      RETURN_IF_ERROR(ReadCurve(other, objective, other.key.number == trial ? sequence : kWhole, curves));
    }
    if (static_cast<int64_t>(trials.size()) < query.limit) return &curves;
    query.after = trials.back().key.number;
  }
}

absl::Status Engine::ReadCurve(const Trial& trial, const Objective& objective, int64_t before, ComparedCurves& curves) {
  if (trial.attempt == 0) return absl::OkStatus();
  // In the order of their reports; the store lists them by step.
  std::vector<std::pair<int64_t, double>> values;
  MetricQuery query{{objective.metric}, trial.attempt, std::nullopt, kCurvePage};
  while (true) {
    ASSIGN_OR_RETURN(const std::vector<MetricPoint> points, store_.ListMetrics(trial.key, query));
    for (const MetricPoint& point : points) {
      if (point.sequence < before) values.emplace_back(point.sequence, point.value);
    }
    if (static_cast<int64_t>(points.size()) < query.limit) break;
    query.after = points.back();
  }
  std::sort(values.begin(), values.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  for (const auto& [sequence, value] : values) curves.Append(trial.key.number, value);
  return absl::OkStatus();
}

void Engine::RestartCurve(const TrialKey& trial) {
  const auto found = curves_.find(trial.sweep_id);
  if (found == curves_.end()) return;
  IfUndone([this, id = trial.sweep_id, undo = found->second.Restart(trial.number)]() mutable {
    TakeBack(id, std::move(undo));
  });
}

void Engine::TakeBack(const std::string& sweep_id, ComparedCurves::Undo undo) {
  const auto found = curves_.find(sweep_id);
  // Absent when the curves were dropped after the change.
  if (found != curves_.end()) found->second.TakeBack(std::move(undo));
}

}  // namespace sweepd
