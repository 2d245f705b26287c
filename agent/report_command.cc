#include "agent/report_command.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cmath>
#include <cstring>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "agent/metric_line.h"
#include "agent/utf8.h"
#include "common/status_macros.h"
#include "common/value.h"

namespace sweepd::agent {
namespace {

constexpr char kHelp[] =
    "Usage: sweep-agent report NAME=VALUE... [step=N] [time=SECONDS]\n"
    "       sweep-agent report event=checkpoint step=N | event=preempting | event=log message=TEXT\n\n"
    "Reports from within a trial: appends one line to $SWEEP_METRICS_FILE. A value is a number, NaN, Infinity or\n"
    "-Infinity. Without step the agent counts. Of several ranks only one should report.\n\n"
    "Exit code: 0 written; 10 written, and the program is asked to end soon ($SWEEP_STOP_FILE says why and until "
    "when);\n"
    "1 not written: this is no trial, or its file cannot be written; 2 wrong arguments.\n";

bool IsText(absl::string_view name) { return name == "event" || name == "message" || name == "text"; }

absl::StatusOr<Value> ParseNumber(absl::string_view name, absl::string_view text) {
  int64_t integer = 0;
  if (absl::SimpleAtoi(text, &integer)) return Value(integer);
  double number = 0;
  if (!absl::SimpleAtod(text, &number)) {
    return absl::InvalidArgumentError(
        absl::StrCat(name, "=", text, ": the value must be a number, NaN, Infinity or -Infinity"));
  }
  // What is too large for a double reads as infinite; only the words mean it.
  absl::string_view word = text;
  if (!absl::ConsumePrefix(&word, "-")) absl::ConsumePrefix(&word, "+");
  if (std::isinf(number) && !word.empty() && !absl::ascii_isalpha(word.front())) {
    return absl::InvalidArgumentError(absl::StrCat(name, "=", text, ": the number is too large for a double"));
  }
  return Value(number);
}

absl::Status AddField(const std::string& argument, Value::Map& fields) {
  const size_t equals = argument.find('=');
  if (equals == 0 || equals == std::string::npos) {
    return absl::InvalidArgumentError(absl::StrCat("\"", argument, "\" is not NAME=VALUE"));
  }
  if (ValidUtf8(argument) != argument) {
    return absl::InvalidArgumentError(absl::StrCat("\"", ValidUtf8(argument), "\" is not UTF-8"));
  }
  const std::string name = argument.substr(0, equals);
  Value value(argument.substr(equals + 1));
  if (!IsText(name)) {
    ASSIGN_OR_RETURN(value, ParseNumber(name, value.as_string()));
  }
  if (fields.emplace(name, std::move(value)).second) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(name, " is given twice"));
}

// The agent's own reading is what decides whether a line counts.
absl::Status CheckReading(const std::string& line) {
  if (line.size() > kMaxMetricLineBytes) return absl::InvalidArgumentError("the report is longer than 1 MiB");
  ASSIGN_OR_RETURN(const MetricLine read, ParseMetricLine(line));
  if (!read.ignored.empty()) {
    return absl::InvalidArgumentError(absl::StrCat(
        "\"", read.ignored.front(), "\" cannot be reported: a metric has a name of at most 256 bytes and a number"));
  }
  if (read.event == ProgramEvent::kCheckpoint && !read.step.has_value()) {
    return absl::InvalidArgumentError("event=checkpoint needs step=N");
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> MakeLine(const std::vector<std::string>& arguments) {
  if (arguments.empty()) return absl::InvalidArgumentError("nothing to report: give NAME=VALUE");
  Value::Map fields;
  for (const std::string& argument : arguments) RETURN_IF_ERROR(AddField(argument, fields));
  std::string line = ToJson(fields) + "\n";
  RETURN_IF_ERROR(CheckReading(line));
  return line;
}

absl::Status Append(const char* path, const std::string& line) {
  // Not created: the agent makes the file before it starts the program.
  const int file = open(path, O_WRONLY | O_APPEND | O_CLOEXEC);
  if (file < 0) return absl::FailedPreconditionError(absl::StrCat("cannot open ", path, ": ", std::strerror(errno)));
  errno = ENOSPC;  // what a write that took a part of the line does not set
  const bool whole = write(file, line.data(), line.size()) == static_cast<ssize_t>(line.size());
  const int error = errno;
  close(file);
  if (whole) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat("cannot write to ", path, ": ", std::strerror(error)));
}

EarlyExit Refusal(int code, absl::string_view why) {
  return {code, absl::StrCat("sweep-agent report: ", why, "\n", code == 2 ? "Try sweep-agent report --help.\n" : "")};
}

}  // namespace

EarlyExit Report(const std::vector<std::string>& arguments, absl::FunctionRef<const char*(const char*)> environment) {
  for (const std::string& argument : arguments) {
    if (argument == "--help" || argument == "-h") return {0, kHelp};
  }
  const absl::StatusOr<std::string> line = MakeLine(arguments);
  if (!line.ok()) return Refusal(2, line.status().message());
  const char* metrics_file = environment("SWEEP_METRICS_FILE");
  if (metrics_file == nullptr || *metrics_file == '\0') {
    return Refusal(1, "this is no trial: SWEEP_METRICS_FILE is not set; an agent sets it for the programs it runs");
  }
  const absl::Status written = Append(metrics_file, *line);
  if (!written.ok()) return Refusal(1, written.message());
  const char* stop_file = environment("SWEEP_STOP_FILE");
  const bool stop = stop_file != nullptr && *stop_file != '\0' && access(stop_file, F_OK) == 0;
  return {stop ? kStopAsked : 0, ""};
}

}  // namespace sweepd::agent
