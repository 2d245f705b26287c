// `trial retry` and `trial cancel`: what is done with one trial that exists.
#include "absl/strings/str_cat.h"
#include "client/commands/commands.h"
#include "client/output/trial_output.h"
#include "common/status_macros.h"

namespace sweepd::client {
namespace {

class TrialVerb : public Command {
 public:
  using Verb = absl::StatusOr<v1::Trial> (*)(SweepClient& client, const std::string& sweep, int64_t number);

  explicit TrialVerb(Verb verb) : verb_(verb) {}

  void Declare(CommandLine& line) override {
    line.Argument("ID", &id_, "The sweep's id");
    line.Argument("NUMBER", &number_, "The trial's number in its sweep");
  }

  absl::StatusOr<ExitCode> Run(Session& session) override {
    ASSIGN_OR_RETURN(const v1::Trial trial, verb_(session.client(), id_, number_));
    PrintTrialState(session.out(), session.terminal(), session.format(), trial, session.Now());
    return ExitCode::kOk;
  }

 private:
  const Verb verb_;
  std::string id_;
  int64_t number_ = 0;
};

absl::StatusOr<v1::Trial> Retry(SweepClient& client, const std::string& sweep, int64_t number) {
  v1::RetryTrialRequest request;
  request.set_sweep(sweep);
  request.set_number(number);
  return client.RetryTrial(std::move(request));
}

absl::StatusOr<v1::Trial> Cancel(SweepClient& client, const std::string& sweep, int64_t number) {
  return client.CancelTrial(sweep, number);
}

}  // namespace

std::unique_ptr<Command> MakeTrialRetryCommand() { return std::make_unique<TrialVerb>(&Retry); }
std::unique_ptr<Command> MakeTrialCancelCommand() { return std::make_unique<TrialVerb>(&Cancel); }

}  // namespace sweepd::client
