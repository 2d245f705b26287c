#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "client/commands/commands.h"
#include "client/output/list_printer.h"
#include "client/output/sweep_output.h"
#include "common/status_macros.h"

namespace sweepd::client {
namespace {

class DeleteCommand : public Command {
 public:
  void Declare(CommandLine& line) override {
    line.Argument("ID", &id_, "The sweep's id");
    line.Flag("-y,--yes", &yes_, "Do not ask");
  }

  absl::StatusOr<ExitCode> Run(Session& session) override {
    if (!yes_ && session.surroundings().in_is_terminal) {
      ASSIGN_OR_RETURN(const v1::Sweep sweep, session.client().GetSweep(id_));
      if (!Confirm(session, sweep)) {
        session.err() << "nothing was deleted\n";
        return ExitCode::kFailed;
      }
    }
    RETURN_IF_ERROR(session.client().DeleteSweep(id_));
    PrintOne(session.out(), session.format(), id_, Value::Map{{"id", id_}, {"deleted", true}}, {"id", "deleted"},
             [&] { session.out() << "Deleted sweep " << id_ << '\n'; });
    return ExitCode::kOk;
  }

 private:
  static bool Confirm(Session& session, const v1::Sweep& sweep) {
    const int64_t trials = TotalTrials(sweep.counts());
    session.err() << "Delete sweep " << sweep.id();
    if (!sweep.spec().name().empty()) session.err() << " (" << OneLine(sweep.spec().name()) << ")";
    session.err() << " with its " << trials << (trials == 1 ? " trial" : " trials") << " for good? [y/N] "
                  << std::flush;
    std::string answer;
    std::getline(session.surroundings().in, answer);
    const std::string word = absl::AsciiStrToLower(absl::StripAsciiWhitespace(answer));
    return word == "y" || word == "yes";
  }

  std::string id_;
  bool yes_ = false;
};

}  // namespace

std::unique_ptr<Command> MakeDeleteCommand() { return std::make_unique<DeleteCommand>(); }

}  // namespace sweepd::client
