#include <cerrno>
#include <cstring>
#include <fstream>
#include <set>

#include "absl/strings/str_cat.h"
#include "client/commands/commands.h"
#include "client/flat_trial.h"
#include "client/output/list_printer.h"
#include "client/output/number_text.h"
#include "client/output/resource_json.h"
#include "client/paging.h"
#include "common/status_macros.h"

namespace sweepd::client {
namespace {

constexpr const char* kTrialPaths[] = {"sweep",     "number",         "state",   "reason",        "message",
                                       "objective", "objective_step", "attempt", "lost_attempts", "failed_attempts",
                                       "agent",     "created",        "started", "ended",         "duration_seconds"};

class ExportCommand : public Command {
 public:
  void Declare(CommandLine& line) override {
    line.Argument("ID", &id_, "The sweep's id");
    line.Option("-f,--file", "FILE", &path_, "Write to this file instead of standard output");
    line.Flag("-m,--metrics", &metrics_, "One row for each metric point of every trial's current attempt instead");
  }

  absl::StatusOr<ExitCode> Run(Session& session) override {
    const Format format = session.format() == Format::kTable ? Format::kCsv : session.format();
    if (format != Format::kCsv && format != Format::kJsonl) {
      return absl::InvalidArgumentError("export writes csv (the default) or jsonl; add -o csv or -o jsonl");
    }
    ASSIGN_OR_RETURN(const v1::Sweep sweep, session.client().GetSweep(id_));
    if (path_.empty()) {
      RETURN_IF_ERROR(Write(session, sweep.spec(), format, session.out()));
      return ExitCode::kOk;
    }
    std::ofstream file(path_, std::ios::binary | std::ios::trunc);
    if (file) RETURN_IF_ERROR(Write(session, sweep.spec(), format, file));
    file.flush();
    if (!file) return absl::InternalError(absl::StrCat("cannot write ", path_, ": ", std::strerror(errno)));
    return ExitCode::kOk;
  }

 private:
  absl::Status Write(Session& session, const v1::SweepSpec& spec, Format format, std::ostream& out) const {
    return metrics_ ? WriteMetrics(session, format, out) : WriteTrials(session, format, spec, out);
  }

  v1::ListTrialsRequest AllTrials() const {
    v1::ListTrialsRequest request;
    request.set_sweep(id_);
    request.set_order(v1::TRIAL_ORDER_NUMBER);
    return request;
  }

  // The names of parameters are known when all trials have been seen, so that csv goes through them twice; what was
  // added meanwhile is left out.
  absl::Status WriteTrials(Session& session, Format format, const v1::SweepSpec& spec, std::ostream& out) const {
    int64_t count = kNoLimit;
    std::vector<std::string> paths(std::begin(kTrialPaths), std::end(kTrialPaths));
    if (format == Format::kCsv) {
      count = 0;
      std::set<std::string> names;
      RETURN_IF_ERROR(ForEachTrial(session.client(), AllTrials(), kNoLimit, [&](const v1::Trial& trial) {
        ++count;
        for (const auto& [name, value] : FlatAssignment(AssignmentOf(trial), spec)) names.insert(name);
      }));
      for (const std::string& name : names) paths.push_back(absl::StrCat("param.", name));
    }
    ListPrinter printer(out, session.terminal(), format, {}, std::move(paths));
    return ForEachTrial(session.client(), AllTrials(), count, [&](const v1::Trial& trial) {
      Value json = TrialJson(trial, session.Now());
      if (format == Format::kCsv) json.as_map()["assignment"] = FlatAssignment(AssignmentOf(trial), spec);
      printer.Add({.id = "", .json = std::move(json), .cells = {}});
    });
  }

  absl::Status WriteMetrics(Session& session, Format format, std::ostream& out) const {
    ListPrinter printer(out, session.terminal(), format, {},
                        {"trial", "attempt", "metric", "step", "sequence", "value", "time"});
    absl::Status status;
    const absl::Status listed = ForEachTrial(session.client(), AllTrials(), kNoLimit, [&](const v1::Trial& trial) {
      v1::ListMetricsRequest request;
      request.set_sweep(id_);
      request.set_trial(trial.number());
      status.Update(ForEachMetricPoint(session.client(), request, status.ok() ? kNoLimit : 0, [&](const auto& point) {
        Value json = MetricPointJson(point);
        json.as_map()["trial"] = trial.number();
        printer.Add({.id = "", .json = std::move(json), .cells = {}});
      }));
    });
    return status.ok() ? listed : status;
  }

  std::string id_;
  std::string path_;
  bool metrics_ = false;
};

}  // namespace

std::unique_ptr<Command> MakeExportCommand() { return std::make_unique<ExportCommand>(); }

}  // namespace sweepd::client
