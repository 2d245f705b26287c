#include <filesystem>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "client/backup_download.h"
#include "client/commands/commands.h"
#include "client/output/list_printer.h"
#include "common/status_macros.h"

namespace sweepd::client {
namespace {

class BackupCommand : public Command {
 public:
  void Declare(CommandLine& line) override {
    line.Argument("FILE", &path_, "The file to write, on this machine");
    line.Flag("--replace", &replace_, "Replace FILE when it is there");
  }

  absl::StatusOr<ExitCode> Run(Session& session) override {
    std::error_code error;
    if (std::filesystem::exists(path_, error) && !replace_) {
      return absl::InvalidArgumentError(absl::StrCat(path_, " is there already; name another file, or add --replace"));
    }
    ASSIGN_OR_RETURN(const v1::BackupContents contents, DownloadBackup(session.client(), path_));
    const Value::Map values{{"file", path_},
                            {"bytes", contents.bytes()},
                            {"schema", contents.schema()},
                            {"sweeps", contents.sweeps()},
                            {"trials", contents.trials()}};
    PrintOne(session.out(), session.format(), path_, values, {"file", "bytes", "schema", "sweeps", "trials"}, [&] {
      session.out() << "Wrote " << path_ << ": " << contents.bytes() << " bytes, " << contents.sweeps() << " sweeps, "
                    << contents.trials() << " trials\n"
                    << "Next: sweepd restore --data-dir DIR " << path_ << " makes it the state of a controller\n";
    });
    return ExitCode::kOk;
  }

 private:
  std::string path_;
  bool replace_ = false;
};

}  // namespace

std::unique_ptr<Command> MakeBackupCommand() { return std::make_unique<BackupCommand>(); }

}  // namespace sweepd::client
