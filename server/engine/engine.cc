#include "server/engine/engine.h"

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_replace.h"
#include "common/log.h"
#include "common/status_macros.h"
#include "server/core/errors.h"
#include "server/engine/history.h"

namespace sweepd {
namespace {

// How long, in lease times, an agent may take to end a program that has reached trial_timeout and to deliver the
// result, before the controller ends the attempt itself.
constexpr int kLeasesBeyondTimeout = 2;

// What an operator wants to see is logged as info: the course of sweeps, and trials that go wrong.
void LogEvent(const std::string& sweep_id, const Event& event) {
  const std::string message = absl::AsciiStrToLower(absl::StrReplaceAll(EventKindName(event.kind), {{"_", " "}}));
  if (event.trial == 0) {
    LogInfo(message, {{"sweep", sweep_id}, {"detail", event.detail}});
    return;
  }
  const bool wrong = event.kind == EventKind::kTrialLost || event.kind == EventKind::kTrialFailed ||
                     event.kind == EventKind::kTrialRequeued;
  (wrong ? LogInfo : LogDebug)(
      message, {{"sweep", sweep_id}, {"trial", event.trial}, {"attempt", event.attempt}, {"detail", event.detail}});
}

}  // namespace

Engine::Engine(EngineOptions options, Store& store, const Clock& clock, IdSource& ids, LeaseTokens tokens,
               WatchHub& watch_hub, StartSuggestion start_suggestion)
    : options_(options),
      store_(store),
      clock_(clock),
      ids_(ids),
      tokens_(std::move(tokens)),
      watch_hub_(watch_hub),
      start_suggestion_(std::move(start_suggestion)) {}

absl::Status Engine::Start() {
  BeginCommand();
  ASSIGN_OR_RETURN(std::vector<Attempt> running, store_.ListRunningAttempts());
  for (const Attempt& attempt : running) {
    ASSIGN_OR_RETURN(const Sweep sweep, store_.FindSweep(attempt.trial.sweep_id));
    StartLeaseClock(*sweep.spec, attempt, tokens_.TokenFor(attempt));
  }
  RunEffects();
  return absl::OkStatus();
}

size_t Engine::BeginCommand() {
  now_ = clock_.Now();
  monotonic_ = clock_.Monotonic();
  return effects_.size();
}

void Engine::UndoEffects(size_t mark) {
  while (effects_.size() > mark) {
    Effect effect = std::move(effects_.back());
    effects_.pop_back();
    if (effect.when_undone != nullptr) effect.when_undone();
  }
}

void Engine::RunEffects() {
  for (Effect& effect : std::exchange(effects_, {})) {
    if (effect.when_committed != nullptr) effect.when_committed();
  }
  for (const std::string& sweep_id : std::exchange(may_compute_ahead_, {})) ComputeAhead(sweep_id);
}

absl::StatusOr<bool> Engine::Housekeep() {
  ASSIGN_OR_RETURN(const int64_t pruned, store_.PruneResponses(now_ - kResponseLifetime, kMaxPrunedResponses));
  return pruned > 0;
}

absl::StatusOr<Agent> Engine::RegisterAgent(const NewAgent& request) {
  ASSIGN_OR_RETURN(std::optional<StoredResponse> earlier, store_.FindResponse(request.request_id));
  if (earlier.has_value()) {
    if (earlier->fingerprint != request.fingerprint) return RequestIdReused(request.request_id);
    return store_.FindAgent(earlier->response);
  }
  const Agent agent{MakeBase32Id(ids_, 12), request.name, request.host, request.slots, request.version, now_, now_};
  RETURN_IF_ERROR(store_.InsertAgent(agent));
  RETURN_IF_ERROR(store_.InsertResponse(request.request_id, {request.fingerprint, agent.id}, now_));
  AfterCommit(
      [this, id = agent.id, sighting = AgentPresence::Sighting{monotonic_, now_}] { presence_.Add(id, sighting); });
  return agent;
}

absl::StatusOr<std::vector<AgentView>> Engine::ListAgents(int64_t limit) {
  ASSIGN_OR_RETURN(std::vector<Agent> agents, store_.ListAgents(limit));
  std::vector<AgentView> views;
  for (Agent& agent : agents) {
    AgentView view{std::move(agent), false, {}};
    if (const auto seen = presence_.LastSeen(view.agent.id)) {
      view.agent.last_seen = seen->time;
      view.alive = monotonic_ - seen->monotonic <= options_.lease_ttl;
    }
    view.trials = leases_.HeldBy(view.agent.id);
    views.push_back(std::move(view));
  }
  return views;
}

absl::Status Engine::TouchAgent(absl::string_view agent_id) {
  if (presence_.Touch(agent_id, {monotonic_, now_})) return absl::OkStatus();
  // Registered before the controller's restart.
  RETURN_IF_ERROR(store_.FindAgent(agent_id).status());
  presence_.Add(agent_id, {monotonic_, now_});
  return absl::OkStatus();
}

void Engine::SetState(Sweep& sweep, Trial& trial, TrialState state) {
  --CountOf(sweep.counts, trial.state);
  ++CountOf(sweep.counts, state);
  trial.state = state;
  if (IsTerminal(state)) trial.ended = now_;
}

absl::Status Engine::MoveTrial(Sweep& sweep, Trial& trial, TrialState state) {
  SetState(sweep, trial, state);
  return store_.UpdateTrial(trial);
}

absl::Status Engine::AddEvent(Sweep& sweep, EventKind kind, const Trial* trial, std::string detail) {
  Event event;
  event.revision = ++sweep.revision;
  event.kind = kind;
  if (trial != nullptr) {
    event.trial = trial->key.number;
    event.attempt = trial->attempt;
    event.objective = trial->objective;
  }
  event.detail = std::move(detail);
  event.time = now_;
  RETURN_IF_ERROR(store_.AppendEvent(sweep.id, event));
  if (ChangesHistory(kind)) NoteHistoryChange(sweep.id);
  AfterCommit([id = sweep.id, event = std::move(event)] { LogEvent(id, event); });
  return absl::OkStatus();
}

absl::Status Engine::Save(Sweep& sweep) {
  sweep.updated = now_;
  RETURN_IF_ERROR(store_.UpdateSweep(sweep));
  if (IsTerminal(sweep.state) || !sweep.spec->early_terminate.has_value()) curves_.erase(sweep.id);
  if (IsTerminal(sweep.state)) suggestions_.Forget(sweep.id);
  changed_.insert(sweep.id);
  AfterCommit([this, id = sweep.id] { watch_hub_.Notify(id); });
  return absl::OkStatus();
}

void Engine::StartLeaseClock(const SweepSpec& spec, const Attempt& attempt, std::string token) {
  const absl::Duration deadline = monotonic_ + options_.lease_ttl;
  absl::Duration limit = absl::InfiniteDuration();
  if (spec.trial_timeout.has_value()) {
    limit = monotonic_ + *spec.trial_timeout + kLeasesBeyondTimeout * options_.lease_ttl;
  }
  AfterCommit([this, trial = attempt.trial, number = attempt.number, token = std::move(token),
               agent_id = attempt.agent_id, deadline, limit, stop = attempt.stop.has_value()] {
    leases_.Grant({trial, number, token, agent_id, deadline, limit, stop});
  });
}

void Engine::StopLeaseClock(const TrialKey& trial) {
  AfterCommit([this, trial] { leases_.Release(trial); });
}

}  // namespace sweepd
