#include "server/wire/stats_wire.h"

#include "common/wire_time.h"

namespace sweepd {
namespace {

v1::DurationSummary SummaryOf(const DurationHistogram& histogram) {
  v1::DurationSummary wire;
  wire.set_count(histogram.count());
  DurationToWire(histogram.total(), wire.mutable_total());
  DurationToWire(histogram.max(), wire.mutable_max());
  DurationToWire(histogram.Quantile(0.5), wire.mutable_p50());
  DurationToWire(histogram.Quantile(0.99), wire.mutable_p99());
  return wire;
}

}  // namespace

v1::ServerStats StatsToWire(const ControllerStats& stats) {
  const EngineCounters& engine = stats.engine;
  const auto refused = [&engine](Urgency urgency) { return engine.refused[static_cast<size_t>(urgency)]; };
  v1::ServerStats wire;
  wire.set_version(SWEEPD_VERSION);
  DurationToWire(stats.uptime, wire.mutable_uptime());
  wire.set_queued_commands(stats.queued);
  wire.set_held_requests(engine.held_requests);
  wire.set_running_leases(stats.leases);
  wire.set_live_agents(stats.live_agents);
  wire.set_batches(engine.batches);
  wire.set_commands(engine.commands);
  wire.set_failed_commands(engine.failed_commands);
  wire.set_failed_batches(engine.failed_commits);
  wire.set_largest_batch(engine.largest_batch);
  *wire.mutable_execute() = SummaryOf(engine.execute);
  *wire.mutable_commit() = SummaryOf(engine.commit);
  wire.set_longest_queue(engine.queue_peak);
  wire.set_refused_reports(refused(Urgency::kReport));
  wire.set_refused_requests(refused(Urgency::kRequest));
  wire.set_refused_completions(refused(Urgency::kCompletion));
  wire.set_direct_heartbeats(engine.heartbeats);
  wire.set_expired_leases(engine.expired_leases);
  wire.set_forgiven_gaps(engine.forgiven_gaps);
  return wire;
}

}  // namespace sweepd
