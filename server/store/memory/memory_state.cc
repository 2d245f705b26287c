// The changes of MemoryState; its queries are in memory_state_queries.cc.
#include "server/store/memory/memory_state.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "common/status_macros.h"
#include "server/core/errors.h"

namespace sweepd {
namespace {

absl::Time Kept(absl::Time time) { return absl::FromUnixMicros(absl::ToUnixMicros(time)); }

std::optional<absl::Time> Kept(std::optional<absl::Time> time) {
  return time.has_value() ? std::optional(Kept(*time)) : std::nullopt;
}

bool BothRunning(const Attempt& a, const Attempt& b) {
  return a.state == AttemptState::kRunning && b.state == AttemptState::kRunning;
}

absl::Status Exists(absl::string_view what) { return absl::AlreadyExistsError(absl::StrCat(what, " exists already")); }

std::string NameOfAttempt(const TrialKey& trial, int64_t number) {
  return absl::StrCat("attempt ", number, " of ", TrialResourceName(trial));
}

}  // namespace

absl::StatusOr<MemoryState::SweepEntry*> MemoryState::SweepAt(absl::string_view id) {
  const auto found = sweeps_.find(id);
  if (found == sweeps_.end()) return SweepNotFound(id);
  return &found->second;
}

absl::StatusOr<MemoryState::TrialEntry*> MemoryState::TrialAt(const TrialKey& key) {
  ASSIGN_OR_RETURN(SweepEntry * sweep, SweepAt(key.sweep_id));
  const auto found = sweep->trials.find(key.number);
  if (found == sweep->trials.end()) return TrialNotFound(key);
  return &found->second;
}

absl::StatusOr<MemoryState::AttemptEntry*> MemoryState::AttemptAt(const TrialKey& trial, int64_t number) {
  ASSIGN_OR_RETURN(TrialEntry * entry, TrialAt(trial));
  const auto found = entry->attempts.find(number);
  if (found == entry->attempts.end()) return AttemptNotFound(trial, number);
  return &found->second;
}

absl::Status MemoryState::InsertSweep(const Sweep& sweep) {
  SweepEntry entry{.sweep = sweep, .ordinal = next_ordinal_, .trials = {}, .events = {}};
  entry.sweep.created = Kept(sweep.created);
  entry.sweep.updated = Kept(sweep.updated);
  entry.sweep.ended = Kept(sweep.ended);
  if (!sweeps_.emplace(sweep.id, std::move(entry)).second) return Exists(SweepResourceName(sweep.id));
  ++next_ordinal_;
  return absl::OkStatus();
}

absl::Status MemoryState::UpdateSweep(const Sweep& sweep) {
  ASSIGN_OR_RETURN(SweepEntry * entry, SweepAt(sweep.id));
  Sweep& row = entry->sweep;
  row.state = sweep.state;
  row.reason = sweep.reason;
  row.counts = sweep.counts;
  row.suggestions = sweep.suggestions;
  row.failures_in_a_row = sweep.failures_in_a_row;
  row.revision = sweep.revision;
  row.updated = Kept(sweep.updated);
  row.ended = Kept(sweep.ended);
  return absl::OkStatus();
}

absl::Status MemoryState::UpdateSpec(const Sweep& sweep) {
  ASSIGN_OR_RETURN(SweepEntry * entry, SweepAt(sweep.id));
  entry->sweep.spec = sweep.spec;
  return absl::OkStatus();
}

absl::Status MemoryState::DeleteSweep(absl::string_view id) {
  const auto found = sweeps_.find(id);
  if (found == sweeps_.end()) return SweepNotFound(id);
  sweeps_.erase(found);
  std::erase_if(attempts_by_request_, [id](const auto& item) { return item.second.trial.sweep_id == id; });
  return absl::OkStatus();
}

absl::Status MemoryState::InsertTrial(const Trial& trial) {
  ASSIGN_OR_RETURN(SweepEntry * sweep, SweepAt(trial.key.sweep_id));
  TrialEntry entry{.trial = trial, .attempts = {}};
  entry.trial.created = Kept(trial.created);
  entry.trial.started = Kept(trial.started);
  entry.trial.ended = Kept(trial.ended);
  if (!sweep->trials.emplace(trial.key.number, std::move(entry)).second) return Exists(TrialResourceName(trial.key));
  return absl::OkStatus();
}

absl::Status MemoryState::UpdateTrial(const Trial& trial) {
  ASSIGN_OR_RETURN(TrialEntry * entry, TrialAt(trial.key));
  Trial& row = entry->trial;
  row.state = trial.state;
  row.reason = trial.reason;
  row.message = trial.message;
  row.attempt = trial.attempt;
  row.lost_attempts = trial.lost_attempts;
  row.failed_attempts = trial.failed_attempts;
  row.agent = trial.agent;
  row.objective = trial.objective;
  row.objective_step = trial.objective_step;
  row.mean = trial.mean;
  row.started = Kept(trial.started);
  row.ended = Kept(trial.ended);
  return absl::OkStatus();
}

absl::Status MemoryState::UpdateObjective(const Trial& trial) {
  ASSIGN_OR_RETURN(TrialEntry * entry, TrialAt(trial.key));
  entry->trial.objective = trial.objective;
  entry->trial.objective_step = trial.objective_step;
  return absl::OkStatus();
}

absl::Status MemoryState::InsertAttempt(const Attempt& attempt) {
  ASSIGN_OR_RETURN(TrialEntry * trial, TrialAt(attempt.trial));
  if (trial->attempts.contains(attempt.number)) return Exists(NameOfAttempt(attempt.trial, attempt.number));
  for (const auto& [number, other] : trial->attempts) {
    if (BothRunning(attempt, other.attempt)) {
      return Exists(absl::StrCat("a running attempt of ", TrialResourceName(attempt.trial)));
    }
  }
  AttemptEntry entry{.attempt = attempt, .points = {}};
  entry.attempt.started = Kept(attempt.started);
  entry.attempt.ended = Kept(attempt.ended);
  entry.attempt.stop.reset();
  trial->attempts.emplace(attempt.number, std::move(entry));
  attempts_by_request_[{attempt.agent_id, attempt.request_id}] = {attempt.trial, attempt.number};
  return absl::OkStatus();
}

absl::Status MemoryState::UpdateAttempt(const Attempt& attempt) {
  ASSIGN_OR_RETURN(TrialEntry * trial, TrialAt(attempt.trial));
  ASSIGN_OR_RETURN(AttemptEntry * entry, AttemptAt(attempt.trial, attempt.number));
  for (const auto& [number, other] : trial->attempts) {
    if (number != attempt.number && BothRunning(attempt, other.attempt)) {
      return Exists(absl::StrCat("a running attempt of ", TrialResourceName(attempt.trial)));
    }
  }
  Attempt& row = entry->attempt;
  row.state = attempt.state;
  row.reason = attempt.reason;
  row.message = attempt.message;
  row.acked_sequence = attempt.acked_sequence;
  row.exit_code = attempt.exit_code;
  row.ended = Kept(attempt.ended);
  return absl::OkStatus();
}

absl::Status MemoryState::InsertStopDecision(const TrialKey& trial, int64_t attempt, const StopDecision& decision) {
  ASSIGN_OR_RETURN(AttemptEntry * entry, AttemptAt(trial, attempt));
  std::optional<StopDecision>& stop = entry->attempt.stop;
  if (stop.has_value()) return Exists(absl::StrCat("a stop decision of ", NameOfAttempt(trial, attempt)));
  stop = decision;
  stop->time = Kept(decision.time);
  return absl::OkStatus();
}

absl::Status MemoryState::AppendReports(const TrialKey& trial, int64_t attempt,
                                        const std::vector<MetricReport>& reports) {
  ASSIGN_OR_RETURN(AttemptEntry * entry, AttemptAt(trial, attempt));
  std::map<PointKey, MetricPoint> fresh;
  for (const MetricReport& report : reports) {
    for (const auto& [name, value] : report.values) {
      const PointKey key(name, report.step, report.sequence);
      const MetricPoint point{.name = name,
                              .step = report.step,
                              .attempt = attempt,
                              .sequence = report.sequence,
                              .value = value,
                              .time = Kept(report.time)};
      if (entry->points.contains(key) || !fresh.emplace(key, point).second) {
        return Exists(absl::StrCat("report ", report.sequence, " of ", NameOfAttempt(trial, attempt)));
      }
    }
  }
  entry->points.merge(std::move(fresh));
  int64_t& acked = entry->attempt.acked_sequence;
  if (!reports.empty()) acked = std::max(acked, reports.back().sequence);
  return absl::OkStatus();
}

absl::Status MemoryState::InsertAgent(const Agent& agent) {
  for (const Agent& other : agents_) {
    if (other.id == agent.id) return Exists(absl::StrCat("agent ", agent.id));
  }
  agents_.push_back(agent);
  agents_.back().registered = Kept(agent.registered);
  agents_.back().last_seen = Kept(agent.last_seen);
  return absl::OkStatus();
}

absl::Status MemoryState::InsertResponse(absl::string_view request_id, const StoredResponse& response, absl::Time now) {
  const ResponseEntry entry{response, Kept(now), next_ordinal_};
  if (!responses_.emplace(request_id, entry).second) return Exists(absl::StrCat("a response to ", request_id));
  ++next_ordinal_;
  return absl::OkStatus();
}

int64_t MemoryState::PruneResponses(absl::Time before, int64_t limit) {
  using Entry = decltype(responses_)::iterator;
  std::vector<Entry> oldest;
  for (Entry entry = responses_.begin(); entry != responses_.end(); ++entry) oldest.push_back(entry);
  std::sort(oldest.begin(), oldest.end(), [](Entry a, Entry b) { return a->second.ordinal < b->second.ordinal; });
  if (static_cast<int64_t>(oldest.size()) > limit) oldest.resize(static_cast<size_t>(limit));
  std::erase_if(oldest, [before](Entry entry) { return entry->second.created >= before; });
  for (Entry entry : oldest) responses_.erase(entry);
  return static_cast<int64_t>(oldest.size());
}

absl::Status MemoryState::AppendEvent(absl::string_view sweep_id, const Event& event) {
  ASSIGN_OR_RETURN(SweepEntry * sweep, SweepAt(sweep_id));
  const int64_t next = static_cast<int64_t>(sweep->events.size()) + 1;
  if (event.revision != next) {
    return absl::FailedPreconditionError(
        absl::StrCat("the next event of sweep ", sweep_id, " is ", next, ", not ", event.revision));
  }
  sweep->events.push_back(event);
  sweep->events.back().time = Kept(event.time);
  return absl::OkStatus();
}

}  // namespace sweepd
