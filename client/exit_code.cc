#include "client/exit_code.h"

namespace sweepd::client {

ExitCode ExitCodeOf(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kOk: return ExitCode::kOk;
    case absl::StatusCode::kInvalidArgument: return ExitCode::kUsage;
    case absl::StatusCode::kNotFound: return ExitCode::kNotFound;
    case absl::StatusCode::kFailedPrecondition: return ExitCode::kRefused;
    // A controller that accepts connections and then stays silent is as good as none.
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kDeadlineExceeded: return ExitCode::kUnreachable;
    default: return ExitCode::kFailed;
  }
}

absl::string_view ExitCodeHelp() {
  return "Exit status:\n"
         "  0  done\n"
         "  1  failed\n"
         "  2  the command line or the sweep file is wrong\n"
         "  3  not found: no such sweep or trial\n"
         "  4  refused: the sweep's state does not allow it\n"
         "  5  the controller cannot be reached\n"
         "  6  the sweep is over and no trial succeeded (wait, watch, run, best)\n"
         "  7  timed out (wait --timeout)\n";
}

}  // namespace sweepd::client
