// The use cases of sweepd: what users and agents can do, as plain synchronous code without locks.
//
// Used by one thread, TryHeartbeat apart. The caller opens a transaction of the store and runs commands in it, each in
// its own savepoint:
//
//     store.Begin();
//     for each command:  store.Savepoint();  const size_t mark = engine.BeginCommand();  status = engine.Some...(...);
//                        ok ? store.Release() : (store.RollbackToSavepoint(), engine.UndoEffects(mark));
//     store.Commit();  engine.RunEffects();
//
// A command that fails changes nothing. What must not happen before the commit (a lease's clock, waking watchers,
// starting a suggestion) is an effect and happens in RunEffects. EngineLoop is that caller.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/clock.h"
#include "common/ids.h"
#include "server/core/event.h"
#include "server/core/limits.h"
#include "server/engine/agent_presence.h"
#include "server/engine/lease_table.h"
#include "server/engine/lease_token.h"
#include "server/engine/queries.h"
#include "server/engine/ready_suggestions.h"
#include "server/engine/requests.h"
#include "server/engine/suggestion.h"
#include "server/engine/trial_outcome.h"
#include "server/engine/watch_hub.h"
#include "server/stopping/compared_curves.h"
#include "server/store/store.h"
#include "server/strategy/strategy.h"

namespace sweepd {

// Why the sweep can have no further trial of its method, its cap or the end of its grid; kNone while it can.
SweepReason ExhaustedBy(const Sweep& sweep);

struct EngineOptions {
  absl::Duration lease_ttl = kDefaultLeaseTtl;
  // Compute the next suggestion of a method that looks at history before an agent asks for it. Changes when a
  // suggestion is there, never which one it is.
  bool speculate = true;
};

class Engine {
 public:
  using StartSuggestion = std::function<void(std::shared_ptr<SuggestionJob>)>;

  // Everything passed by reference must outlive the engine. `start_suggestion` must not call back into it.
  Engine(EngineOptions options, Store& store, const Clock& clock, IdSource& ids, LeaseTokens tokens,
         WatchHub& watch_hub, StartSuggestion start_suggestion);

  // Takes up the leases that were running when the controller last stopped: each gets a full lease time. Call once.
  absl::Status Start();

  // ---- Users. Errors as sweep_service.proto lists them.
  absl::StatusOr<SweepView> CreateSweep(const NewSweep& request);
  absl::StatusOr<SweepView> PauseSweep(absl::string_view id);
  absl::StatusOr<SweepView> ResumeSweep(absl::string_view id);
  absl::StatusOr<SweepView> StopSweep(absl::string_view id);
  absl::StatusOr<SweepView> CancelSweep(absl::string_view id);
  absl::Status DeleteSweep(absl::string_view id);
  absl::StatusOr<SweepView> UpdateSweep(const SweepUpdate& update);
  absl::StatusOr<Trial> AddTrial(const NewTrial& request);
  absl::StatusOr<Trial> RetryTrial(const TrialRetry& request);
  absl::StatusOr<Trial> CancelTrial(const TrialKey& key);
  absl::StatusOr<std::vector<AgentView>> ListAgents(int64_t limit);

  // ---- Agents. Errors as agent_service.proto lists them.
  absl::StatusOr<Agent> RegisterAgent(const NewAgent& request);
  // Answers at once; holding a WaitAnswer back until something changes is the caller's part.
  absl::StatusOr<TrialAnswer> RequestTrial(const TrialRequest& request);
  absl::StatusOr<ReportAnswer> ReportMetrics(const LeaseRef& lease, const std::vector<MetricReport>& reports);
  absl::StatusOr<std::vector<Directive>> Heartbeat(absl::string_view agent_id, const std::vector<LeaseRef>& running);
  absl::StatusOr<FinishAnswer> FinishTrial(const FinishReport& report);

  // Heartbeat on any thread, beside the engine's: it waits for no commit. Answers when the agent is known and every
  // lease is running as it is named; nullopt when the engine must look closer, by Heartbeat.
  std::optional<std::vector<Directive>> TryHeartbeat(absl::string_view agent_id, const std::vector<LeaseRef>& running);

