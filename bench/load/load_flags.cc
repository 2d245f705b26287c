#include "bench/load/load_flags.h"

#include <CLI/CLI.hpp>
#include <iostream>
#include <map>

#include "bench/load/server_process.h"
#include "common/duration_argument.h"

namespace sweepd::load {
namespace {

constexpr char kDescription[] =
    "Measures sweepd under load, in turns with an echo server that only speaks the same protocol.\n"
    "Starts both by itself, on a fresh database, and compares its counts with the controller's.";

constexpr char kFooter[] =
    "Scenarios, what is done with each trial between RequestTrial and FinishTrial:\n"
    "  lifecycle    one ReportMetrics call of 10 reports with one metric\n"
    "  metrics      50 ReportMetrics calls of 100 reports with 5 metrics\n"
    "  heartbeats   1000 Heartbeat calls (after one ReportMetrics)";

TrialPlan PlanOf(Scenario scenario) {
  switch (scenario) {
    case Scenario::kLifecycle: return {TrialPlan::Body::kReports, 1, 10, 1};
    case Scenario::kMetrics: return {TrialPlan::Body::kReports, 50, 100, 5};
    case Scenario::kHeartbeats: break;
  }
  return {TrialPlan::Body::kHeartbeats, 1000, 10, 1};
}

struct PlanArguments {
  std::optional<int64_t> calls;
  std::optional<int64_t> reports;
  std::optional<int64_t> values_per_report;
};

void AddLoadOptions(CLI::App& app, LoadFlags& flags, PlanArguments& plan) {
  const std::map<std::string, Scenario> scenarios = {
      {"lifecycle", Scenario::kLifecycle}, {"metrics", Scenario::kMetrics}, {"heartbeats", Scenario::kHeartbeats}};
  app.add_option("scenario", flags.scenario, "lifecycle, metrics or heartbeats; see below")
      ->transform(CLI::CheckedTransformer(scenarios));
  app.add_option("--in-flight", flags.load.in_flight, "Calls under way at any time")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  app.add_option("--agents", flags.load.agents, "Simulated agents; those in flight take turns")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  app.add_option("--connections", flags.load.connections,
                 "Connections, of which a controller allows 64 calls at a time on each; without it one for each call "
                 "in flight, as agents have")
      ->check(CLI::PositiveNumber);
  app.add_option("--threads", flags.load.threads, "Threads of the client")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  app.add_option("--calls-per-trial", plan.calls, "ReportMetrics or Heartbeat calls for each trial")
      ->check(CLI::PositiveNumber);
  app.add_option("--reports-per-call", plan.reports, "Metric reports in a ReportMetrics call")
      ->check(CLI::Range(1, 1000));
  app.add_option("--points-per-report", plan.values_per_report, "Metrics in a report")->check(CLI::Range(1, 256));
}

}  // namespace

ParsedLoadFlags ParseLoadFlags(int argc, char** argv) {
  ParsedLoadFlags parsed;
  LoadFlags& flags = parsed.flags;
  PlanArguments plan;
  double seconds = absl::ToDoubleSeconds(flags.length);
  std::string slow_fsync = "0s";
  bool no_echo = false;
  flags.sweepd = ProgramBesideThis("sweepd");

  CLI::App app(kDescription, "load");
  app.footer(kFooter);
  AddLoadOptions(app, flags, plan);
  app.add_option("--seconds", seconds, "Length of a round")->check(CLI::Range(0.1, 3600.0))->capture_default_str();
  app.add_option("--rounds", flags.rounds, "Rounds with each server; medians are shown")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  app.add_option("--slow-fsync", slow_fsync, "Delay every fsync and fdatasync of sweepd by this, for example 10ms")
      ->capture_default_str();
  app.add_flag("--no-echo", no_echo, "Measure sweepd alone");
  app.add_flag("--check", flags.check, "Print PASS or FAIL for each threshold, and end with 1 after a FAIL");
  app.add_option("--data-folder", flags.data_folder, "Where to make the folder of the database; on the disk to measure")
      ->check(CLI::ExistingDirectory)
      ->capture_default_str();
  app.add_option("--sweepd", flags.sweepd, "Path of sweepd")->capture_default_str();
  app.add_option("--sweepd-arg", flags.sweepd_arguments, "Argument to pass on to sweepd, as --sweepd-arg=--flag=value")
      ->allow_extra_args(false);
  try {
    app.parse(argc, argv);
    const absl::StatusOr<absl::Duration> delay = ParseDurationArgument(slow_fsync, absl::ZeroDuration());
    if (!delay.ok()) throw CLI::ValidationError("--slow-fsync", std::string(delay.status().message()));
    flags.slow_fsync = *delay;
    if (app.count("--connections") == 0) flags.load.connections = flags.load.in_flight;
    if (const absl::Status fits = CheckLoadOptions(flags.load); !fits.ok()) {
      throw CLI::ValidationError(std::string(fits.message()));
    }
  } catch (const CLI::ParseError& error) {
    parsed.exit_code = app.exit(error) == 0 ? 0 : 2;
    return parsed;
  }
  flags.length = absl::Seconds(seconds);
  flags.echo = !no_echo;
  flags.load.plan = PlanOf(flags.scenario);
  if (plan.calls.has_value()) flags.load.plan.calls = *plan.calls;
  if (plan.reports.has_value()) flags.load.plan.reports = *plan.reports;
  if (plan.values_per_report.has_value()) flags.load.plan.values_per_report = *plan.values_per_report;
  return parsed;
}

}  // namespace sweepd::load
