#include "absl/strings/str_cat.h"
#include "client/commands/commands.h"
#include "client/output/list_printer.h"
#include "client/output/problem_text.h"
#include "client/output/resource_json.h"
#include "client/output/spec_json.h"
#include "client/output/sweep_output.h"
#include "client/sweep_source.h"
#include "common/status_macros.h"

namespace sweepd::client {
namespace {

Value ProblemList(const google::protobuf::RepeatedPtrField<v1::Problem>& problems) {
  Value::List list;
  for (const v1::Problem& problem : problems) list.push_back(ProblemJson(problem));
  return list;
}

// What a sweep of the valid spec would be, for the words of MethodSummary and the keys of SweepJson.
v1::Sweep SweepOf(const v1::ValidateSweepResponse& response) {
  v1::Sweep sweep;
  *sweep.mutable_spec() = response.spec();
  if (response.has_grid_size()) sweep.set_grid_size(response.grid_size());
  return sweep;
}

Value ResultJson(const v1::ValidateSweepResponse& response) {
  const Value sweep = SweepJson(SweepOf(response));
  const bool valid = response.problems_size() == 0;
  return Value::Map{{"valid", valid},
                    {"problems", ProblemList(response.problems())},
                    {"warnings", ProblemList(response.warnings())},
                    {"spec", valid ? SpecJson(response.spec()) : Value()},
                    {"grid_size", sweep.as_map().at("grid_size")}};
}

class ValidateCommand : public Command {
 public:
  void Declare(CommandLine& line) override {
    line.Argument("FILE", &path_, "The sweep file, YAML or JSON; - reads standard input");
  }

  absl::StatusOr<ExitCode> Run(Session& session) override {
    v1::ValidateSweepRequest request;
    ASSIGN_OR_RETURN(*request.mutable_file(), ReadSweepFile(path_, session.surroundings().in));
    const std::string name = request.file().name();
    ASSIGN_OR_RETURN(const v1::ValidateSweepResponse response, session.client().ValidateSweep(request));
    const bool valid = response.problems_size() == 0;
    session.err() << ProblemsText(response.problems(), "") << ProblemsText(response.warnings(), "warning: ");
    if (!valid) session.err() << "error: " << ProblemCount(response.problems_size()) << " in " << name << '\n';
    PrintOne(session.out(), session.format(), valid ? "valid" : "invalid", ResultJson(response), {"valid", "grid_size"},
             [&] {
               if (valid) session.out() << name << " is valid (" << MethodSummary(SweepOf(response)) << ")\n";
             });
    return valid ? ExitCode::kOk : ExitCode::kUsage;
  }

 private:
  std::string path_;
};

}  // namespace

std::unique_ptr<Command> MakeValidateCommand() { return std::make_unique<ValidateCommand>(); }

}  // namespace sweepd::client
