#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "client/commands/commands.h"
#include "client/output/list_printer.h"
#include "client/output/number_text.h"
#include "client/output/resource_json.h"
#include "client/output/table.h"
#include "common/status_macros.h"
#include "common/wire_time.h"

namespace sweepd::client {
namespace {

std::string ShortText(const google::protobuf::Duration& duration) {
  return absl::FormatDuration(absl::Trunc(DurationFromWire(duration), absl::Microseconds(1)));
}

// "median below 4.096ms, 99% below 16.384ms, longest 21.5ms".
std::string SummaryText(const v1::DurationSummary& summary) {
  if (summary.count() == 0) return "none yet";
  return absl::StrCat("median below ", ShortText(summary.p50()), ", 99% below ", ShortText(summary.p99()), ", longest ",
                      ShortText(summary.max()));
}

void PrintStats(std::ostream& out, const Terminal& terminal, const v1::ServerStats& stats) {
  const double per_batch =
      stats.batches() == 0 ? 0 : static_cast<double>(stats.commands()) / static_cast<double>(stats.batches());
  Block block;
  block.Add("Version", stats.version());
  block.Add("Up", DurationText(DurationFromWire(stats.uptime())));
  block.Add("Agents", absl::StrCat(stats.live_agents(), " alive, ", stats.running_leases(), " leases running, ",
                                   stats.held_requests(), " requests waiting for a trial"));
  block.Add("Queue", absl::StrCat(stats.queued_commands(), " commands, at most ", stats.longest_queue(), " so far"));
  block.Add("Refused", absl::StrCat(stats.refused_reports(), " reports, ", stats.refused_requests(), " requests, ",
                                    stats.refused_completions(), " completions"));
  block.Add("Batches", absl::StrCat(stats.batches(), " with ", stats.commands(), " commands (", NumberText(per_batch),
                                    " each, at most ", stats.largest_batch(), "); ", stats.failed_commands(),
                                    " commands failed, ", stats.failed_batches(), " batches on a full disk"));
  block.Add("Execute", SummaryText(stats.execute()));
  block.Add("Commit", SummaryText(stats.commit()));
  block.Add("Heartbeats", absl::StrCat(stats.direct_heartbeats(), " answered at once"));
  block.Add("Leases", absl::StrCat(stats.expired_leases(), " expired; extended ", stats.forgiven_gaps(),
                                   " times because the controller was asleep"));
  block.Print(out, terminal);
}

class StatsCommand : public Command {
 public:
  void Declare(CommandLine& /*line*/) override {}

  absl::StatusOr<ExitCode> Run(Session& session) override {
    ASSIGN_OR_RETURN(const v1::ServerStats stats, session.client().GetServerStats());
    PrintOne(session.out(), session.format(), stats.version(), StatsJson(stats),
             {"version", "uptime_seconds", "live_agents", "running_leases", "held_requests", "queued_commands",
              "batches", "commands", "commit.p99_seconds"},
             [&] { PrintStats(session.out(), session.terminal(), stats); });
    return ExitCode::kOk;
  }
};

}  // namespace

std::unique_ptr<Command> MakeStatsCommand() { return std::make_unique<StatsCommand>(); }

}  // namespace sweepd::client