  // ---- The controller itself.
  // Takes the result of a SuggestionJob, to be handed out by RequestTrial; dropped when the history it was made from is
  // no longer that of the sweep. Makes no trial and cannot fail.
  void AcceptSuggestion(Suggestion suggestion);
  // Ends a lease that has expired: its attempt is lost, or has timed out if the lease reached its limit.
  absl::Status ExpireLease(const LeaseTable::Lease& lease);
  // Removes a bounded part of what is kept no longer (answers to request ids). Call it now and then, for example every
  // minute; false when nothing was left to remove.
  absl::StatusOr<bool> Housekeep();

  // ---- The transaction protocol above.
  size_t BeginCommand();
  void UndoEffects(size_t mark);
  void RunEffects();
  // The sweeps that changed since the last call: waiting requests for them may be answered now.
  std::set<std::string> TakeChangedSweeps() { return std::exchange(changed_, {}); }

  LeaseTable& leases() { return leases_; }
  // Agents heard of within one lease time. Thread-safe.
  size_t CountLiveAgents() const { return presence_.CountSince(clock_.Monotonic() - options_.lease_ttl); }
  // Thread-safe.
  SuggestionCounters suggestion_counters() const { return suggestions_.ReadCounters(); }
  const EngineOptions& options() const { return options_; }

 private:
  // The rows that a lease names.
  struct LeasedTrial {
    Sweep sweep;
    Trial trial;
    Attempt attempt;
  };

  // Whether the store has the trial already.
  enum class TrialRow { kNew, kStored };

  // What waits for the end of the transaction: the one is run by RunEffects, the other by UndoEffects; each may be
  // null.
  struct Effect {
    absl::AnyInvocable<void()> when_committed;
    absl::AnyInvocable<void()> when_undone;
  };

  void AfterCommit(absl::AnyInvocable<void()> effect) { effects_.push_back({std::move(effect), nullptr}); }
  // For a change of memory that later commands of the batch must see already.
  void IfUndone(absl::AnyInvocable<void()> undo) { effects_.push_back({nullptr, std::move(undo)}); }

  // sweep_commands.cc
  absl::Status CancelOpenTrials(Sweep& sweep, bool only_unstarted, TrialReason reason);
  absl::Status CancelOpenTrial(Sweep& sweep, Trial& trial, TrialReason reason);
  // ACTIVE or PAUSED -> STOPPING, and on to FINISHED when no trial is open.
  absl::Status BeginStopping(Sweep& sweep, SweepReason reason);
  absl::Status FinishIfIdle(Sweep& sweep);

  // sweep_course.cc
  // ACTIVE -> STOPPING when there can be no further trial of its method.
  absl::Status StopIfExhausted(Sweep& sweep);
  // Takes a suggestion into the sweep: as many trials of it as `repeats` and the cap allow, in the store but for the
  // first of them, which is counted and told of, and which the caller stores.
  absl::StatusOr<Trial> MakeSuggestedTrials(Sweep& sweep, Assignment assignment);
  // Counts the trial and tells of it, with `kind` for where it comes from; the caller stores it.
  absl::StatusOr<Trial> MakeTrial(Sweep& sweep, SharedAssignment assignment, EventKind kind, int64_t repeat_of = 0);
  // After the trial's final state is stored: whether its sweep stops for the target or pauses for max_failures.
  absl::Status NoteEnd(Sweep& sweep, const Trial& trial);
  static void CountFailure(Sweep& sweep, TrialState end);
  // The objective of the trial's assignment once every trial of it is over; nullopt before, and when none ended well.
  // With repeats it is the mean, which this stores; call it whenever a trial ended or was opened again.
  absl::StatusOr<std::optional<double>> SettleAssignment(const Sweep& sweep, const Trial& trial);
  absl::Status Pause(Sweep& sweep, SweepReason reason, std::string detail);

  // trial_commands.cc
  // The trial that the request made or changed before; nullopt when it is new. RequestIdReused.
  absl::StatusOr<std::optional<Trial>> EarlierTrial(const std::string& request_id, const std::string& fingerprint);
  absl::Status RememberTrial(const std::string& request_id, const std::string& fingerprint, const TrialKey& key);
  // FINISHED -> STOPPING: it has an open trial again.
  absl::Status Reopen(Sweep& sweep);

