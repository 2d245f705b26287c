#include "bench/load/round.h"

#include <unistd.h>

#include <thread>
#include <utility>

#include "absl/time/clock.h"
#include "bench/load/process_usage.h"
#include "common/status_macros.h"

namespace sweepd::load {
namespace {

constexpr absl::Duration kWarmUp = absl::Milliseconds(300);

struct CpuTimes {
  absl::Duration server;
  absl::Duration client;
};

absl::StatusOr<CpuTimes> ReadCpuTimes(pid_t server) {
  CpuTimes times;
  ASSIGN_OR_RETURN(times.server, CpuTimeOf(server));
  ASSIGN_OR_RETURN(times.client, CpuTimeOf(getpid()));
  return times;
}

absl::Duration Per(absl::Duration total, int64_t count) { return count == 0 ? absl::ZeroDuration() : total / count; }

}  // namespace

absl::Duration RoundResult::ServerCpuPerCall() const { return Per(server_cpu, log.calls()); }
absl::Duration RoundResult::ClientCpuPerCall() const { return Per(client_cpu, log.calls()); }
absl::Duration RoundResult::ServerCpuPerLifecycle() const { return Per(server_cpu, log.lifecycles()); }

absl::StatusOr<RoundResult> MeasureRound(const ServerProcess& server, LoadClient& client, absl::Duration length) {
  RoundResult result;
  result.length = length;
  Window window;
  window.begin = std::chrono::steady_clock::now() + absl::ToChronoNanoseconds(kWarmUp);
  window.end = window.begin + absl::ToChronoNanoseconds(length);
  std::thread calls([&] { result.log = client.Run(window); });
  std::this_thread::sleep_until(window.begin);
  const absl::StatusOr<CpuTimes> before = ReadCpuTimes(server.pid());
  std::this_thread::sleep_until(window.end);
  const absl::StatusOr<CpuTimes> after = ReadCpuTimes(server.pid());
  calls.join();
  RETURN_IF_ERROR(before.status());
  RETURN_IF_ERROR(after.status());
  result.server_cpu = after->server - before->server;
  result.client_cpu = after->client - before->client;
  return result;
}

}  // namespace sweepd::load
