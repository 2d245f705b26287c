#include "client/output/trial_output.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "client/output/number_text.h"
#include "client/output/resource_json.h"
#include "client/output/state_text.h"

namespace sweepd::client {
namespace {

// Beyond this a table shows the assignment as one text.
constexpr size_t kMaxParameterColumns = 8;

// A message may hold the last lines of a log; a row shows its beginning.
constexpr int kMaxReasonWidth = 100;

std::string ObjectiveText(const v1::Trial& trial) { return trial.has_objective() ? NumberText(trial.objective()) : ""; }

std::string ReasonCell(v1::TrialReason reason, const std::string& message) {
  std::string text = TrialReasonText(reason);
  if (!message.empty()) absl::StrAppend(&text, text.empty() ? "" : ": ", message);
  return Truncate(OneLine(text), kMaxReasonWidth);
}

std::string ParameterText(const Value::Map& assignment, const std::string& name) {
  const auto it = assignment.find(name);
  return it == assignment.end() ? "" : ValueText(it->second);
}

}  // namespace

TrialListing::TrialListing(const v1::Sweep& sweep)
    : metric_(sweep.spec().objective().metric()),
      best_trial_(sweep.best_trial()),
      has_repeats_(sweep.spec().repeats() > 1) {
  for (const auto& [name, law] : sweep.spec().parameters()) {
    parameters_.push_back(name);
    if (!law.has_constant()) shown_.push_back(name);
  }
  std::sort(parameters_.begin(), parameters_.end());
  std::sort(shown_.begin(), shown_.end());
  if (shown_.size() > kMaxParameterColumns) shown_.clear();
}

std::vector<Column> TrialListing::Columns() const {
  std::vector<Column> columns = {{"TRIAL", Align::kRight}, {"STATE"}, {metric_, Align::kRight}};
  if (has_repeats_) columns.insert(columns.end(), {{"MEAN", Align::kRight}, {"REPEATS", Align::kRight}});
  for (const std::string& name : shown_) columns.push_back({name, Align::kRight});
  if (shown_.empty()) columns.push_back({"ASSIGNMENT"});
  columns.push_back({"ATTEMPT", Align::kRight});
  columns.push_back({"TIME", Align::kRight});
  columns.push_back({"AGENT"});
  columns.push_back({"REASON"});
  return columns;
}

std::vector<std::string> TrialListing::CsvPaths() const {
  std::vector<std::string> paths = {"sweep",     "number",         "state",           "reason", "message",
                                    "objective", "objective_step", "attempt",         "agent",  "created",
                                    "started",   "ended",          "duration_seconds"};
  if (has_repeats_) paths.insert(paths.end(), {"mean", "repeat_of"});
  for (const std::string& name : parameters_) paths.push_back(absl::StrCat("param.", name));
  return paths;
}

ListRow TrialListing::Row(const v1::Trial& trial, absl::Time now) const {
  const std::string state = TrialStateText(trial.state());
  const bool is_best = best_trial_ != 0 && trial.number() == best_trial_;
  const Value::Map assignment = AssignmentOf(trial);
  std::vector<StyledText> cells = {absl::StrCat(trial.number()),
                                   {state, StyleOfState(state)},
                                   {ObjectiveText(trial), is_best ? Style::kGreen : Style::kPlain}};
  if (has_repeats_) {
    cells.push_back({trial.has_mean() ? NumberText(trial.mean()) : "", is_best ? Style::kGreen : Style::kPlain});
    cells.emplace_back(trial.repeat_of() == 0 ? "" : absl::StrCat(trial.repeat_of()));
  }
  for (const std::string& name : shown_) cells.emplace_back(ParameterText(assignment, name));
  if (shown_.empty()) cells.emplace_back(AssignmentText(assignment));
  // A single attempt is not worth a column: it appears with the first repetition.
  cells.emplace_back(trial.attempt() > 1 ? absl::StrCat(trial.attempt()) : "");
  cells.emplace_back(IsSet(trial.start_time()) ? DurationText(Elapsed(trial.start_time(), trial.end_time(), now)) : "");
  cells.emplace_back(trial.agent());
  cells.push_back({ReasonCell(trial.reason(), trial.message()), Style::kDim});
  return {.id = absl::StrCat(trial.number()), .json = TrialJson(trial, now), .cells = std::move(cells)};
}

void PrintTrial(std::ostream& out, const Terminal& terminal, const v1::Trial& trial, const std::string& metric,
                absl::Time now, absl::TimeZone zone) {
  const std::string state = TrialStateText(trial.state());
  Block block;
  block.Add("Trial", {absl::StrCat(trial.number(), " of sweep ", trial.sweep()), Style::kBold});
  block.Add("State", {state, StyleOfState(state)});
  const std::string reason = TrialReasonText(trial.reason());
  if (!reason.empty()) block.Add("Reason", {reason, Style::kYellow});
  if (trial.has_objective()) {
    const std::string at = trial.has_objective_step() ? absl::StrCat(" at step ", trial.objective_step()) : "";
    block.Add(metric.empty() ? "Objective" : metric, {absl::StrCat(ObjectiveText(trial), at), Style::kGreen});
  }
  if (trial.repeat_of() != 0) block.Add("Repeats", absl::StrCat("trial ", trial.repeat_of()));
  if (trial.has_mean()) block.Add("Mean", {absl::StrCat(NumberText(trial.mean()), " over its repeats"), Style::kGreen});
  std::string label = "Assignment";
  for (const auto& [name, value] : AssignmentOf(trial)) {
    block.Add(std::exchange(label, ""), absl::StrCat(name, "=", ValueText(value)));
  }
  if (!trial.agent().empty()) block.Add("Agent", trial.agent());
  if (IsSet(trial.start_time())) {
    block.Add("Started", TimeText(trial.start_time(), zone));
    block.Add("Took", DurationText(Elapsed(trial.start_time(), trial.end_time(), now)));
  }
  label = "Message";
  for (absl::string_view line : absl::StrSplit(trial.message(), '\n', absl::SkipWhitespace())) {
    block.Add(std::exchange(label, ""), std::string(line));
  }
  block.Print(out, terminal);
}

void PrintTrialState(std::ostream& out, const Terminal& terminal, Format format, const v1::Trial& trial,
                     absl::Time now) {
  PrintOne(out, format, absl::StrCat(trial.number()), TrialJson(trial, now), {"sweep", "number", "state", "reason"},
           [&] {
             const std::string state = TrialStateText(trial.state());
             out << "Trial " << trial.number() << " of sweep " << trial.sweep() << " is "
                 << Paint(state, StyleOfState(state), terminal.colour) << " (" << AssignmentText(AssignmentOf(trial))
                 << ")\n";
           });
}

void PrintAttempts(std::ostream& out, const Terminal& terminal, const v1::GetTrialResponse& response, absl::Time now,
                   absl::TimeZone zone) {
  Table table({{"ATTEMPT", Align::kRight},
               {"STATE"},
               {"AGENT"},
               {"SLOT", Align::kRight},
               {"STARTED"},
               {"TIME", Align::kRight},
               {"REPORTS", Align::kRight},
               {"EXIT", Align::kRight},
               {"REASON"}});
  for (const v1::Attempt& attempt : response.attempts()) {
    const std::string state = AttemptStateText(attempt.state());
    table.Add({absl::StrCat(attempt.number()),
               {state, StyleOfState(state)},
               attempt.agent(),
               absl::StrCat(attempt.slot()),
               TimeText(attempt.start_time(), zone),
               DurationText(Elapsed(attempt.start_time(), attempt.end_time(), now)),
               absl::StrCat(attempt.reports()),
               attempt.has_exit_code() ? absl::StrCat(attempt.exit_code()) : "",
               {ReasonCell(attempt.reason(), attempt.message()), Style::kDim}});
  }
  if (!table.empty()) table.Print(out, terminal);
}

}  // namespace sweepd::client
