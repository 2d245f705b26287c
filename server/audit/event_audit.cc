// The event log: revisions without a hole, legal steps only, and an end that agrees with the rows.
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/status_macros.h"
#include "server/audit/audited_sweep.h"
#include "server/core/event.h"
#include "server/store/sqlite/row.h"

namespace sweepd {
namespace {

// A trial, or none yet, in the course of the log.
struct Course {
  bool created = false;
  TrialState state = TrialState::kPending;
  int64_t attempt = 0;
};

bool IsOpen(TrialState state) { return !IsTerminal(state); }

// Where an event takes a trial that stands at `course`; nullopt for an illegal step.
std::optional<TrialState> NextOf(EventKind kind, const Course& course) {
  const bool running = course.created && course.state == TrialState::kRunning;
  const bool lost = course.created && course.state == TrialState::kLost;
  const bool pending = course.created && course.state == TrialState::kPending;
  const auto take = [](bool legal, TrialState next) { return legal ? std::optional(next) : std::nullopt; };
  switch (kind) {
    case EventKind::kTrialAdded:
    case EventKind::kTrialCreated: return take(!course.created, TrialState::kPending);
    case EventKind::kTrialStarted: return take(pending || lost, TrialState::kRunning);
    case EventKind::kTrialImproved:
    case EventKind::kTrialStopDecided: return take(running, TrialState::kRunning);
    case EventKind::kTrialLost: return take(running, TrialState::kLost);
    case EventKind::kTrialRevived: return take(lost, TrialState::kRunning);
    case EventKind::kTrialRequeued: return take(running || lost, TrialState::kPending);
    case EventKind::kTrialSucceeded: return take(running, TrialState::kSucceeded);
    case EventKind::kTrialFailed: return take(running || lost, TrialState::kFailed);
    case EventKind::kTrialStopped: return take(running, TrialState::kStopped);
    case EventKind::kTrialCancelled: return take(course.created && IsOpen(course.state), TrialState::kCancelled);
    case EventKind::kTrialRetried:
      return take(course.created && !IsOpen(course.state) && course.state != TrialState::kSucceeded,
                  TrialState::kPending);
    default: return std::nullopt;
  }
}

// The same for the sweep; `created` is false before its first event.
std::optional<SweepState> NextOf(EventKind kind, bool created, SweepState state) {
  using S = SweepState;
  const auto take = [](bool legal, S next) { return legal ? std::optional(next) : std::nullopt; };
  switch (kind) {
    case EventKind::kSweepCreated: return take(!created, S::kActive);
    case EventKind::kSweepPaused: return take(created && state == S::kActive, S::kPaused);
    case EventKind::kSweepResumed: return take(created && state != S::kActive && state != S::kCancelled, S::kActive);
    case EventKind::kSweepStopping: return take(created && (state == S::kActive || state == S::kPaused), S::kStopping);
    case EventKind::kSweepFinished: return take(created && state == S::kStopping, S::kFinished);
    case EventKind::kSweepCancelled: return take(created && !IsTerminal(state), S::kCancelled);
    case EventKind::kSuggestionDegraded: return take(created && state == S::kActive, S::kActive);
    case EventKind::kSweepUpdated: return take(created && state != S::kCancelled, state);
    case EventKind::kSweepReopened: return take(created && state == S::kFinished, S::kStopping);
    default: return std::nullopt;
  }
}

struct EventRow {
  int64_t revision = 0;
  std::string kind;
  int64_t trial = 0;
  int64_t attempt = 0;
};

class EventAudit {
 public:
  EventAudit(const AuditContext& context, const AuditedSweep& sweep)
      : context_(context), sweep_(sweep), courses_(sweep.trials.size()) {}

  absl::Status Run() {
    Statement list = context_.connection.Prepare(
        "SELECT revision, kind, trial, attempt FROM events WHERE sweep_key = ?1 ORDER BY revision");
    list.Bind(sweep_.key);
    while (true) {
      ASSIGN_OR_RETURN(const auto event, ReadOne(list, [](Row& row) {
                         EventRow read;
                         read.revision = row.Int();
                         read.kind = row.Text();
                         read.trial = row.Int();
                         read.attempt = row.Int();
                         return read;
                       }));
      if (!event.has_value()) break;
      Judge(*event);
    }
    JudgeEnd();
    return absl::OkStatus();
  }

 private:
  std::string PlaceOf(int64_t revision) const { return absl::StrCat(sweep_.place(), "/events/", revision); }

