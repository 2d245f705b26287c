// The handlers of SweepService that only read.
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/status_macros.h"
#include "server/engine/queries.h"
#include "server/rpc/sweep_service.h"
#include "server/rpc/unary_call.h"
#include "server/rpc/watch_session.h"
#include "server/wire/agent_wire.h"
#include "server/wire/enum_wire.h"
#include "server/wire/page_token.h"
#include "server/wire/stats_wire.h"
#include "server/wire/sweep_wire.h"
#include "server/wire/trial_wire.h"

namespace sweepd {
namespace {

absl::StatusOr<SweepQuery> SweepQueryFromWire(const v1::ListSweepsRequest& request) {
  SweepQuery query;
  for (const int state : request.states()) {
    const auto known = EnumFromWire(static_cast<v1::SweepState>(state), SweepState::kCancelled);
    if (!known.has_value()) return BadField("states", "holds an unknown state");
    query.states.push_back(*known);
  }
  ASSIGN_OR_RETURN(query.limit, ReadPageSize(request.page_size()));
  ASSIGN_OR_RETURN(query.after, ReadPageToken("sweeps", request.page_token()));
  return query;
}

absl::StatusOr<TrialQuery> TrialQueryFromWire(const v1::ListTrialsRequest& request) {
  TrialQuery query;
  for (const int state : request.states()) {
    const auto known = EnumFromWire(static_cast<v1::TrialState>(state), TrialState::kCancelled);
    if (!known.has_value()) return BadField("states", "holds an unknown state");
    query.states.push_back(*known);
  }
  if (request.order() != v1::TRIAL_ORDER_UNSPECIFIED) {
    const auto order = EnumFromWire(request.order(), TrialOrder::kBestFirst);
    if (!order.has_value()) return BadField("order", "unknown");
    query.order = *order;
  }
  ASSIGN_OR_RETURN(query.limit, ReadPageSize(request.page_size()));
  ASSIGN_OR_RETURN(const std::string after, ReadPageToken("trials", request.page_token()));
  if (!after.empty() && !absl::SimpleAtoi(after, &query.after)) return BadField("page_token", "damaged");
  return query;
}

absl::StatusOr<MetricQuery> MetricQueryFromWire(const v1::ListMetricsRequest& request) {
  MetricQuery query{{request.metrics().begin(), request.metrics().end()}, request.attempt(), std::nullopt, 0};
  ASSIGN_OR_RETURN(query.limit, ReadPageSize(request.page_size()));
  ASSIGN_OR_RETURN(const std::string after, ReadPageToken("metrics", request.page_token()));
  if (after.empty()) return query;
  // "step sequence name": the name comes last, since it may hold anything.
  const std::vector<std::string> parts = absl::StrSplit(after, absl::MaxSplits(' ', 2));
  MetricPoint point;
  if (parts.size() != 3 || !absl::SimpleAtoi(parts[0], &point.step) || !absl::SimpleAtoi(parts[1], &point.sequence)) {
    return BadField("page_token", "damaged");
  }
  point.name = parts[2];
  query.after = std::move(point);
  return query;
}

// A page is followed by another when it is full.
template <class Rows>
bool IsFull(const Rows& rows, int64_t limit) {
  return static_cast<int64_t>(rows.size()) >= limit;
}

absl::Status ListSweepsInto(StoreReader& reader, const v1::ListSweepsRequest& request,
                            v1::ListSweepsResponse& response) {
  ASSIGN_OR_RETURN(const SweepQuery query, SweepQueryFromWire(request));
  ASSIGN_OR_RETURN(std::vector<Sweep> sweeps, reader.ListSweeps(query));
  if (IsFull(sweeps, query.limit)) response.set_next_page_token(MakePageToken("sweeps", sweeps.back().id));
  for (Sweep& sweep : sweeps) {
    ASSIGN_OR_RETURN(const SweepView view, ViewOf(reader, std::move(sweep)));
    *response.add_sweeps() = SweepToWire(view);
  }
  return absl::OkStatus();
}

absl::Status ListTrialsInto(StoreReader& reader, const v1::ListTrialsRequest& request,
                            v1::ListTrialsResponse& response) {
  ASSIGN_OR_RETURN(const TrialQuery query, TrialQueryFromWire(request));
  ASSIGN_OR_RETURN(const std::vector<Trial> trials, reader.ListTrials(request.sweep(), query));
  for (const Trial& trial : trials) *response.add_trials() = TrialToWire(trial);
  if (IsFull(trials, query.limit)) {
    response.set_next_page_token(MakePageToken("trials", absl::StrCat(trials.back().key.number)));
  }
  return absl::OkStatus();
}

absl::Status ListMetricsInto(StoreReader& reader, const v1::ListMetricsRequest& request,
                             v1::ListMetricsResponse& response) {
  ASSIGN_OR_RETURN(const MetricQuery query, MetricQueryFromWire(request));
  const TrialKey key{request.sweep(), request.trial()};
  RETURN_IF_ERROR(reader.FindTrial(key).status());
  ASSIGN_OR_RETURN(const std::vector<MetricPoint> points, reader.ListMetrics(key, query));
  for (const MetricPoint& point : points) *response.add_points() = MetricPointToWire(point);
  if (IsFull(points, query.limit)) {
    const MetricPoint& last = points.back();
    response.set_next_page_token(MakePageToken("metrics", absl::StrCat(last.step, " ", last.sequence, " ", last.name)));
  }
  return absl::OkStatus();
}

absl::Status GetTrialInto(StoreReader& reader, const v1::GetTrialRequest& request, v1::GetTrialResponse& response) {
  const TrialKey key{request.sweep(), request.number()};
  ASSIGN_OR_RETURN(const Trial trial, reader.FindTrial(key));
  ASSIGN_OR_RETURN(const std::vector<Attempt> attempts, reader.ListAttempts(key));
  *response.mutable_trial() = TrialToWire(trial);
  for (const Attempt& attempt : attempts) *response.add_attempts() = AttemptToWire(attempt);
  return absl::OkStatus();
}

}  // namespace

grpc::ServerUnaryReactor* SweepServiceHandlers::GetSweep(grpc::CallbackServerContext* context,
                                                         const v1::GetSweepRequest* request, v1::Sweep* response) {
  return RunInReader(context, controller_, [request, response](StoreReader& reader) -> absl::Status {
    ASSIGN_OR_RETURN(const SweepView view, FindSweepView(reader, request->sweep()));
    *response = SweepToWire(view);
    return absl::OkStatus();
  });
}

grpc::ServerUnaryReactor* SweepServiceHandlers::ListSweeps(grpc::CallbackServerContext* context,
                                                           const v1::ListSweepsRequest* request,
                                                           v1::ListSweepsResponse* response) {
  return RunInReader(context, controller_,
                     [request, response](StoreReader& reader) { return ListSweepsInto(reader, *request, *response); });
}

grpc::ServerUnaryReactor* SweepServiceHandlers::GetTrial(grpc::CallbackServerContext* context,
                                                         const v1::GetTrialRequest* request,
                                                         v1::GetTrialResponse* response) {
  return RunInReader(context, controller_,
                     [request, response](StoreReader& reader) { return GetTrialInto(reader, *request, *response); });
}

grpc::ServerUnaryReactor* SweepServiceHandlers::ListTrials(grpc::CallbackServerContext* context,
                                                           const v1::ListTrialsRequest* request,
                                                           v1::ListTrialsResponse* response) {
  return RunInReader(context, controller_,
                     [request, response](StoreReader& reader) { return ListTrialsInto(reader, *request, *response); });
}

grpc::ServerUnaryReactor* SweepServiceHandlers::GetBestTrial(grpc::CallbackServerContext* context,
                                                             const v1::GetBestTrialRequest* request,
                                                             v1::Trial* response) {
  return RunInReader(context, controller_, [request, response](StoreReader& reader) -> absl::Status {
    ASSIGN_OR_RETURN(const Trial best, FindBest(reader, request->sweep()));
    *response = TrialToWire(best);
    return absl::OkStatus();
  });
}

grpc::ServerUnaryReactor* SweepServiceHandlers::ListMetrics(grpc::CallbackServerContext* context,
                                                            const v1::ListMetricsRequest* request,
                                                            v1::ListMetricsResponse* response) {
  return RunInReader(context, controller_,
                     [request, response](StoreReader& reader) { return ListMetricsInto(reader, *request, *response); });
}

grpc::ServerWriteReactor<v1::WatchSweepResponse>* SweepServiceHandlers::WatchSweep(
    grpc::CallbackServerContext* /*context*/, const v1::WatchSweepRequest* request) {
  return WatchSession::Start(controller_, closing_, *request);
}

grpc::ServerUnaryReactor* SweepServiceHandlers::ListAgents(grpc::CallbackServerContext* context,
                                                           const v1::ListAgentsRequest* request,
                                                           v1::ListAgentsResponse* response) {
  const absl::StatusOr<int64_t> limit = ReadPageSize(request->page_size());
  if (!limit.ok()) return FinishNow(context, limit.status());
  return RunInEngine<std::vector<AgentView>>(
      context, controller_, [limit = *limit](Engine& engine) { return engine.ListAgents(limit); },
      [response](const std::vector<AgentView>& agents) {
        for (const AgentView& agent : agents) *response->add_agents() = AgentToWire(agent);
      });
}

grpc::ServerUnaryReactor* SweepServiceHandlers::GetServerStats(grpc::CallbackServerContext* context,
                                                               const v1::GetServerStatsRequest* /*request*/,
                                                               v1::ServerStats* response) {
  *response = StatsToWire(controller_.ReadStats());
  return FinishNow(context, absl::OkStatus());
}

}  // namespace sweepd
