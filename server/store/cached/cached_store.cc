#include "server/store/cached/cached_store.h"

#include <algorithm>
#include <utility>

#include "common/status_macros.h"

namespace sweepd {
namespace {

// Most entries of one map that outlive a transaction.
constexpr size_t kMaxEntries = 65'536;

// As the store below keeps it.
absl::Time Stored(absl::Time time) { return absl::FromUnixMicros(absl::ToUnixMicros(time)); }

std::optional<absl::Time> Stored(const std::optional<absl::Time>& time) {
  return time.has_value() ? std::optional(Stored(*time)) : std::nullopt;
}

Sweep Stored(Sweep sweep) {
  sweep.created = Stored(sweep.created);
  sweep.updated = Stored(sweep.updated);
  sweep.ended = Stored(sweep.ended);
  return sweep;
}

Trial Stored(Trial trial) {
  trial.created = Stored(trial.created);
  trial.started = Stored(trial.started);
  trial.ended = Stored(trial.ended);
  return trial;
}

Attempt Stored(Attempt attempt) {
  attempt.started = Stored(attempt.started);
  attempt.ended = Stored(attempt.ended);
  attempt.stop.reset();  // as store.h says, an inserted attempt has none
  return attempt;
}

}  // namespace

absl::Status CachedStore::Watch(absl::Status status) {
  const bool fatal = absl::IsResourceExhausted(status) || absl::IsUnavailable(status);
  if (open_ && fatal && undone_.ok()) undone_ = status;
  return status;
}

absl::Status CachedStore::WriteSweeps() {
  if (!any_unwritten_) return absl::OkStatus();
  std::vector<std::string> unwritten;
  for (const auto& [id, hot] : sweeps_.entries()) {
    if (!hot.written) unwritten.push_back(id);
  }
  for (const std::string& id : unwritten) {
    HotSweep hot = *sweeps_.Find(id);
    RETURN_IF_ERROR(Watch(below_->UpdateSweep(hot.sweep)));
    hot.written = true;
    sweeps_.Put(id, std::move(hot));
  }
  any_unwritten_ = false;
  return absl::OkStatus();
}

template <class Each>
void CachedStore::ForEachMap(Each each) {
  each(sweeps_);
  each(trials_);
  each(attempts_);
  each(agents_);
  each(best_.map());
}

void CachedStore::Forget() {
  ForEachMap([](auto& map) { map.Clear(); });
  any_unwritten_ = false;
  open_ = false;
  undone_ = absl::OkStatus();
}

absl::Status CachedStore::Begin() {
  RETURN_IF_ERROR(below_->Begin());
  open_ = true;
  return absl::OkStatus();
}

absl::Status CachedStore::Commit() {
  if (const absl::Status written = WriteSweeps(); !written.ok()) {
    Rollback();
    return written;
  }
  const absl::Status committed = below_->Commit();
  if (absl::IsFailedPrecondition(committed)) return committed;  // no transaction, or an open savepoint
  if (!committed.ok()) {
    Forget();
    return committed;
  }
  open_ = false;
  undone_ = absl::OkStatus();
  ForEachMap([](auto& map) {
    if (map.entries().size() > kMaxEntries) map.Clear();
  });
  return absl::OkStatus();
}

void CachedStore::Rollback() {
  below_->Rollback();
  Forget();
}

absl::Status CachedStore::Savepoint() {
  RETURN_IF_ERROR(Watch(below_->Savepoint()));
  ForEachMap([](auto& map) { map.Mark(); });
  return absl::OkStatus();
}

absl::Status CachedStore::Release() {
  RETURN_IF_ERROR(Watch(below_->Release()));
  ForEachMap([](auto& map) { map.Keep(); });
  return absl::OkStatus();
}

absl::Status CachedStore::RollbackToSavepoint() {
  RETURN_IF_ERROR(Watch(below_->RollbackToSavepoint()));
  ForEachMap([](auto& map) { map.Undo(); });
  any_unwritten_ = true;  // what was written since the savepoint is unwritten again
  return absl::OkStatus();
}

absl::StatusOr<Sweep> CachedStore::FindSweep(absl::string_view id) {
  RETURN_IF_ERROR(undone_);
  if (const HotSweep* hot = sweeps_.Find(id)) return hot->sweep;
  absl::StatusOr<Sweep> sweep = below_->FindSweep(id);
  if (sweep.ok()) sweeps_.Put(sweep->id, {*sweep});
  return sweep;
}

absl::Status CachedStore::InsertSweep(const Sweep& sweep) {
  RETURN_IF_ERROR(Watch(below_->InsertSweep(sweep)));
  sweeps_.Put(sweep.id, {Stored(sweep)});
  return absl::OkStatus();
}

absl::Status CachedStore::UpdateSweep(const Sweep& sweep) {
  if (!open_) return below_->UpdateSweep(sweep);  // an error
  ASSIGN_OR_RETURN(const Sweep before, FindSweep(sweep.id));
  HotSweep hot{Stored(sweep), false};
  hot.sweep.spec = before.spec;
  hot.sweep.source = before.source;
  hot.sweep.created = before.created;
  sweeps_.Put(sweep.id, std::move(hot));
  any_unwritten_ = true;
  return absl::OkStatus();
}

absl::Status CachedStore::UpdateSpec(const Sweep& sweep) {
  RETURN_IF_ERROR(Watch(below_->UpdateSpec(sweep)));
  if (const HotSweep* known = sweeps_.Find(sweep.id)) {
    HotSweep hot = *known;
    hot.sweep.spec = sweep.spec;
    sweeps_.Put(sweep.id, std::move(hot));
  }
  return absl::OkStatus();
}

absl::Status CachedStore::DeleteSweep(absl::string_view id) {
  RETURN_IF_ERROR(Watch(below_->DeleteSweep(id)));
  sweeps_.Erase(std::string(id));
  best_.Forget(id);
  const auto erase_of_sweep = [id](auto& map) {
    std::vector<TrialKey> keys;
    for (const auto& [key, row] : map.entries()) {
      if (key.sweep_id == id) keys.push_back(key);
    }
    for (const TrialKey& key : keys) map.Erase(key);
  };
  erase_of_sweep(trials_);
  erase_of_sweep(attempts_);
  return absl::OkStatus();
}

absl::StatusOr<Trial> CachedStore::FindTrial(const TrialKey& key) {
  RETURN_IF_ERROR(undone_);
  if (const Trial* hot = trials_.Find(key)) return *hot;
  absl::StatusOr<Trial> trial = below_->FindTrial(key);
  if (trial.ok() && !IsTerminal(trial->state)) trials_.Put(key, *trial);
  return trial;
}

absl::Status CachedStore::InsertTrial(const Trial& trial) {
  RETURN_IF_ERROR(Watch(below_->InsertTrial(trial)));
  Trial hot = Stored(trial);
  NoteBest(hot);
  trials_.Put(trial.key, std::move(hot));
  return absl::OkStatus();
}

absl::Status CachedStore::UpdateTrial(const Trial& trial) {
  RETURN_IF_ERROR(Watch(below_->UpdateTrial(trial)));
  const Trial* before = trials_.Find(trial.key);
  if (before == nullptr) {
    best_.Forget(trial.key.sweep_id);
    return absl::OkStatus();
  }
  Trial hot = Stored(trial);
  hot.assignment = before->assignment;
  hot.repeat_of = before->repeat_of;
  hot.created = before->created;
  NoteBest(hot);
  if (IsTerminal(trial.state)) {
    trials_.Erase(trial.key);
    attempts_.Erase(trial.key);
  } else {
    trials_.Put(trial.key, std::move(hot));
  }
  return absl::OkStatus();
}

void CachedStore::NoteBest(const Trial& trial) {
  const HotSweep* sweep = sweeps_.Find(trial.key.sweep_id);
  std::optional<Goal> goal;
  // With repeats it takes more than this trial to know.
  if (sweep != nullptr && sweep->sweep.spec->repeats == 1 && sweep->sweep.spec->objective.has_value()) {
    goal = sweep->sweep.spec->objective->goal;
  }
  best_.Note(trial, goal);
}

absl::Status CachedStore::UpdateObjective(const Trial& trial) {
  RETURN_IF_ERROR(Watch(below_->UpdateObjective(trial)));
  const Trial* before = trials_.Find(trial.key);
  if (before == nullptr) return absl::OkStatus();
  Trial hot = *before;
  hot.objective = trial.objective;
  hot.objective_step = trial.objective_step;
  trials_.Put(trial.key, std::move(hot));
  return absl::OkStatus();
}

absl::StatusOr<std::optional<Trial>> CachedStore::FindBestTrial(absl::string_view sweep_id) {
  RETURN_IF_ERROR(undone_);
  if (const std::optional<Trial>* best = best_.Find(sweep_id)) return *best;
  absl::StatusOr<std::optional<Trial>> best = below_->FindBestTrial(sweep_id);
  if (best.ok()) best_.Remember(sweep_id, *best);
  return best;
}

absl::StatusOr<Attempt> CachedStore::FindAttempt(const TrialKey& trial, int64_t number) {
  RETURN_IF_ERROR(undone_);
  const Attempt* hot = attempts_.Find(trial);
  if (hot != nullptr && hot->number == number) return *hot;
  absl::StatusOr<Attempt> attempt = below_->FindAttempt(trial, number);
  if (attempt.ok() && IsLive(attempt->state) && (hot == nullptr || hot->number < number)) {
    attempts_.Put(trial, *attempt);
  }
  return attempt;
}

absl::Status CachedStore::InsertAttempt(const Attempt& attempt) {
  RETURN_IF_ERROR(Watch(below_->InsertAttempt(attempt)));
  attempts_.Put(attempt.trial, Stored(attempt));
  return absl::OkStatus();
}

absl::Status CachedStore::UpdateAttempt(const Attempt& attempt) {
  RETURN_IF_ERROR(Watch(below_->UpdateAttempt(attempt)));
  const Attempt* before = attempts_.Find(attempt.trial);
  if (before == nullptr || before->number != attempt.number) return absl::OkStatus();
  Attempt hot = *before;
  hot.state = attempt.state;
  hot.reason = attempt.reason;
  hot.message = attempt.message;
  hot.acked_sequence = attempt.acked_sequence;
  hot.exit_code = attempt.exit_code;
  hot.ended = Stored(attempt.ended);
  attempts_.Put(attempt.trial, std::move(hot));
  return absl::OkStatus();
}

absl::Status CachedStore::InsertStopDecision(const TrialKey& trial, int64_t attempt, const StopDecision& decision) {
  RETURN_IF_ERROR(Watch(below_->InsertStopDecision(trial, attempt, decision)));
  const Attempt* before = attempts_.Find(trial);
  if (before == nullptr || before->number != attempt) return absl::OkStatus();
  Attempt hot = *before;
  hot.stop = decision;
  hot.stop->time = Stored(decision.time);
  attempts_.Put(trial, std::move(hot));
  return absl::OkStatus();
}

absl::StatusOr<Agent> CachedStore::FindAgent(absl::string_view id) {
  RETURN_IF_ERROR(undone_);
  if (const Agent* hot = agents_.Find(id)) return *hot;
  absl::StatusOr<Agent> agent = below_->FindAgent(id);
  if (agent.ok()) agents_.Put(agent->id, *agent);
  return agent;
}

// ---- Straight to the store below.

absl::StatusOr<std::vector<Sweep>> CachedStore::ListSweeps(const SweepQuery& query) {
  RETURN_IF_ERROR(WriteSweeps());
  return below_->ListSweeps(query);
}

absl::StatusOr<std::vector<Trial>> CachedStore::ListTrials(absl::string_view sweep_id, const TrialQuery& query) {
  return below_->ListTrials(sweep_id, query);
}

absl::StatusOr<std::optional<Trial>> CachedStore::FindRunnableTrial(absl::string_view sweep_id) {
  return below_->FindRunnableTrial(sweep_id);
}

absl::StatusOr<std::vector<Attempt>> CachedStore::ListAttempts(const TrialKey& trial) {
  return below_->ListAttempts(trial);
}

absl::StatusOr<std::vector<Attempt>> CachedStore::ListRunningAttempts() { return below_->ListRunningAttempts(); }

absl::StatusOr<std::optional<Attempt>> CachedStore::FindAttemptByRequest(absl::string_view agent_id,
                                                                         absl::string_view request_id) {
  return below_->FindAttemptByRequest(agent_id, request_id);
}

absl::StatusOr<std::vector<MetricPoint>> CachedStore::ListMetrics(const TrialKey& trial, const MetricQuery& query) {
  return below_->ListMetrics(trial, query);
}

absl::StatusOr<std::vector<std::string>> CachedStore::ListMetricNames(const TrialKey& trial, int64_t attempt) {
  return below_->ListMetricNames(trial, attempt);
}

absl::StatusOr<std::vector<Agent>> CachedStore::ListAgents(int64_t limit) { return below_->ListAgents(limit); }

absl::StatusOr<std::optional<StoredResponse>> CachedStore::FindResponse(absl::string_view request_id) {
  return below_->FindResponse(request_id);
}

absl::StatusOr<std::vector<Event>> CachedStore::ListEvents(absl::string_view sweep_id, int64_t after, int64_t limit) {
  return below_->ListEvents(sweep_id, after, limit);
}

absl::Status CachedStore::AppendReports(const TrialKey& trial, int64_t attempt,
                                        const std::vector<MetricReport>& reports) {
  RETURN_IF_ERROR(Watch(below_->AppendReports(trial, attempt, reports)));
  const Attempt* before = attempts_.Find(trial);
  if (reports.empty() || before == nullptr || before->number != attempt) return absl::OkStatus();
  Attempt hot = *before;
  hot.acked_sequence = std::max(hot.acked_sequence, reports.back().sequence);
  attempts_.Put(trial, std::move(hot));
  return absl::OkStatus();
}

absl::Status CachedStore::InsertAgent(const Agent& agent) { return Watch(below_->InsertAgent(agent)); }

absl::Status CachedStore::InsertResponse(absl::string_view request_id, const StoredResponse& response, absl::Time now) {
  return Watch(below_->InsertResponse(request_id, response, now));
}

absl::StatusOr<int64_t> CachedStore::PruneResponses(absl::Time before, int64_t limit) {
  absl::StatusOr<int64_t> pruned = below_->PruneResponses(before, limit);
  Watch(pruned.status()).IgnoreError();
  return pruned;
}

absl::Status CachedStore::AppendEvent(absl::string_view sweep_id, const Event& event) {
  return Watch(below_->AppendEvent(sweep_id, event));
}

}  // namespace sweepd
