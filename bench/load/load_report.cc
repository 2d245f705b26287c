#include "bench/load/load_report.h"

#include <functional>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "bench/load/median.h"
#include "bench/load/verdict.h"

namespace sweepd::load {
namespace {

// The thresholds, for two cores that client and server share.
constexpr double kLeastRatioToEcho = 0.6;
constexpr absl::Duration kMostP99 = absl::Milliseconds(50);
constexpr double kLeastPointsPerSecond = 200'000;
constexpr double kLeastSlowFsyncCalls = 8'000;

double Ms(absl::Duration duration) { return absl::ToDoubleMilliseconds(duration); }
double Us(absl::Duration duration) { return absl::ToDoubleMicroseconds(duration); }

template <class Value>
auto MedianOf(const std::vector<RoundResult>& rounds, Value value) {
  std::vector<decltype(value(rounds.front()))> values;
  for (const RoundResult& round : rounds) values.push_back(value(round));
  return Median(std::move(values));
}

void PrintRow(absl::string_view name, const char* format, const std::vector<double>& values, bool ratio) {
  std::string line = absl::StrFormat("%-34s", name);
  const auto parsed = *absl::ParsedFormat<'f'>::New(format);
  for (const double value : values) absl::StrAppend(&line, absl::StrFormat("%14s", absl::StrFormat(parsed, value)));
  if (ratio && values.size() == 2 && values[1] > 0) absl::StrAppendFormat(&line, "%10.3f", values[0] / values[1]);
  absl::PrintF("%s\n", line);
}

void PrintErrors(const ServerResults& results) {
  CallLog all;
  for (const RoundResult& round : results.rounds) all.Merge(round.log);
  for (const auto& [text, count] : all.errors_by_text()) absl::PrintF("  %s: %d x %s\n", results.name, count, text);
}

}  // namespace

Summary Summarize(const ServerResults& results) {
  const std::vector<RoundResult>& rounds = results.rounds;
  Summary summary;
  summary.lifecycles = MedianOf(rounds, [](const RoundResult& r) { return r.PerSecond(r.log.lifecycles()); });
  summary.calls = MedianOf(rounds, [](const RoundResult& r) { return r.PerSecond(r.log.calls()); });
  summary.points = MedianOf(rounds, [](const RoundResult& r) { return r.PerSecond(r.log.points()); });
  summary.p50 = MedianOf(rounds, [](const RoundResult& r) { return r.log.Percentile(0.5); });
  summary.p99 = MedianOf(rounds, [](const RoundResult& r) { return r.log.Percentile(0.99); });
  summary.server_cpu_per_call = MedianOf(rounds, [](const RoundResult& r) { return r.ServerCpuPerCall(); });
  summary.client_cpu_per_call = MedianOf(rounds, [](const RoundResult& r) { return r.ClientCpuPerCall(); });
  summary.server_cores =
      MedianOf(rounds, [](const RoundResult& r) { return absl::FDivDuration(r.server_cpu, r.length); });
  for (const RoundResult& round : rounds) summary.errors += round.log.errors();
  return summary;
}

void PrintRound(const std::string& server, int round, const RoundResult& result) {
  absl::PrintF("round %d %-6s %8.0f lifecycles/s %8.0f rpc/s %9.0f points/s  p50 %6.2f ms  p99 %6.2f ms  %d errors\n",
               round, server, result.PerSecond(result.log.lifecycles()), result.PerSecond(result.log.calls()),
               result.PerSecond(result.log.points()), Ms(result.log.Percentile(0.5)), Ms(result.log.Percentile(0.99)),
               result.log.errors());
  std::fflush(stdout);
}

void PrintTable(const LoadFlags& flags, absl::Duration fdatasync, const ServerResults& sweepd,
                const ServerResults& echo) {
  std::vector<const ServerResults*> servers = {&sweepd};
  if (!echo.rounds.empty()) servers.push_back(&echo);
  std::vector<Summary> summaries;
  std::string header = absl::StrFormat("%-34s", "median of the rounds");
  for (const ServerResults* server : servers) {
    summaries.push_back(Summarize(*server));
    absl::StrAppendFormat(&header, "%14s", server->name);
  }
  absl::PrintF("\n%s%s\n", header, servers.size() == 2 ? "     ratio" : "");
  const auto row = [&](absl::string_view name, const char* format, const std::function<double(size_t)>& value,
                       bool ratio) {
    std::vector<double> values;
    for (size_t i = 0; i < servers.size(); ++i) values.push_back(value(i));
    PrintRow(name, format, values, ratio);
  };
  row(
      "trial lifecycles/s", "%.0f", [&](size_t i) { return summaries[i].lifecycles; }, true);
  row(
      "rpc/s", "%.0f", [&](size_t i) { return summaries[i].calls; }, true);
  row(
      "metric points/s", "%.0f", [&](size_t i) { return summaries[i].points; }, true);
  row(
      "latency p50, ms", "%.2f", [&](size_t i) { return Ms(summaries[i].p50); }, true);
  row(
      "latency p99, ms", "%.2f", [&](size_t i) { return Ms(summaries[i].p99); }, true);
  for (const CallKind kind : kCallKinds) {
    const auto p99 = [&](size_t i) {
      return MedianOf(servers[i]->rounds, [&](const RoundResult& r) { return Ms(r.log.Percentile(kind, 0.99)); });
    };
    if (p99(0) > 0) row(absl::StrCat("  p99 of ", CallKindName(kind), ", ms"), "%.2f", p99, true);
  }
  row(
      "server CPU per rpc, us", "%.1f", [&](size_t i) { return Us(summaries[i].server_cpu_per_call); }, true);
  row(
      "client CPU per rpc, us", "%.1f", [&](size_t i) { return Us(summaries[i].client_cpu_per_call); }, true);
  row(
      "server CPU, cores", "%.2f", [&](size_t i) { return summaries[i].server_cores; }, false);
  row(
      "server peak memory, MiB", "%.1f", [&](size_t i) { return servers[i]->peak_memory / 1048576.0; }, false);
  row(
      "errors", "%.0f", [&](size_t i) { return static_cast<double>(summaries[i].errors); }, false);
  absl::PrintF("%-34s%14.3f\n", "fdatasync of the data folder, ms", Ms(fdatasync));
  if (flags.slow_fsync > absl::ZeroDuration()) {
    absl::PrintF("%-34s%14.3f\n", "  delay added for sweepd, ms", Ms(flags.slow_fsync));
  }
  for (const ServerResults* server : servers) PrintErrors(*server);
}

bool CheckThresholds(const LoadFlags& flags, const ServerResults& sweepd, const ServerResults& echo) {
  const Summary own = Summarize(sweepd);
  Verdict verdict;
  verdict.AtMost("errors", static_cast<double>(own.errors), 0);
  if (flags.scenario == Scenario::kMetrics) {
    verdict.AtLeast("durable metric points/s", own.points, kLeastPointsPerSecond);
  } else if (flags.slow_fsync > absl::ZeroDuration()) {
    verdict.AtLeast("durable rpc/s with a slow fsync", own.calls, kLeastSlowFsyncCalls);
  } else {
    if (!echo.rounds.empty()) {
      verdict.AtLeast("ratio of rpc/s to the echo server", own.calls / Summarize(echo).calls, kLeastRatioToEcho);
    }
    verdict.AtMost("p99 in ms", Ms(own.p99), Ms(kMostP99));
  }
  return verdict.passed();
}

}  // namespace sweepd::load
