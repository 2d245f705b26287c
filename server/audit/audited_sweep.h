// What the parts of an audit know of one sweep.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "server/audit/audit.h"
#include "server/core/sweep.h"
#include "server/core/trial.h"
#include "server/store/sqlite/connection.h"

namespace sweepd {

// Where the parts read from and complain to. The references outlive it.
struct AuditContext {
  Connection& connection;  // inside one read transaction
  AuditDepth depth;
  AuditReport& report;

  void Complain(std::string place, std::string what, absl::string_view cure) const {
    report.complaints.Add(std::move(place), std::move(what), cure);
  }
};

// A trial as its row says.
struct AuditedTrial {
  int64_t number = 0;
  TrialState state = TrialState::kPending;
  int64_t attempt = 0;
  int64_t lost_attempts = 0;
  int64_t failed_attempts = 0;
  std::optional<double> objective;
  std::optional<int64_t> objective_step;
  int64_t repeat_of = 0;
  std::optional<double> mean;
};

// What users did to a sweep's trials and limits, as its events tell: it lifts some of the rules.
struct UserActions {
  bool changed_limits = false;
  absl::flat_hash_set<int64_t> added;                   // numbers of trials
  absl::flat_hash_map<int64_t, int64_t> last_retry_of;  // number of a trial -> its attempt when it was last retried

  bool Added(int64_t trial) const { return added.contains(trial); }
  // -1 for a trial that was never retried: its retries count from its first attempt on.
  int64_t LastRetryOf(int64_t trial) const {
    const auto found = last_retry_of.find(trial);
    return found == last_retry_of.end() ? -1 : found->second;
  }
};

struct AuditedSweep {
  int64_t key = 0;
  Sweep sweep;  // its spec is null when the stored one cannot be read
  UserActions user_actions;
  std::vector<AuditedTrial> trials;  // ascending numbers

  std::string place() const { return SweepResourceName(sweep.id); }
  std::string PlaceOf(int64_t trial) const { return TrialResourceName({sweep.id, trial}); }
  std::string PlaceOf(int64_t trial, int64_t attempt) const {
    return absl::StrCat(PlaceOf(trial), "/attempts/", attempt);
  }
  // The place in `trials` of a number; nullopt when there is no such trial.
  std::optional<size_t> IndexOf(int64_t number) const;
};

// The parts, in their order: each reads rows of the sweep and complains. Errors are those of reading.

// Fills `user_actions`.
absl::Status ReadUserActions(const AuditContext& context, AuditedSweep& sweep);
// Fills `trials`, and compares the sweep's own row with them.
absl::Status AuditTrials(const AuditContext& context, AuditedSweep& sweep);
// Trials of one assignment against each other, and their mean.
void AuditRepeats(const AuditContext& context, const AuditedSweep& sweep);
// Attempts against their trials, and in a full audit the metric values against both.
absl::Status AuditAttempts(const AuditContext& context, const AuditedSweep& sweep);
// Decisions to stop early against attempts and events.
absl::Status AuditStops(const AuditContext& context, const AuditedSweep& sweep);
// The event log against the rows that it led to.
absl::Status AuditEvents(const AuditContext& context, const AuditedSweep& sweep);

// What belongs to no sweep: agents and stored responses.
absl::Status AuditRegistrations(const AuditContext& context);

}  // namespace sweepd
