#include "bench/load/load_sweep.h"

#include "absl/strings/str_cat.h"
#include "common/status_macros.h"

namespace sweepd::load {
namespace {

constexpr char kSweepFile[] = R"(name: load
method: random
metric: {name: loss, goal: minimize}
program: train.py
parameters:
  learning_rate: {distribution: log_uniform_values, min: 0.00001, max: 0.1}
  dropout: {distribution: uniform, min: 0, max: 0.5}
  layers: {distribution: int_uniform, min: 2, max: 24}
  batch_size: {values: [32, 64, 128, 256]}
  optimizer: {values: [adam, sgd, lamb]}
seed: 1
)";

}  // namespace

absl::StatusOr<std::string> CreateLoadSweep(client::SweepClient& client) {
  v1::CreateSweepRequest request;
  request.mutable_file()->set_name("load.yaml");
  request.mutable_file()->set_text(kSweepFile);
  ASSIGN_OR_RETURN(const v1::CreateSweepResponse response, client.CreateSweep(std::move(request)));
  return response.sweep().id();
}

absl::Status CheckCounts(client::SweepClient& client, const std::string& sweep, int64_t finished_trials,
                         const std::vector<FinishedTrial>& trials) {
  ASSIGN_OR_RETURN(const v1::Sweep stored, client.GetSweep(sweep));
  v1::TrialCounts expected;
  expected.set_succeeded(finished_trials);
  if (stored.counts().SerializeAsString() != expected.SerializeAsString()) {
    return absl::InternalError(
        absl::StrCat("the client finished ", finished_trials,
                     " trials, but the controller counts: ", stored.counts().ShortDebugString()));
  }
  for (const FinishedTrial& trial : trials) {
    ASSIGN_OR_RETURN(const v1::GetTrialResponse answer, client.GetTrial(sweep, trial.number));
    if (answer.attempts_size() != 1 || answer.attempts(0).reports() != trial.reports) {
      return absl::InternalError(absl::StrCat("trial ", trial.number, " should have one attempt with ", trial.reports,
                                              " reports, but the controller has: ", answer.ShortDebugString()));
    }
  }
  return absl::OkStatus();
}

}  // namespace sweepd::load
