#include "absl/strings/str_cat.h"
#include "client/assignment_words.h"
#include "client/commands/commands.h"
#include "client/output/trial_output.h"
#include "common/status_macros.h"
#include "common/wire_value.h"

namespace sweepd::client {
namespace {

class TrialEnqueueCommand : public Command {
 public:
  void Declare(CommandLine& line) override {
    line.Argument("ID", &id_, "The sweep's id");
    line.Arguments("NAME=VALUE", &words_,
                   "A value for every parameter, as in a sweep file; constants may be left out; p.a is a inside p");
    line.Option("--json", "OBJECT", &json_, "The assignment as a JSON object instead");
  }

  absl::StatusOr<ExitCode> Run(Session& session) override {
    v1::AddTrialRequest request;
    request.set_sweep(id_);
    ASSIGN_OR_RETURN(const Value::Map assignment, ReadAssignment(session));
    MapToWire(assignment, *request.mutable_assignment());
    ASSIGN_OR_RETURN(const v1::Trial trial, session.client().AddTrial(std::move(request)));
    PrintTrialState(session.out(), session.terminal(), session.format(), trial, session.Now());
    return ExitCode::kOk;
  }

 private:
  absl::StatusOr<Value::Map> ReadAssignment(Session& session) const {
    if (json_.empty()) {
      ASSIGN_OR_RETURN(const v1::Sweep sweep, session.client().GetSweep(id_));
      return ParseAssignmentWords(words_, sweep.spec());
    }
    if (!words_.empty()) return absl::InvalidArgumentError("give the assignment as NAME=VALUE or by --json, not both");
    absl::StatusOr<Value> value = ParseJson(json_);
    if (!value.ok() || !value->is_map()) {
      return absl::InvalidArgumentError(
          absl::StrCat("--json must be a JSON object", value.ok() ? "" : absl::StrCat(": ", value.status().message())));
    }
    return std::move(value->as_map());
  }

  std::string id_;
  std::vector<std::string> words_;
  std::string json_;
};

}  // namespace

std::unique_ptr<Command> MakeTrialEnqueueCommand() { return std::make_unique<TrialEnqueueCommand>(); }

}  // namespace sweepd::client
