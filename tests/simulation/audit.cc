#include "tests/simulation/audit.h"

#include <cmath>
#include <cstring>
#include <map>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/core/limits.h"
#include "server/engine/trial_outcome.h"
#include "server/store/sqlite/connection.h"
#include "server/strategy/strategy.h"
#include "tests/simulation/stop_checks.h"

namespace sweepd::simulation {
namespace {

uint64_t BitsOf(double value) {
  uint64_t bits;
  std::memcpy(&bits, &value, sizeof(bits));
  return bits;
}

bool SameBits(const std::optional<double>& a, const std::optional<double>& b) {
  return a.has_value() == b.has_value() && (!a.has_value() || BitsOf(*a) == BitsOf(*b));
}

bool Counts(TrialState state) { return state == TrialState::kSucceeded || state == TrialState::kStopped; }

}  // namespace

void Audit::Violate(const TrialKey& trial, const std::string& what) {
  scene_.Violate(absl::StrCat("trial ", trial.number, " of ", trial.sweep_id, ": ", what));
}

void Audit::Run() {
  CheckAcknowledgedFacts();
  const absl::StatusOr<std::vector<Sweep>> sweeps = reader_.ListSweeps({{}, "", kMaxPageSize});
  if (!sweeps.ok()) return scene_.Violate(absl::StrCat("no list of sweeps: ", sweeps.status().ToString()));
  std::set<std::string> names;
  for (const Sweep& sweep : *sweeps) {
    if (!names.insert(sweep.spec->name).second) scene_.Violate(absl::StrCat("two sweeps for ", sweep.spec->name));
    if (!history_.sweep_names.contains(sweep.spec->name)) scene_.Violate("a sweep that nobody asked for");
    CheckSweep(sweep);
  }
}

void Audit::CheckAcknowledgedFacts() {
  for (const std::string& agent : history_.agents) {
    if (!reader_.FindAgent(agent).ok()) scene_.Violate(absl::StrCat("registered agent ", agent, " is lost"));
  }
  for (const auto& [request, sweep] : history_.created) {
    const absl::Status found = reader_.FindSweep(sweep.sweep_id).status();
    if (!found.ok() && !history_.delete_requested.contains(sweep.sweep_id)) {
      scene_.Violate(absl::StrCat("created sweep ", sweep.sweep_id, " is lost: ", found.ToString()));
    }
    const auto response = reader_.FindResponse(request);
    if (!response.ok() || !response->has_value()) scene_.Violate(absl::StrCat("request ", request, " is forgotten"));
  }
  for (const std::string& id : history_.deleted) {
    if (reader_.FindSweep(id).ok()) scene_.Violate(absl::StrCat("deleted sweep ", id, " is there"));
  }
}

void Audit::CheckSweep(const Sweep& sweep) {
  SweepHistory* seen = watcher_.Find(sweep.id);
  if (seen == nullptr) return scene_.Violate(absl::StrCat("nobody was told of sweep ", sweep.id));
  if (sweep.revision != seen->revision()) {
    return scene_.Violate(absl::StrCat("sweep ", sweep.id, " is at revision ", sweep.revision,
                                       ", but watchers were woken up to ", seen->revision()));
  }
  std::vector<Trial> trials;
  TrialQuery query{{}, TrialOrder::kNumber, 0, kMaxPageSize};
  const absl::StatusOr<std::vector<Trial>> page = reader_.ListTrials(sweep.id, query);
  if (!page.ok()) return scene_.Violate(page.status().ToString());
  TrialCounts counts;
  int64_t assignments = 0;
  for (const Trial& trial : *page) {
    ++CountOf(counts, trial.state);
    assignments += trial.repeat_of == 0;
    CheckTrial(sweep, trial, assignments - 1);
  }
  if (!(counts == sweep.counts)) scene_.Violate(absl::StrCat("sweep ", sweep.id, " counts its trials wrongly"));
  if (sweep.suggestions != assignments) scene_.Violate(absl::StrCat("sweep ", sweep.id, " repeats suggestions"));
  CheckBest(sweep, *page);
  for (const std::string& what : CheckStops(reader_, sweep, *page)) scene_.Violate(what);
  const int64_t failures = seen->now().failures_in_a_row;
  if (sweep.failures_in_a_row != failures) scene_.Violate(absl::StrCat("sweep ", sweep.id, " counts failures wrongly"));
  const bool too_many = sweep.spec->max_failures.has_value() && failures >= *sweep.spec->max_failures;
  if (too_many && sweep.state == SweepState::kActive) {
    scene_.Violate(absl::StrCat("sweep ", sweep.id, " goes on after ", failures, " failures in a row"));
  }
}

void Audit::CheckTrial(const Sweep& sweep, const Trial& trial, int64_t suggestion) {
  const SweepHistory::TrialRecord* seen = watcher_.Find(sweep.id)->Find(trial.key.number);
  if (seen == nullptr) return Violate(trial.key, "it has no event");
  if (seen->state != trial.state || seen->attempt != trial.attempt) Violate(trial.key, "it differs from its events");
  CheckSuggestion(sweep, trial, suggestion);
  const absl::StatusOr<std::vector<Attempt>> attempts = reader_.ListAttempts(trial.key);
  if (!attempts.ok()) return Violate(trial.key, attempts.status().ToString());
  CheckAttempts(sweep, trial, *attempts);
}

void Audit::CheckAttempts(const Sweep& sweep, const Trial& trial, const std::vector<Attempt>& attempts) {
  int64_t running = 0;
  int64_t lost = 0;
  int64_t failed = 0;
  for (size_t i = 0; i < attempts.size(); ++i) {
    const Attempt& attempt = attempts[i];
    if (attempt.number != static_cast<int64_t>(i) + 1) Violate(trial.key, "its attempts have a hole");
    running += attempt.state == AttemptState::kRunning;
    lost += attempt.state == AttemptState::kLost || attempt.state == AttemptState::kPreempted;
    failed += attempt.state == AttemptState::kFailed;
    if (attempt.number < trial.attempt && attempt.state == AttemptState::kRunning) Violate(trial.key, "a zombie runs");
    if (attempt.state != AttemptState::kRunning && !attempt.ended.has_value()) Violate(trial.key, "no end");
    CheckReports(sweep, trial, attempt);
  }
  if (static_cast<int64_t>(attempts.size()) != trial.attempt) Violate(trial.key, "its attempts are not its epoch");
  if (running != (trial.state == TrialState::kRunning ? 1 : 0))
    Violate(trial.key, "its attempts do not run as it does");
  // Cancelling a lost trial ends its attempt as cancelled, but it was lost all the same.
  const int64_t hidden = trial.state == TrialState::kCancelled ? 1 : 0;
  if (trial.lost_attempts < lost || trial.lost_attempts > lost + hidden) {
    Violate(trial.key, "lost_attempts differs from a recount");
  }
  if (failed != trial.failed_attempts) {
    Violate(trial.key, "failed_attempts differs from a recount");
  }
  const Retries& retries = sweep.spec->retries;
  const int64_t most_lost = retries.lost + (trial.state == TrialState::kFailed ? 1 : 0);
  if (trial.lost_attempts > most_lost) Violate(trial.key, "it was lost more often than retries.lost allows");
  if (trial.state == TrialState::kFailed && trial.reason == TrialReason::kLost && lost <= retries.lost) {
    Violate(trial.key, "it failed as lost before retries.lost was spent");
  }
}

void Audit::CheckReports(const Sweep& sweep, const Trial& trial, const Attempt& attempt) {
  const auto known = history_.runs.find({trial.key, attempt.number});
  const absl::StatusOr<std::vector<MetricPoint>> points =
      reader_.ListMetrics(trial.key, {{}, attempt.number, std::nullopt, 1'000'000});
  if (!points.ok()) return Violate(trial.key, points.status().ToString());
  if (known == history_.runs.end()) {
    // Its lease never reached an agent.
    if (!points->empty() || attempt.acked_sequence != 0) Violate(trial.key, "reports that nobody made");
    return;
  }
  const RunFacts& facts = known->second;
  if (facts.agent_id != attempt.agent_id) Violate(trial.key, "its attempt is another agent's");
  if (attempt.acked_sequence < facts.acked) Violate(trial.key, "acknowledged reports are lost");
  if (attempt.acked_sequence > static_cast<int64_t>(facts.reported.size())) Violate(trial.key, "too many reports");
  std::map<int64_t, std::map<std::string, double>> stored;  // by sequence
  for (const MetricPoint& point : *points) {
    stored[point.sequence][point.name] = point.value;
    scene_.coverage.Note(Interest::kNanStored, std::isnan(point.value));
    scene_.coverage.Note(Interest::kNegativeZeroStored, point.value == 0 && std::signbit(point.value));
  }
  if (static_cast<int64_t>(stored.size()) != attempt.acked_sequence) {
    return Violate(trial.key,
                   absl::StrCat(stored.size(), " reports are stored, but ", attempt.acked_sequence, " acknowledged"));
  }
  Trial replay;
  for (const auto& [sequence, values] : stored) {
    const MetricReport& report = facts.reported[static_cast<size_t>(sequence - 1)];
    bool same = report.values.size() == values.size();
    for (const auto& [name, value] : values) same = same && SameBits(value, report.values.at(name));
    if (!same) Violate(trial.key, absl::StrCat("report ", sequence, " is not what was reported"));
    if (sweep.spec->objective.has_value()) AggregateObjective(*sweep.spec->objective, report, replay);
  }
  if (attempt.number != trial.attempt) return;
  if (Counts(trial.state) && replay.objective.has_value() && !std::isfinite(*replay.objective)) {
    replay.objective.reset();
  }
  if (!SameBits(replay.objective, trial.objective)) Violate(trial.key, "its objective is not that of its reports");
}

void Audit::CheckSuggestion(const Sweep& sweep, const Trial& trial, int64_t suggestion) {
  if (sweep.spec->method == Method::kBayes) {
    if (!sweep.spec->space.CheckAssignment(trial.assignment).ok()) Violate(trial.key, "it lies outside the space");
    return;
  }
  const auto suggested = MakeStrategy(*sweep.spec)->Suggest({suggestion, {}});
  if (!suggested.ok() || !suggested->has_value() || !(**suggested == trial.assignment)) {
    Violate(trial.key, "it is not what its method suggests");
  }
}

void Audit::CheckBest(const Sweep& sweep, const std::vector<Trial>& trials) {
  if (!sweep.spec->objective.has_value()) return;
  const Trial* best = nullptr;
  for (const Trial& trial : trials) {
    if (!Counts(trial.state) || !trial.objective.has_value()) continue;
    if (!std::isfinite(*trial.objective)) Violate(trial.key, "an accepted objective is not finite");
    if (sweep.spec->repeats > 1 && !trial.mean.has_value()) continue;
    if (best == nullptr || IsBetter(sweep.spec->objective->goal, ResultOf(trial), ResultOf(*best))) best = &trial;
  }
  const absl::StatusOr<std::optional<Trial>> found = reader_.FindBestTrial(sweep.id);
  const int64_t expected = best == nullptr ? 0 : best->key.number;
  const int64_t number = found.ok() && found->has_value() ? (*found)->key.number : 0;
  if (number != expected) {
    scene_.Violate(absl::StrCat("sweep ", sweep.id, ": trial ", expected, " is best, not ", number));
  }
  const bool reached = best != nullptr && ReachesTarget(*sweep.spec->objective, ResultOf(*best));
  if (reached ? sweep.state == SweepState::kActive : sweep.reason == SweepReason::kTargetReached) {
    scene_.Violate(absl::StrCat("sweep ", sweep.id, " is wrong about its target"));
  }
}

std::string CheckIntegrity(const std::string& path, const std::string& vfs) {
  absl::StatusOr<std::unique_ptr<Connection>> connection = Connection::OpenReader(path, vfs);
  if (!connection.ok()) return connection.status().ToString();
  const auto complaint = (*connection)->FirstRowOf("PRAGMA integrity_check");
  if (!complaint.ok()) return complaint.status().ToString();
  if (*complaint != "ok") return complaint->value_or("no answer");
  const auto broken = (*connection)->FirstRowOf("PRAGMA foreign_key_check");
  if (!broken.ok()) return broken.status().ToString();
  return broken->has_value() ? absl::StrCat("a broken reference in table ", **broken) : "";
}

}  // namespace sweepd::simulation
