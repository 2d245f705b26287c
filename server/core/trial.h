// A trial: one hyperparameter set with its result; and its attempts, the executions of it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "server/core/shared_assignment.h"
#include "server/core/stop_decision.h"

namespace sweepd {

// Names a trial: its sweep and its number in it, counted from 1.
struct TrialKey {
  std::string sweep_id;
  int64_t number = 0;
  auto operator<=>(const TrialKey&) const = default;
  template <class H>
  friend H AbslHashValue(H state, const TrialKey& key) {
    return H::combine(std::move(state), key.sweep_id, key.number);
  }
};

// PENDING   made, or given back, and waiting for an agent.
// RUNNING   an agent holds the lease of its current attempt.
// LOST      the lease expired and nobody else has it yet. The old holder revives it by a heartbeat or a report.
// The rest are final, but for RetryTrial:
// SUCCEEDED the program ended well and, where the sweep has an objective, reported a finite one.
// FAILED    see TrialReason.
// STOPPED   ended early because its curve was not promising; its objective counts.
// CANCELLED by a user.
enum class TrialState { kPending, kRunning, kLost, kSucceeded, kFailed, kStopped, kCancelled };

// Why a trial, or an attempt, is in the state it is in.
enum class TrialReason {
  kNone,
  kExitCode,        // the program ended with a non-zero code or by a signal
  kLaunchFailed,    // the program could not be started
  kNoMetric,        // it ended well but never reported the objective
  kBadMetric,       // its objective was NaN or infinite
  kLost,            // the lease expired more often than retries.lost allows
  kPreempted,       // the agent gave the attempt back
  kSweepStopped,    // the sweep was stopped before it could run (again)
  kSweepCancelled,  // the sweep was cancelled
  kStoppedEarly,    // the sweep's early_terminate rule stopped it
  kTimeout,         // it ran longer than trial_timeout
  kUser,            // a user cancelled this one trial
};

struct Trial {
  TrialKey key;
  TrialState state = TrialState::kPending;
  TrialReason reason = TrialReason::kNone;
  std::string message;  // details of the reason for people; "" when there are none
  SharedAssignment assignment;
  // With repeats: the number of the first trial of the same assignment; 0 for that one itself. Never changes.
  int64_t repeat_of = 0;
  int64_t attempt = 0;          // the current attempt's number, which is the lease's epoch; 0 before the first
  int64_t lost_attempts = 0;    // attempts that were lost or preempted
  int64_t failed_attempts = 0;  // attempts that failed
  std::string agent;            // name of the agent of the current attempt; "" before the first
  // The objective's aggregate over the current attempt's reports so far; nullopt before the first. Bit-exact, and may
  // be NaN or infinite until the trial ends: a SUCCEEDED or STOPPED trial's is finite or absent.
  std::optional<double> objective;
  std::optional<int64_t> objective_step;  // the step at which `objective` was reported
  // With repeats: the mean objective of the trials of this assignment, once all of them are over; only in the first of
  // them that succeeded, which stands for all. Finite.
  std::optional<double> mean;
  absl::Time created;
  std::optional<absl::Time> started;  // start of the current attempt
  std::optional<absl::Time> ended;    // when it became final
};

enum class AttemptState { kRunning, kLost, kSucceeded, kFailed, kStopped, kCancelled, kPreempted };

// One execution of a trial by one agent.
struct Attempt {
  TrialKey trial;
  int64_t number = 0;  // counted from 1; the lease's epoch
  AttemptState state = AttemptState::kRunning;
  TrialReason reason = TrialReason::kNone;
  std::string message;
  std::string agent;           // the agent's name
  std::string agent_id;        // the registration that holds the lease
  int64_t slot = 0;            // the agent's slot, counted from 0
  std::string request_id;      // of the RequestTrial that was answered with it
  int64_t acked_sequence = 0;  // metric points 1..acked_sequence are stored
  std::optional<int64_t> exit_code;
  absl::Time started;
  std::optional<absl::Time> ended;
  // Its agent is told to stop it: every answer about it is STOP, and its trial ends STOPPED however the attempt ends.
  std::optional<StopDecision> stop;
};

inline bool IsTerminal(TrialState state) {
  return state != TrialState::kPending && state != TrialState::kRunning && state != TrialState::kLost;
}

// The number of the first trial of the same assignment.
inline int64_t GroupOf(const Trial& trial) { return trial.repeat_of != 0 ? trial.repeat_of : trial.key.number; }

// What a trial found by Store::FindBestTrial is the best by.
inline double ResultOf(const Trial& trial) { return trial.mean.has_value() ? *trial.mean : *trial.objective; }

// A lease may be used: its attempt is running, or was lost and may be revived.
inline bool IsLive(AttemptState state) { return state == AttemptState::kRunning || state == AttemptState::kLost; }

absl::string_view TrialStateName(TrialState state);
absl::string_view TrialReasonName(TrialReason reason);  // "" for kNone
absl::string_view AttemptStateName(AttemptState state);

// The inverses; nullopt for an unknown name.
std::optional<TrialState> ParseTrialState(absl::string_view name);
std::optional<TrialReason> ParseTrialReason(absl::string_view name);
std::optional<AttemptState> ParseAttemptState(absl::string_view name);

// "sweeps/{sweep}/trials/{number}".
std::string SweepResourceName(absl::string_view sweep_id);
std::string TrialResourceName(const TrialKey& key);

}  // namespace sweepd
