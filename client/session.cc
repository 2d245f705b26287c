#include "client/session.h"

#include <utility>

#include "client/error_detail.h"
#include "client/output/problem_text.h"

namespace sweepd::client {

SweepClient& Session::client() {
  if (client_ == nullptr) client_ = std::make_unique<SweepClient>(options_);
  return *client_;
}

void Session::UseController(std::string address) {
  client_.reset();
  options_.address = std::move(address);
}

ExitCode ReportError(std::ostream& err, const absl::Status& status) {
  const v1::ErrorDetail detail = DetailOf(status);
  err << ProblemsText(detail.problems(), "");
  err << "error: ";
  if (detail.problems_size() > 0) {
    err << ProblemCount(detail.problems_size()) << "; nothing was done\n";
    return ExitCodeOf(status);
  }
  err << std::string(status.message()) << '\n';
  if (!detail.hint().empty()) err << "hint: " << detail.hint() << '\n';
  return ExitCodeOf(status);
}

}  // namespace sweepd::client