  void Judge(const EventRow& event) {
    ++context_.report.events;
    if (event.revision != revision_ + 1) {
      context_.Complain(PlaceOf(revision_ + 1), absl::StrCat("is missing: the next event is ", event.revision),
                        kRestoreCure);
    }
    revision_ = event.revision;
    const std::optional<EventKind> kind = ParseEventKind(event.kind);
    if (!kind.has_value()) {
      context_.Complain(PlaceOf(event.revision), absl::StrCat("is of the unknown kind \"", event.kind, "\""),
                        kRestoreCure);
    } else if (event.trial == 0) {
      JudgeSweepEvent(*kind, event);
    } else {
      JudgeTrialEvent(*kind, event);
    }
  }

  void JudgeSweepEvent(EventKind kind, const EventRow& event) {
    const std::optional<SweepState> next = NextOf(kind, created_, state_);
    if (!next.has_value()) {
      context_.Complain(PlaceOf(event.revision),
                        absl::StrCat(event.kind, " cannot follow ", created_ ? SweepStateName(state_) : "nothing"),
                        kDistrustCure);
      return;
    }
    created_ = true;
    state_ = *next;
    if (kind == EventKind::kSweepResumed) failures_in_a_row_ = 0;
  }

  void JudgeTrialEvent(EventKind kind, const EventRow& event) {
    const std::optional<size_t> index = sweep_.IndexOf(event.trial);
    if (!index.has_value()) {
      context_.Complain(PlaceOf(event.revision), absl::StrCat("tells of trial ", event.trial, ", which is not there"),
                        kDistrustCure);
      return;
    }
    Course& course = courses_[*index];
    const std::optional<TrialState> next = NextOf(kind, course);
    const int64_t attempt = course.attempt + (kind == EventKind::kTrialStarted ? 1 : 0);
    if (!next.has_value()) {
      context_.Complain(PlaceOf(event.revision),
                        absl::StrCat(event.kind, " of trial ", event.trial, " cannot follow ",
                                     course.created ? TrialStateName(course.state) : "nothing"),
                        kDistrustCure);
      return;
    }
    if (event.attempt != attempt) {
      context_.Complain(PlaceOf(event.revision),
                        absl::StrCat(event.kind, " of trial ", event.trial, " names attempt ", event.attempt,
                                     " where attempt ", attempt, " belongs"),
                        kDistrustCure);
    }
    course = {true, *next, event.attempt};
    if (kind == EventKind::kTrialFailed) ++failures_in_a_row_;
    if (kind == EventKind::kTrialSucceeded || kind == EventKind::kTrialStopped) failures_in_a_row_ = 0;
  }

  void JudgeEnd() const {
    if (revision_ != sweep_.sweep.revision) {
      context_.Complain(sweep_.place(),
                        absl::StrCat("names revision ", sweep_.sweep.revision, ", and its newest event is ", revision_),
                        kRestoreCure);
    }
    if (!created_ || state_ != sweep_.sweep.state) {
      context_.Complain(sweep_.place(),
                        absl::StrCat("is ", SweepStateName(sweep_.sweep.state), ", and its events end with ",
                                     created_ ? SweepStateName(state_) : "nothing"),
                        kDistrustCure);
    }
    JudgeFailures();
    for (size_t i = 0; i < courses_.size(); ++i) {
      const AuditedTrial& trial = sweep_.trials[i];
      const Course& course = courses_[i];
      if (course.created && course.state == trial.state && course.attempt == trial.attempt) continue;
      context_.Complain(
          sweep_.PlaceOf(trial.number),
          absl::StrCat("is ", TrialStateName(trial.state), " in attempt ", trial.attempt, ", and its events end with ",
                       course.created ? TrialStateName(course.state) : "nothing", " in attempt ", course.attempt),
          kDistrustCure);
    }
  }

  void JudgeFailures() const {
    const std::shared_ptr<const SweepSpec>& spec = sweep_.sweep.spec;
    if (spec == nullptr) return;
    const int64_t expected = spec->max_failures.has_value() ? failures_in_a_row_ : 0;
    if (sweep_.sweep.failures_in_a_row == expected) return;
    context_.Complain(
        sweep_.place(),
        absl::StrCat("counts ", sweep_.sweep.failures_in_a_row, " failures in a row; its events tell of ", expected),
        kCounterCure);
  }

  const AuditContext& context_;
  const AuditedSweep& sweep_;
  std::vector<Course> courses_;  // parallel to the trials
  int64_t revision_ = 0;
  bool created_ = false;
  SweepState state_ = SweepState::kActive;
  int64_t failures_in_a_row_ = 0;
};

}  // namespace

absl::Status AuditEvents(const AuditContext& context, const AuditedSweep& sweep) {
  return EventAudit(context, sweep).Run();
}

}  // namespace sweepd
