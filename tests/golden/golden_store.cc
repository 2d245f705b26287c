#include "tests/golden/golden_store.h"

#include <limits>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "common/status_macros.h"
#include "tests/store/samples.h"

namespace sweepd {
namespace {

constexpr int64_t kAll = 1'000'000;

const double kOddValues[] = {0.0,
                             -0.0,
                             0.1,
                             1e308,
                             5e-324,
                             std::numeric_limits<double>::infinity(),
                             -std::numeric_limits<double>::infinity(),
                             std::numeric_limits<double>::quiet_NaN(),
                             DoubleOf(0xfff8000000000abc)};

absl::Status FillTrials(Store& store, const std::string& sweep_id) {
  int64_t number = 0;
  for (const TrialState state : {TrialState::kPending, TrialState::kRunning, TrialState::kLost, TrialState::kSucceeded,
                                 TrialState::kFailed, TrialState::kStopped, TrialState::kCancelled}) {
    const double objective = kOddValues[number];
    RETURN_IF_ERROR(store.InsertTrial(SampleTrial(sweep_id, ++number, state, objective)));
  }
  return store.InsertTrial(SampleTrial(sweep_id, ++number, TrialState::kPending, std::nullopt));
}

// What schema 2 added.
absl::Status FillRepeats(Store& store, const std::string& sweep_id) {
  Sweep sweep = SampleSweep(sweep_id);
  SweepSpec spec = *sweep.spec;
  spec.objective->impute = Impute::kLatest;
  spec.initial = {{{"lr", 0.01}}, {{"layers", 3}, {"optimizer", "sgd"}}};
  spec.repeats = 2;
  spec.max_failures = 7;
  spec.prior = {"bbbbbbbb"};
  spec.prior_trials = {{{{"layers", 9}, {"lr", 0.1}, {"optimizer", 1.5}}, 5e-324}};
  sweep.spec = std::make_shared<const SweepSpec>(std::move(spec));
  sweep.failures_in_a_row = 3;
  RETURN_IF_ERROR(store.InsertSweep(sweep));
  Trial trial = SampleTrial(sweep_id, 1, TrialState::kSucceeded, 0.5);
  trial.mean = -0.0;
  RETURN_IF_ERROR(store.InsertTrial(trial));
  trial = SampleTrial(sweep_id, 2, TrialState::kStopped, -0.5);
  trial.repeat_of = 1;
  return store.InsertTrial(trial);
}

absl::Status FillAttempts(Store& store, const TrialKey& trial) {
  int64_t number = 0;
  for (const AttemptState state : {AttemptState::kFailed, AttemptState::kPreempted, AttemptState::kRunning}) {
    RETURN_IF_ERROR(store.InsertAttempt(SampleAttempt(trial, ++number, state)));
  }
  RETURN_IF_ERROR(store.InsertStopDecision(trial, 2, SampleStop(0.1, -0.0)));
  RETURN_IF_ERROR(store.InsertStopDecision(trial, 3, SampleStop(std::numeric_limits<double>::infinity(), 1e308)));
  std::vector<MetricReport> reports;
  for (const double value : kOddValues) {
    const int64_t sequence = static_cast<int64_t>(reports.size()) + 1;
    reports.push_back(SampleReport(sequence, sequence * 10, {{"loss", value}, {"train/acc", -value}}));
  }
  return store.AppendReports(trial, 2, reports);
}

template <class Rows>
void AddLines(std::string& text, absl::string_view title, const Rows& rows) {
  for (const std::string& line : Describe(rows)) {
    absl::StrAppend(&text, title, ": ", absl::StrReplaceAll(line, {{"\n", "\\n"}}), "\n");
  }
}

void AddSweep(std::string& text, StoreReader& reader, const std::string& id) {
  const auto trials = *reader.ListTrials(id, {.limit = kAll});
  AddLines(text, "trial", trials);
  for (const Trial& trial : trials) {
    const auto attempts = *reader.ListAttempts(trial.key);
    AddLines(text, "attempt", attempts);
    for (const Attempt& attempt : attempts) {
      AddLines(text, "point", *reader.ListMetrics(trial.key, {{}, attempt.number, std::nullopt, kAll}));
    }
  }
  AddLines(text, "event", *reader.ListEvents(id, 0, kAll));
}

}  // namespace

absl::Status FillGoldenStore(Store& store) {
  RETURN_IF_ERROR(store.Begin());
  for (const auto& [id, goal] : {std::pair("aaaaaaaa", Goal::kMinimize), {"bbbbbbbb", Goal::kMaximize}}) {
    RETURN_IF_ERROR(store.InsertSweep(SampleSweep(id, goal)));
    RETURN_IF_ERROR(FillTrials(store, id));
    RETURN_IF_ERROR(FillAttempts(store, {id, 2}));
    for (int64_t revision = 1; revision <= 3; ++revision) {
      RETURN_IF_ERROR(store.AppendEvent(id, SampleEvent(revision)));
    }
  }
  RETURN_IF_ERROR(store.InsertSweep(SampleSweep("cccccccc", std::nullopt)));
  RETURN_IF_ERROR(FillRepeats(store, "dddddddd"));
  RETURN_IF_ERROR(store.InsertAgent(SampleAgent("agent-a")));
  RETURN_IF_ERROR(store.InsertResponse("request-1", {"fingerprint", std::string("a\0b", 3)}, At(1)));
  return store.Commit();
}

std::string DescribeGoldenStore(StoreReader& reader) {
  std::string text;
  const auto sweeps = *reader.ListSweeps({.limit = kAll});
  AddLines(text, "sweep", sweeps);
  for (const Sweep& sweep : sweeps) AddSweep(text, reader, sweep.id);
  AddLines(text, "agent", *reader.ListAgents(kAll));
  const auto response = *reader.FindResponse("request-1");
  if (response.has_value()) absl::StrAppend(&text, "response: ", response->fingerprint, "\n");
  return text;
}

}  // namespace sweepd
