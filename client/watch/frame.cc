#include "client/watch/frame.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/output/number_text.h"
#include "client/output/resource_json.h"
#include "client/output/state_text.h"
#include "client/output/sweep_output.h"
#include "client/output/table.h"

namespace sweepd::client {
namespace {

constexpr int kBarWidth = 32;

// Pieces of one line, cut at the terminal's width.
class FrameLine {
 public:
  explicit FrameLine(const Terminal& terminal) : colour_(terminal.colour), left_(terminal.width) {}

  FrameLine& Add(absl::string_view text, Style style = Style::kPlain) {
    const std::string shown = Truncate(OneLine(text), left_);
    left_ -= DisplayWidth(shown);
    absl::StrAppend(&line_, Paint(shown, style, colour_));
    return *this;
  }

  std::string Take() { return std::move(line_); }

 private:
  const bool colour_;
  int left_;
  std::string line_;
};

std::string HeaderLine(const SweepSnapshot& snapshot, const Terminal& terminal) {
  const v1::Sweep& sweep = snapshot.sweep;
  const std::string state = SweepStateText(sweep.state());
  FrameLine line(terminal);
  if (!sweep.spec().name().empty()) line.Add(sweep.spec().name(), Style::kBold).Add("  ");
  line.Add(sweep.id(), Style::kCyan).Add("  ").Add(state, StyleOfState(state));
  const std::string reason = SweepReasonText(sweep.reason());
  if (!reason.empty()) line.Add(absl::StrCat(" (", reason, ")"), Style::kDim);
  line.Add("  ").Add(MethodSummary(sweep));
  if (sweep.spec().has_objective()) {
    const v1::Objective& objective = sweep.spec().objective();
    line.Add(absl::StrCat("  ", GoalText(objective.goal()), " ", objective.metric()), Style::kDim);
  }
  return line.Take();
}

std::string ProgressLine(const SweepSnapshot& snapshot, const Terminal& terminal) {
  const v1::Sweep& sweep = snapshot.sweep;
  const auto ended = static_cast<uint64_t>(EndedTrials(sweep.counts()));
  const uint64_t planned = PlannedTrials(sweep);
  FrameLine line(terminal);
  if (planned > 0) {
    line.Add(ProgressBar(ended, planned, std::min(kBarWidth, std::max(0, terminal.width - 40))), Style::kGreen);
    line.Add(absl::StrCat(" ", ended, "/", planned, "  "), Style::kBold);
  } else {
    line.Add(absl::StrCat(ended, " ended  "), Style::kBold);
  }
  line.Add(CountsText(sweep.counts()));
  line.Add(absl::StrCat("  ", DurationText(Elapsed(sweep.create_time(), sweep.end_time(), snapshot.now))), Style::kDim);
  return line.Take();
}

std::string BestLine(const SweepSnapshot& snapshot, const Terminal& terminal) {
  FrameLine line(terminal);
  line.Add("best  ", Style::kDim);
  if (!snapshot.sweep.has_best_trial()) return line.Add("none yet", Style::kDim).Take();
  line.Add(NumberText(snapshot.sweep.best_objective()), Style::kGreen);
  line.Add(absl::StrCat("  trial ", snapshot.sweep.best_trial(), "  "));
  if (snapshot.best.has_value()) line.Add(AssignmentText(AssignmentOf(*snapshot.best)), Style::kCyan);
  return line.Take();
}

std::string NoticeLine(const SweepSnapshot& snapshot, const Terminal& terminal) {
  FrameLine line(terminal);
  if (!snapshot.connected) {
    line.Add(absl::StrCat("lost the controller at ", snapshot.controller, "; trying again"), Style::kRed);
  } else if (snapshot.sweep.state() == v1::SWEEP_STATE_PAUSED) {
    const bool by_itself =
        snapshot.sweep.reason() != v1::SWEEP_REASON_UNSPECIFIED && snapshot.sweep.reason() != v1::SWEEP_REASON_USER;
    const std::string why = by_itself ? absl::StrCat(" (", SweepReasonText(snapshot.sweep.reason()), ")") : "";
    line.Add(absl::StrCat("paused", why, "; go on with: sweepctl resume ", snapshot.sweep.id()), Style::kYellow);
  } else if (snapshot.sweep.state() == v1::SWEEP_STATE_ACTIVE && snapshot.sweep.counts().running() == 0) {
    line.Add(
        absl::StrCat("waiting for an agent: sweep-agent --controller ", snapshot.controller, " ", snapshot.sweep.id()),
        Style::kDim);
  }
  return line.Take();
}

void AddRunningTrials(const SweepSnapshot& snapshot, const Terminal& terminal, std::vector<std::string>& lines) {
  if (snapshot.running.empty()) return;
  Table table({{"TRIAL", Align::kRight},
               {"AGENT"},
               {"TIME", Align::kRight},
               {snapshot.sweep.spec().objective().metric(), Align::kRight},
               {"ASSIGNMENT"}});
  for (const v1::Trial& trial : snapshot.running) {
    table.Add({absl::StrCat(trial.number()),
               trial.agent(),
               DurationText(Elapsed(trial.start_time(), trial.end_time(), snapshot.now)),
               trial.has_objective() ? NumberText(trial.objective()) : "-",
               {AssignmentText(AssignmentOf(trial)), Style::kDim}});
  }
  lines.emplace_back();
  for (std::string& line : table.Lines(terminal, 2)) lines.push_back(std::move(line));
  const int64_t hidden = snapshot.sweep.counts().running() - static_cast<int64_t>(snapshot.running.size());
  if (hidden > 0) lines.push_back(FrameLine(terminal).Add(absl::StrCat("  and ", hidden, " more"), Style::kDim).Take());
}

}  // namespace

std::string ProgressBar(uint64_t done, uint64_t total, int width) {
  constexpr absl::string_view kEighths[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
  const double share = total == 0 ? 0 : std::min(1.0, static_cast<double>(done) / static_cast<double>(total));
  const int eighths = static_cast<int>(share * width * 8);
  std::string bar;
  for (int i = 0; i < eighths / 8; ++i) bar += "█";
  absl::StrAppend(&bar, kEighths[eighths % 8]);
  const int used = eighths / 8 + (eighths % 8 > 0 ? 1 : 0);
  for (int i = used; i < width; ++i) bar += "░";
  return bar;
}

std::vector<std::string> RenderFrame(const SweepSnapshot& snapshot, const Terminal& terminal) {
  std::vector<std::string> lines = {HeaderLine(snapshot, terminal), ProgressLine(snapshot, terminal)};
  if (snapshot.sweep.spec().has_objective()) lines.push_back(BestLine(snapshot, terminal));
  const std::string notice = NoticeLine(snapshot, terminal);
  if (!notice.empty()) lines.push_back(notice);
  AddRunningTrials(snapshot, terminal, lines);
  return lines;
}

}  // namespace sweepd::client
