#include "server/stopping/compared_curves.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

namespace sweepd {

ComparedCurves::ComparedCurves(const EarlyTerminate& config, const Objective& objective)
    : config_(config), metric_(objective.metric), goal_(objective.goal), rule_(MakeStoppingRule(config)) {}

double ComparedCurves::Loss(double value) const {
  if (!std::isfinite(value)) return kWorst;
  return goal_ == Goal::kMaximize ? -value : value;
}

void ComparedCurves::Enter(size_t comparison, double entry) {
  if (entries_.size() <= comparison) entries_.resize(comparison + 1);
  std::vector<double>& all = entries_[comparison];
  all.insert(std::upper_bound(all.begin(), all.end(), entry), entry);
}

void ComparedCurves::Leave(size_t comparison, double entry) {
  std::vector<double>& all = entries_[comparison];
  all.erase(std::lower_bound(all.begin(), all.end(), entry));
}

ComparedCurves::Undo ComparedCurves::Append(int64_t trial, double value) {
  Entered& entered = curves_[trial];
  CurveSoFar& curve = entered.curve;
  Undo undo{trial, curve, entered.entries.size(), {}};
  ++curve.count;
  curve.newest = Loss(value);
  curve.best = std::min(curve.best, curve.newest);
  curve.sum += curve.newest;
  if (curve.next_comparison == 0) curve.next_comparison = rule_->NextComparison(0);
  if (curve.count == curve.next_comparison) {
    curve.compared_at = curve.count;
    curve.next_comparison = rule_->NextComparison(curve.count);
    curve.entry = rule_->EntryOf(curve);
    Enter(entered.entries.size(), curve.entry);
    entered.entries.push_back(curve.entry);
  }
  return undo;
}

ComparedCurves::Undo ComparedCurves::Restart(int64_t trial) {
  Entered entered = std::exchange(curves_[trial], {});
  for (size_t i = 0; i < entered.entries.size(); ++i) Leave(i, entered.entries[i]);
  return {trial, entered.curve, 0, std::move(entered.entries)};
}

void ComparedCurves::TakeBack(Undo undo) {
  Entered& entered = curves_[undo.trial];
  while (entered.entries.size() > undo.kept) {
    Leave(entered.entries.size() - 1, entered.entries.back());
    entered.entries.pop_back();
  }
  for (const double entry : undo.removed) {
    Enter(entered.entries.size(), entry);
    entered.entries.push_back(entry);
  }
  entered.curve = undo.curve;
}

std::optional<StopDecision> ComparedCurves::Judge(int64_t trial) const {
  const auto found = curves_.find(trial);
  if (found == curves_.end() || found->second.entries.empty()) return std::nullopt;
  const auto& [curve, entries] = found->second;
  const std::optional<Comparison> comparison = rule_->Judge(curve, entries_[entries.size() - 1]);
  if (!comparison.has_value() || !(comparison->value > comparison->threshold)) return std::nullopt;
  return StopDecision{std::string(EarlyTerminateName(config_)),
                      curve.compared_at,
                      Value(comparison->value),
                      Value(comparison->threshold),
                      comparison->trials,
                      {}};
}

std::optional<StopDecision> JudgeCurves(const EarlyTerminate& config, const Objective& objective,
                                        const std::vector<std::vector<double>>& curves, size_t trial) {
  ComparedCurves compared(config, objective);
  for (size_t i = 0; i < curves.size(); ++i) {
    for (const double value : curves[i]) compared.Append(static_cast<int64_t>(i), value);
  }
  return compared.Judge(static_cast<int64_t>(trial));
}

}  // namespace sweepd
