#include "server/wire/error_wire.h"

#include "absl/strings/str_cat.h"
#include "common/wire_status.h"
#include "server/core/errors.h"

namespace sweepd {

grpc::Status ErrorToWire(const absl::Status& status) {
  v1::ErrorDetail detail;
  detail.set_reason(ReasonOf(status));
  detail.set_hint(HintOf(status));
  detail.set_expected_sequence(ExpectedSequenceOf(status));
  return StatusToWire(status, detail);
}

v1::Problem ProblemToWire(const Problem& problem) {
  v1::Problem wire;
  wire.set_file(problem.file);
  wire.set_line(problem.line);
  wire.set_column(problem.column);
  wire.set_path(problem.path);
  wire.set_message(problem.message);
  wire.set_hint(problem.hint);
  return wire;
}

grpc::Status ProblemsToWire(const std::vector<Problem>& problems) {
  v1::ErrorDetail detail;
  detail.set_reason("INVALID_SWEEP");
  for (const Problem& problem : problems) *detail.add_problems() = ProblemToWire(problem);
  std::string message = FormatProblem(problems.front());
  if (problems.size() > 1) absl::StrAppend(&message, " (and ", problems.size() - 1, " more)");
  return StatusToWire(absl::InvalidArgumentError(message), detail);
}

absl::Status BadField(absl::string_view field, absl::string_view message) {
  return WithReason(absl::InvalidArgumentError(absl::StrCat(field, ": ", message)), "BAD_FIELD", "");
}

}  // namespace sweepd
