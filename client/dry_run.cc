#include "client/dry_run.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "client/output/list_printer.h"
#include "client/output/number_text.h"
#include "client/output/problem_text.h"
#include "common/command_template.h"
#include "common/status_macros.h"
#include "common/wire_value.h"

namespace sweepd::client {
namespace {

// An argument as it must be typed in a shell.
std::string ShellWord(const std::string& word) {
  const bool plain = !word.empty() && std::all_of(word.begin(), word.end(), [](char c) {
    return absl::ascii_isalnum(c) || absl::string_view("_@%+=:,./-").find(c) != absl::string_view::npos;
  });
  return plain ? word : absl::StrCat("'", absl::StrReplaceAll(word, {{"'", "'\\''"}}), "'");
}

absl::StatusOr<std::vector<std::string>> CommandOf(const v1::SweepSpec& spec, const Value::Map& assignment,
                                                   int64_t number) {
  std::set<std::string> variables;  // each ${envvar:NAME} stands for itself
  const auto itself = [&variables](const char* name) {
    return variables.insert(absl::StrCat("${envvar:", name, "}")).first->c_str();
  };
  const std::string json_file = absl::StrCat("WORKDIR/SWEEP/", number, "/attempt-1/params.json");
  const MacroContext macros{"/usr/bin/env", "python3", spec.program(), json_file, assignment, itself};
  return ExpandCommand({spec.command().begin(), spec.command().end()}, macros);
}

// One trial that would be run.
struct DryTrial {
  int64_t number = 0;
  Value::Map assignment;
  std::vector<std::string> command;
};

absl::StatusOr<std::vector<DryTrial>> TrialsOf(const v1::ValidateSweepResponse& response) {
  std::vector<DryTrial> trials;
  for (const v1::PreviewedTrial& previewed : response.preview()) {
    DryTrial trial{static_cast<int64_t>(trials.size()) + 1, {}, {}};
    ASSIGN_OR_RETURN(trial.assignment, MapFromWire(previewed.assignment()));
    ASSIGN_OR_RETURN(trial.command, CommandOf(response.spec(), trial.assignment, trial.number));
    trials.push_back(std::move(trial));
  }
  return trials;
}

std::string CommandLineOf(const std::vector<std::string>& command) {
  return absl::StrJoin(command, " ", [](std::string* out, const std::string& word) { *out += ShellWord(word); });
}

void PrintForPeople(std::ostream& out, const std::vector<DryTrial>& trials) {
  for (const DryTrial& trial : trials) {
    out << "trial " << trial.number << ": " << AssignmentText(trial.assignment) << "\n    "
        << CommandLineOf(trial.command) << '\n';
  }
}

void PrintForPrograms(Session& session, const std::vector<DryTrial>& trials) {
  ListPrinter printer(session.out(), session.terminal(), session.format(), {}, {"number", "assignment", "command"});
  for (const DryTrial& trial : trials) {
    Value json = Value::Map{{"number", trial.number},
                            {"assignment", trial.assignment},
                            {"command", Value::List(trial.command.begin(), trial.command.end())}};
    printer.Add({.id = absl::StrCat(trial.number), .json = std::move(json), .cells = {}});
  }
  printer.Finish("");
}

std::string Notes(const v1::ValidateSweepResponse& response, int64_t count) {
  const v1::SweepSpec& spec = response.spec();
  std::string notes = "note: nothing was created\n";
  if (!spec.has_seed() && spec.method() != v1::METHOD_GRID) {
    absl::StrAppend(&notes, "note: these are the points of `seed: ", response.preview_seed(),
                    "`; the sweep file has no seed, so the sweep will draw one and try others\n");
  }
  const int shown = response.preview_size();
  if (shown >= count) return notes;
  const bool at_cap = spec.has_run_cap() && spec.run_cap() == shown;
  const char* why = at_cap                              ? "run_cap ends the sweep there"
                    : spec.method() == v1::METHOD_BAYES ? "bayes makes the next one from the results of these"
                                                        : "the space has no further point";
  absl::StrAppend(&notes, "note: there are ", shown, " and not ", count, ": ", why, "\n");
  return notes;
}

}  // namespace

absl::StatusOr<ExitCode> PrintDryRun(Session& session, v1::SweepFile file, int64_t count) {
  v1::ValidateSweepRequest request;
  const std::string name = file.name();
  *request.mutable_file() = std::move(file);
  request.set_preview(static_cast<int32_t>(std::min<int64_t>(count, INT32_MAX)));
  ASSIGN_OR_RETURN(const v1::ValidateSweepResponse response, session.client().ValidateSweep(request));
  session.err() << ProblemsText(response.problems(), "") << ProblemsText(response.warnings(), "warning: ");
  if (response.problems_size() > 0) {
    session.err() << "error: " << ProblemCount(response.problems_size()) << " in " << name << '\n';
    return ExitCode::kUsage;
  }
  ASSIGN_OR_RETURN(const std::vector<DryTrial> trials, TrialsOf(response));
  if (session.format() == Format::kTable) {
    PrintForPeople(session.out(), trials);
  } else {
    PrintForPrograms(session, trials);
  }
  session.out().flush();
  session.err() << Notes(response, count);
  return ExitCode::kOk;
}

}  // namespace sweepd::client
