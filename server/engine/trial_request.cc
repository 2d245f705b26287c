// How an agent gets a trial.
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/status_macros.h"
#include "server/core/errors.h"
#include "server/engine/engine.h"

namespace sweepd {
namespace {

TrialAnswer Wait(WaitReason reason, std::string detail) { return WaitAnswer{reason, std::move(detail)}; }

TrialAnswer WaitForParallelism(const Sweep& sweep) {
  const int64_t running = sweep.counts.running;
  const std::string in_flight =
      absl::StrCat("sweep ", sweep.id, " has ", running, running == 1 ? " trial" : " trials", " in flight");
  if (sweep.spec->method == Method::kBayes) {
    return Wait(WaitReason::kBayesSerial,
                absl::StrCat(in_flight, ", and bayes makes the next one from their results (max_parallel: ",
                             *sweep.spec->max_parallel, ")"));
  }
  return Wait(WaitReason::kMaxParallel,
              absl::StrCat(in_flight, ", which is its max_parallel: ", *sweep.spec->max_parallel));
}

bool AtMaxParallel(const Sweep& sweep) {
  return sweep.spec->max_parallel.has_value() && sweep.counts.running >= *sweep.spec->max_parallel;
}

}  // namespace

absl::StatusOr<TrialAnswer> Engine::RequestTrial(const TrialRequest& request) {
  RETURN_IF_ERROR(TouchAgent(request.agent_id));
  ASSIGN_OR_RETURN(std::optional<TrialAnswer> repeated, RepeatAnswer(request));
  if (repeated.has_value()) return *std::move(repeated);

  std::vector<std::string> candidates = request.sweeps;
  if (candidates.empty()) {
    ASSIGN_OR_RETURN(candidates, OpenSweeps());
    if (candidates.empty()) return DoneAnswer{DoneReason::kNoSweep, "the controller has no open sweep"};
  }
  std::optional<TrialAnswer> wait;
  for (const std::string& id : candidates) {
    ASSIGN_OR_RETURN(Sweep sweep, store_.FindSweep(id));
    ASSIGN_OR_RETURN(std::optional<TrialAnswer> answer, AskSweep(std::move(sweep), request));
    if (!answer.has_value()) continue;
    if (std::holds_alternative<LeaseGrant>(*answer)) return *std::move(answer);
    // The first sweep's reason is the one worth telling.
    if (!wait.has_value()) wait = std::move(answer);
  }
  if (wait.has_value()) return *std::move(wait);
  return DoneAnswer{DoneReason::kSweepsOver, absl::StrCat("over: ", absl::StrJoin(candidates, ", "))};
}

absl::StatusOr<std::optional<TrialAnswer>> Engine::RepeatAnswer(const TrialRequest& request) {
  ASSIGN_OR_RETURN(std::optional<Attempt> attempt, store_.FindAttemptByRequest(request.agent_id, request.request_id));
  if (!attempt.has_value()) return std::nullopt;
  ASSIGN_OR_RETURN(Trial trial, store_.FindTrial(attempt->trial));
  if (attempt->state != AttemptState::kRunning || trial.attempt != attempt->number) {
    return LeaseLost(attempt->trial, attempt->number);
  }
  ASSIGN_OR_RETURN(Sweep sweep, store_.FindSweep(attempt->trial.sweep_id));
  return AnswerFor(sweep, trial, attempt->number, tokens_.TokenFor(*attempt));
}

absl::StatusOr<std::vector<std::string>> Engine::OpenSweeps() {
  ASSIGN_OR_RETURN(
      std::vector<Sweep> sweeps,
      store_.ListSweeps({{SweepState::kActive, SweepState::kPaused, SweepState::kStopping}, "", kMaxPageSize}));
  std::vector<std::string> ids;
  ids.reserve(sweeps.size());
  for (const Sweep& sweep : sweeps) ids.push_back(sweep.id);
  std::reverse(ids.begin(), ids.end());
  return ids;
}

absl::StatusOr<std::optional<TrialAnswer>> Engine::AskSweep(Sweep sweep, const TrialRequest& request) {
  if (IsTerminal(sweep.state)) return std::nullopt;
  if (sweep.state == SweepState::kPaused) {
    return Wait(WaitReason::kPaused, absl::StrCat("sweep ", sweep.id, " is paused"));
  }
  if (AtMaxParallel(sweep)) return WaitForParallelism(sweep);
  if (sweep.counts.pending + sweep.counts.lost > 0) {
    ASSIGN_OR_RETURN(std::optional<Trial> waiting, store_.FindRunnableTrial(sweep.id));
    if (waiting.has_value()) return GrantLease(sweep, *std::move(waiting), TrialRow::kStored, request);
  }
  if (sweep.state == SweepState::kStopping) {
    return Wait(WaitReason::kFinishing,
                absl::StrCat("sweep ", sweep.id, " makes no new trials; its last ones are running"));
  }
  return AskStrategy(sweep, request);
}

absl::StatusOr<std::optional<TrialAnswer>> Engine::AskStrategy(Sweep& sweep, const TrialRequest& request) {
  const std::shared_ptr<const Strategy> strategy = StrategyOf(sweep);
  if (strategy->UsesHistory()) return AskForSuggestion(sweep, request);
  ASSIGN_OR_RETURN(std::optional<Assignment> assignment, strategy->Suggest({sweep.suggestions, {}}));
  if (!assignment.has_value()) {
    RETURN_IF_ERROR(BeginStopping(sweep, SweepReason::kSpaceExhausted));
    RETURN_IF_ERROR(Save(sweep));
    return AskSweep(sweep, request);
  }
  ASSIGN_OR_RETURN(Trial trial, MakeSuggestedTrials(sweep, *std::move(assignment)));
  return GrantLease(sweep, std::move(trial), TrialRow::kNew, request);
}

absl::StatusOr<TrialAnswer> Engine::GrantLease(Sweep& sweep, Trial trial, TrialRow row, const TrialRequest& request) {
  ASSIGN_OR_RETURN(Agent agent, store_.FindAgent(request.agent_id));
  ++trial.attempt;
  trial.reason = TrialReason::kNone;
  trial.message.clear();
  trial.objective.reset();
  trial.objective_step.reset();
  trial.agent = agent.name;
  trial.started = now_;
  if (trial.attempt > 1) RestartCurve(trial.key);
  SetState(sweep, trial, TrialState::kRunning);
  RETURN_IF_ERROR(row == TrialRow::kNew ? store_.InsertTrial(trial) : store_.UpdateTrial(trial));

  Attempt attempt;
  attempt.trial = trial.key;
  attempt.number = trial.attempt;
  attempt.agent = agent.name;
  attempt.agent_id = agent.id;
  attempt.slot = request.slot;
  attempt.request_id = request.request_id;
  attempt.started = now_;
  RETURN_IF_ERROR(store_.InsertAttempt(attempt));
  RETURN_IF_ERROR(AddEvent(sweep, EventKind::kTrialStarted, &trial, agent.name));
  RETURN_IF_ERROR(Save(sweep));
  const std::string token = tokens_.TokenFor(attempt);
  StartLeaseClock(*sweep.spec, attempt, token);
  return AnswerFor(sweep, trial, attempt.number, token);
}

TrialAnswer Engine::AnswerFor(const Sweep& sweep, const Trial& trial, int64_t attempt, std::string token) {
  return LeaseGrant{{trial.key, attempt, std::move(token)}, trial.assignment, sweep.spec};
}

std::shared_ptr<const Strategy> Engine::StrategyOf(const Sweep& sweep) {
  std::shared_ptr<const Strategy>& strategy = strategies_[sweep.id];
  if (strategy == nullptr) strategy = MakeStrategy(*sweep.spec);
  return strategy;
}

}  // namespace sweepd