  // trial_request.cc
  absl::StatusOr<std::optional<TrialAnswer>> RepeatAnswer(const TrialRequest& request);
  absl::StatusOr<std::vector<std::string>> OpenSweeps();
  // The answer of one sweep; nullopt when it is over.
  absl::StatusOr<std::optional<TrialAnswer>> AskSweep(Sweep sweep, const TrialRequest& request);
  absl::StatusOr<std::optional<TrialAnswer>> AskStrategy(Sweep& sweep, const TrialRequest& request);
  absl::StatusOr<TrialAnswer> GrantLease(Sweep& sweep, Trial trial, TrialRow row, const TrialRequest& request);
  std::shared_ptr<const Strategy> StrategyOf(const Sweep& sweep);
  static TrialAnswer AnswerFor(const Sweep& sweep, const Trial& trial, int64_t attempt, std::string token);

  // suggestions.cc
  // AskStrategy for a method that looks at history.
  absl::StatusOr<std::optional<TrialAnswer>> AskForSuggestion(Sweep& sweep, const TrialRequest& request);
  // The method failed: a seeded random point instead, or the sweep is paused with the reason, and it is nullopt.
  absl::StatusOr<std::optional<Assignment>> Degrade(Sweep& sweep, const absl::Status& failure);
  void NoteHistoryChange(const std::string& sweep_id);
  // Begins the next suggestion of the sweep if an agent is likely to ask for one, and would get it.
  void ComputeAhead(const std::string& sweep_id);

  // trial_report.cc
  // LEASE_LOST when there is no such attempt or the token is wrong.
  absl::StatusOr<LeasedTrial> FindLeased(const LeaseRef& lease);
  // Extends the lease at once, and revives a LOST trial. LEASE_LOST when the lease is no longer the trial's current
  // one.
  absl::Status ExtendLease(const LeaseRef& lease, LeasedTrial& leased);
  absl::Status Revive(LeasedTrial& leased);
  absl::StatusOr<Directive> DirectiveFor(const LeaseRef& lease);
  absl::Status NoteObjective(LeasedTrial& leased, const std::vector<MetricReport>& reports);
  absl::Status ApplyVerdict(LeasedTrial& leased, const TrialVerdict& verdict);

  // early_stopping.cc
  // Takes the reports, which have just been stored, into the curves of the sweep, and decides whether the attempt is to
  // stop. Only for a sweep with early_terminate.
  absl::Status JudgeReports(LeasedTrial& leased, const std::vector<MetricReport>& reports);
  absl::Status DecideToStop(LeasedTrial& leased, StopDecision decision);
  // The curves of the sweep; made from the store, without the trial's reports from `sequence` on, when there are none.
  absl::StatusOr<ComparedCurves*> CurvesOf(const Sweep& sweep, int64_t trial, int64_t sequence);
  absl::Status ReadCurve(const Trial& trial, const Objective& objective, int64_t before, ComparedCurves& curves);
  // A new attempt begins a new curve.
  void RestartCurve(const TrialKey& trial);
  void TakeBack(const std::string& sweep_id, ComparedCurves::Undo undo);

  // engine.cc
  absl::Status TouchAgent(absl::string_view agent_id);
  // Changes the trial's state, and the sweep's counts with it; MoveTrial writes the trial too.
  void SetState(Sweep& sweep, Trial& trial, TrialState state);
  absl::Status MoveTrial(Sweep& sweep, Trial& trial, TrialState state);
  absl::Status AddEvent(Sweep& sweep, EventKind kind, const Trial* trial, std::string detail = "");
  // Writes the sweep and wakes who waits for it. Every command that changed a sweep ends with it.
  absl::Status Save(Sweep& sweep);
  void StartLeaseClock(const SweepSpec& spec, const Attempt& attempt, std::string token);
  void StopLeaseClock(const TrialKey& trial);

  const EngineOptions options_;
  Store& store_;
  const Clock& clock_;
  IdSource& ids_;
  const LeaseTokens tokens_;
  WatchHub& watch_hub_;
  const StartSuggestion start_suggestion_;

  // The time of the running command.
  absl::Time now_;
  absl::Duration monotonic_;

  LeaseTable leases_;
  AgentPresence presence_;
  std::map<std::string, std::shared_ptr<const Strategy>> strategies_;
  ReadySuggestions suggestions_;
  std::set<std::string> may_compute_ahead_;       // sweeps to look at after the commit
  std::map<std::string, int> degraded_in_a_row_;  // sweeps whose strategy failed just now
  std::set<std::string> changed_;
  // Of sweeps with early_terminate that had a report lately. What the store would give, so that an entry can be dropped
  // at any time.
  std::map<std::string, ComparedCurves, std::less<>> curves_;
  std::vector<Effect> effects_;
};

}  // namespace sweepd
