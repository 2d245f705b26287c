#include "bench/load/stored_history.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/rng.h"
#include "common/status_macros.h"
#include "server/core/objective.h"
#include "server/store/sqlite/open.h"
#include "server/store/store.h"
#include "server/strategy/strategy.h"

namespace sweepd::load {
namespace {

constexpr int64_t kTrialsPerTransaction = 5000;

// Between two trials, and between the steps of one.
constexpr absl::Duration kPause = absl::Milliseconds(1);

Agent MakeAgent(absl::Time now) {
  Agent agent;
  agent.id = "historyagent";
  agent.name = "history-agent";
  agent.host = "localhost";
  agent.version = SWEEPD_VERSION;
  agent.registered = now;
  agent.last_seen = now;
  return agent;
}

// Writes one trial after the other into an open transaction.
class HistoryWriter {
 public:
  HistoryWriter(Store& store, Sweep sweep, Agent agent)
      : store_(store),
        sweep_(std::move(sweep)),
        agent_(std::move(agent)),
        strategy_(MakeStrategy(*sweep_.spec)),
        rng_(/*seed=*/4, /*stream=*/0),
        now_(agent_.registered) {}

  absl::Status AddTrial() {
    ASSIGN_OR_RETURN(std::optional<Assignment> assignment, strategy_->Suggest({sweep_.suggestions, {}}));
    if (!assignment.has_value()) return absl::FailedPreconditionError("the sweep's space is exhausted");
    ++sweep_.suggestions;
    const std::vector<MetricReport> reports = MakeReports();
    const Trial trial = MakeTrial(*std::move(assignment), reports);
    RETURN_IF_ERROR(store_.InsertTrial(trial));
    RETURN_IF_ERROR(store_.InsertAttempt(MakeAttempt(trial)));
    RETURN_IF_ERROR(store_.AppendReports(trial.key, 1, reports));
    RETURN_IF_ERROR(AddEvent(EventKind::kTrialCreated, trial.key.number, 0, std::nullopt, ""));
    RETURN_IF_ERROR(AddEvent(EventKind::kTrialStarted, trial.key.number, 1, std::nullopt, agent_.name));
    if (!best_.has_value() || *trial.objective < *best_) {
      best_ = trial.objective;
      RETURN_IF_ERROR(AddEvent(EventKind::kTrialImproved, trial.key.number, 1, trial.objective, ""));
    }
    ++sweep_.counts.succeeded;
    return AddEvent(EventKind::kTrialSucceeded, trial.key.number, 1, trial.objective, "");
  }

  absl::Status SaveSweep() {
    sweep_.updated = now_;
    return store_.UpdateSweep(sweep_);
  }

  int64_t trials() const { return sweep_.counts.total(); }

 private:
  std::vector<MetricReport> MakeReports() {
    std::vector<MetricReport> reports;
    double loss = 1 + rng_.NextUnit();
    for (int64_t sequence = 1; sequence <= kReportsPerStoredTrial; ++sequence) {
      loss *= 1 - 0.1 * rng_.NextUnit();
      reports.push_back({sequence, sequence, now_ + sequence * kPause, {{sweep_.spec->objective->metric, loss}}});
    }
    return reports;
  }

  Trial MakeTrial(Assignment assignment, const std::vector<MetricReport>& reports) {
    Trial trial;
    trial.key = {sweep_.id, sweep_.counts.total() + 1};
    trial.state = TrialState::kSucceeded;
    trial.assignment = std::move(assignment);
    trial.attempt = 1;
    trial.agent = agent_.name;
    trial.objective = reports.back().values.begin()->second;
    trial.objective_step = reports.back().step;
    trial.created = now_;
    trial.started = now_;
    now_ += (kReportsPerStoredTrial + 1) * kPause;
    trial.ended = now_;
    return trial;
  }

  Attempt MakeAttempt(const Trial& trial) const {
    Attempt attempt;
    attempt.trial = trial.key;
    attempt.number = 1;
    attempt.state = AttemptState::kSucceeded;
    attempt.agent = agent_.name;
    attempt.agent_id = agent_.id;
    attempt.request_id = absl::StrCat("history-", trial.key.number);
    attempt.acked_sequence = kReportsPerStoredTrial;
    attempt.exit_code = 0;
    attempt.started = *trial.started;
    attempt.ended = trial.ended;
    return attempt;
  }

  absl::Status AddEvent(EventKind kind, int64_t trial, int64_t attempt, std::optional<double> objective,
                        std::string detail) {
    Event event;
    event.revision = ++sweep_.revision;
    event.kind = kind;
    event.trial = trial;
    event.attempt = attempt;
    event.objective = objective;
    event.detail = std::move(detail);
    event.time = now_;
    return store_.AppendEvent(sweep_.id, event);
  }

  Store& store_;
  Sweep sweep_;
  const Agent agent_;
  const std::unique_ptr<Strategy> strategy_;
  Rng rng_;
  absl::Time now_;
  std::optional<double> best_;
};

absl::Status WriteTransaction(Store& store, HistoryWriter& writer, int64_t trials) {
  RETURN_IF_ERROR(store.Begin());
  RETURN_IF_ERROR(store.Savepoint());
  const int64_t until = std::min(trials, writer.trials() + kTrialsPerTransaction);
  while (writer.trials() < until) RETURN_IF_ERROR(writer.AddTrial());
  RETURN_IF_ERROR(writer.SaveSweep());
  RETURN_IF_ERROR(store.Release());
  return store.Commit();
}

}  // namespace

absl::Status FillSweep(const std::string& folder, const std::string& sweep_id, int64_t trials) {
  ASSIGN_OR_RETURN(const std::unique_ptr<Store> store, OpenSqliteStore(folder, {}));
  ASSIGN_OR_RETURN(Sweep sweep, store->FindSweep(sweep_id));
  if (sweep.counts.open() > 0) return absl::FailedPreconditionError("the sweep has open trials");
  // The past: nothing of the history ends later than now.
  const absl::Time begin = absl::Now() - (trials + 1) * (kReportsPerStoredTrial + 2) * kPause;
  const Agent agent = MakeAgent(begin);
  RETURN_IF_ERROR(store->Begin());
  RETURN_IF_ERROR(store->InsertAgent(agent));
  RETURN_IF_ERROR(store->Commit());
  HistoryWriter writer(*store, std::move(sweep), agent);
  while (writer.trials() < trials) RETURN_IF_ERROR(WriteTransaction(*store, writer, trials));
  return absl::OkStatus();
}

}  // namespace sweepd::load
