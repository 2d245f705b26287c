#include "absl/strings/str_cat.h"
#include "client/commands/commands.h"
#include "client/output/metric_summary.h"
#include "client/output/number_text.h"
#include "client/output/resource_json.h"
#include "client/output/stop_table.h"
#include "client/output/trial_output.h"
#include "client/paging.h"
#include "common/status_macros.h"

namespace sweepd::client {
namespace {

class TrialCommand : public Command {
 public:
  void Declare(CommandLine& line) override {
    line.Argument("ID", &id_, "The sweep's id");
    line.Argument("NUMBER", &number_, "The trial's number in its sweep");
    line.Flag("-m,--metrics", &points_, "Print every metric point of the current attempt, and nothing else");
  }

  absl::StatusOr<ExitCode> Run(Session& session) override {
    v1::ListMetricsRequest metrics;
    metrics.set_sweep(id_);
    metrics.set_trial(number_);
    if (points_) return PrintPoints(session, metrics);
    ASSIGN_OR_RETURN(const v1::GetTrialResponse response, session.client().GetTrial(id_, number_));
    ASSIGN_OR_RETURN(const v1::Sweep sweep, session.client().GetSweep(id_));
    MetricSummary summary;
    RETURN_IF_ERROR(ForEachMetricPoint(session.client(), metrics, kNoLimit,
                                       [&](const v1::MetricPoint& point) { summary.Add(point); }));
    PrintOne(session.out(), session.format(), absl::StrCat(number_), Json(response, summary, session.Now()),
             TrialListing(sweep).CsvPaths(), [&] { PrintTables(session, response, sweep, summary); });
    return ExitCode::kOk;
  }

 private:
  static Value Json(const v1::GetTrialResponse& response, const MetricSummary& summary, absl::Time now) {
    Value json = TrialJson(response.trial(), now);
    Value::List attempts;
    for (const v1::Attempt& attempt : response.attempts()) attempts.push_back(AttemptJson(attempt, now));
    json.as_map()["attempts"] = std::move(attempts);
    json.as_map()["metrics"] = summary.Json();
    return json;
  }

  static void PrintTables(Session& session, const v1::GetTrialResponse& response, const v1::Sweep& sweep,
                          const MetricSummary& summary) {
    const Terminal terminal = session.terminal();
    PrintTrial(session.out(), terminal, response.trial(), sweep.spec().objective().metric(), session.Now(),
               session.zone());
    if (response.attempts_size() > 0) session.out() << '\n';
    PrintAttempts(session.out(), terminal, response, session.Now(), session.zone());
    PrintStops(session.out(), terminal, response, session.zone());
    if (summary.empty()) return;
    session.out() << '\n';
    summary.Print(session.out(), terminal);
  }

  static absl::StatusOr<ExitCode> PrintPoints(Session& session, const v1::ListMetricsRequest& request) {
    ListPrinter printer(session.out(), session.terminal(), session.format(),
                        {{"METRIC"}, {"STEP", Align::kRight}, {"VALUE", Align::kRight}, {"TIME"}},
                        {"metric", "step", "attempt", "sequence", "value", "time"});
    RETURN_IF_ERROR(ForEachMetricPoint(session.client(), request, kNoLimit, [&](const v1::MetricPoint& point) {
      printer.Add({.id = absl::StrCat(point.sequence()),
                   .json = MetricPointJson(point),
                   .cells = {point.metric(), absl::StrCat(point.step()), NumberText(point.value()),
                             TimeText(point.time(), session.zone())}});
    }));
    printer.Finish("No metrics.");
    return ExitCode::kOk;
  }

  std::string id_;
  int64_t number_ = 0;
  bool points_ = false;
};

}  // namespace

std::unique_ptr<Command> MakeTrialCommand() { return std::make_unique<TrialCommand>(); }

}  // namespace sweepd::client
