#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "client/commands/commands.h"
#include "client/output/resource_json.h"
#include "client/output/state_text.h"
#include "client/output/sweep_output.h"
#include "common/status_macros.h"

namespace sweepd::client {
namespace {

// 0 for "none".
absl::StatusOr<int64_t> ParseCap(const char* option, const std::string& word) {
  int64_t number = 0;
  if (word == "none") return 0;
  if (absl::SimpleAtoi(word, &number) && number >= 1) return number;
  return absl::InvalidArgumentError(
      absl::StrCat(option, " must be a whole number from 1 up, or none; not \"", word, "\""));
}

std::string CapText(bool is_set, int64_t cap) { return is_set ? absl::StrCat(cap) : "none"; }

class UpdateCommand : public Command {
 public:
  void Declare(CommandLine& line) override {
    line.Argument("ID", &id_, "The sweep's id");
    line.Option("--run-cap", "N|none", &run_cap_, "Most trials of the sweep; a finished one goes on after `resume`");
    line.Option("--max-parallel", "N|none", &max_parallel_, "Most trials that run at the same time");
    line.Option("--retries-lost", "N", &retries_lost_, 0, "How often a trial runs again after a lost attempt");
    line.Option("--retries-failed", "N", &retries_failed_, 0, "How often a trial runs again after a failed one");
    line.Option("--early-terminate", "YAML|none", &early_terminate_,
                "The rule that stops trials early, as in a sweep file: '{type: median, min_iter: 5}'");
  }

  absl::StatusOr<ExitCode> Run(Session& session) override {
    ASSIGN_OR_RETURN(const v1::UpdateSweepRequest request, Request());
    ASSIGN_OR_RETURN(const v1::Sweep sweep, session.client().UpdateSweep(request));
    const v1::SweepSpec& spec = sweep.spec();
    PrintOne(session.out(), session.format(), sweep.id(), SweepJson(sweep), SweepCsvPaths(), [&] {
      const std::string state = SweepStateText(sweep.state());
      session.out() << "Sweep " << sweep.id() << " is " << Paint(state, StyleOfState(state), session.terminal().colour)
                    << " with run_cap " << CapText(spec.has_run_cap(), spec.run_cap()) << ", max_parallel "
                    << CapText(spec.has_max_parallel(), spec.max_parallel()) << ", retries.lost "
                    << spec.retries().lost() << ", retries.failed " << spec.retries().failed() << ", early_terminate "
                    << EarlyTerminateSummary(spec) << '\n';
    });
    return ExitCode::kOk;
  }

 private:
  static constexpr int64_t kNotGiven = -1;

  absl::StatusOr<v1::UpdateSweepRequest> Request() const {
    v1::UpdateSweepRequest request;
    request.set_sweep(id_);
    if (!run_cap_.empty()) {
      ASSIGN_OR_RETURN(const int64_t cap, ParseCap("--run-cap", run_cap_));
      request.set_run_cap(cap);
    }
    if (!max_parallel_.empty()) {
      ASSIGN_OR_RETURN(const int64_t cap, ParseCap("--max-parallel", max_parallel_));
      request.set_max_parallel(cap);
    }
    if (retries_lost_ != kNotGiven) request.mutable_retries()->set_lost(retries_lost_);
    if (retries_failed_ != kNotGiven) request.mutable_retries()->set_failed(retries_failed_);
    if (early_terminate_ == "none") {
      request.set_no_early_terminate(true);
    } else if (!early_terminate_.empty()) {
      request.mutable_early_terminate_file()->set_name("--early-terminate");
      request.mutable_early_terminate_file()->set_text(early_terminate_);
    }
    const bool changes_rule = request.stopping_case() != v1::UpdateSweepRequest::STOPPING_NOT_SET;
    if (!request.has_run_cap() && !request.has_max_parallel() && !request.has_retries() && !changes_rule) {
      return absl::InvalidArgumentError(
          "nothing to change: give --run-cap, --max-parallel, --retries-lost, --retries-failed or --early-terminate");
    }
    return request;
  }

  std::string id_;
  std::string run_cap_;
  std::string max_parallel_;
  std::string early_terminate_;
  int64_t retries_lost_ = kNotGiven;
  int64_t retries_failed_ = kNotGiven;
};

}  // namespace

std::unique_ptr<Command> MakeUpdateCommand() { return std::make_unique<UpdateCommand>(); }

}  // namespace sweepd::client
