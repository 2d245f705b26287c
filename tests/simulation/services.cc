#include "tests/simulation/services.h"

#include <memory>
#include <optional>
#include <utility>

#include "server/core/limits.h"

namespace sweepd::simulation {
namespace {

// How long a client waits for an answer.
constexpr absl::Duration kDeadline = absl::Seconds(5);

// How much longer for one that the controller may hold back.
constexpr absl::Duration kLongPollMargin = absl::Seconds(5);

// A request that was answered this long after it came was held.
constexpr absl::Duration kHeld = absl::Milliseconds(50);

constexpr absl::string_view NameOf(Verb verb) {
  switch (verb) {
    case Verb::kPause: return "PauseSweep";
    case Verb::kResume: return "ResumeSweep";
    case Verb::kStop: return "StopSweep";
    case Verb::kCancel: break;
  }
  return "CancelSweep";
}

absl::StatusOr<SweepView> Apply(Engine& engine, Verb verb, const std::string& sweep_id) {
  switch (verb) {
    case Verb::kPause: return engine.PauseSweep(sweep_id);
    case Verb::kResume: return engine.ResumeSweep(sweep_id);
    case Verb::kStop: return engine.StopSweep(sweep_id);
    case Verb::kCancel: break;
  }
  return engine.CancelSweep(sweep_id);
}

}  // namespace

void Services::Register(Endpoint& client, const NewAgent& request, Done<Agent> done) {
  network_.Call<Agent>(
      client, "RegisterAgent", kDeadline,
      [this, request](const std::shared_ptr<OpenCall>&, Done<Agent> reply) {
        host_.Run<Agent>([request](Engine& engine) { return engine.RegisterAgent(request); },
                         [this, request](const absl::StatusOr<Agent>& answer) { checks_.OnRegister(request, answer); },
                         std::move(reply));
      },
      std::move(done));
}

void Services::RequestTrial(Endpoint& client, const TrialRequest& request, absl::Duration wait,
                            Done<TrialAnswer> done) {
  network_.Call<TrialAnswer>(
      client, "RequestTrial", wait + kLongPollMargin,
      [this, request, wait](const std::shared_ptr<OpenCall>& call, Done<TrialAnswer> reply) {
        ServeTrialRequest(call, request, wait, std::move(reply));
      },
      std::move(done));
}

void Services::ServeTrialRequest(const std::shared_ptr<OpenCall>& call, const TrialRequest& request,
                                 absl::Duration wait, Done<TrialAnswer> reply) {
  const absl::Duration arrived = scene_.queue.now();
  host_.RequestTrial(
      request, wait, [call] { return call->abandoned(); },
      [this, request, call, arrived](const absl::StatusOr<TrialAnswer>& answer) {
        const bool held = scene_.queue.now() - arrived > kHeld;
        checks_.OnTrialRequest(request, call->abandoned(), held, answer);
      },
      std::move(reply));
}

void Services::Report(Endpoint& client, const LeaseRef& lease, bool forged, const std::vector<MetricReport>& reports,
                      Done<ReportAnswer> done) {
  const auto sent = std::make_shared<const std::vector<MetricReport>>(reports);
  network_.Call<ReportAnswer>(
      client, "ReportMetrics", kDeadline,
      [this, lease, forged, sent](const std::shared_ptr<OpenCall>&, Done<ReportAnswer> reply) {
        const LeaseView before = checks_.ViewOf(lease);
        host_.Run<ReportAnswer>([lease, sent](Engine& engine) { return engine.ReportMetrics(lease, *sent); },
                                [this, lease, forged, sent, before](const absl::StatusOr<ReportAnswer>& answer) {
                                  checks_.OnReport(lease, forged, before, *sent, answer);
                                },
                                std::move(reply));
      },
      std::move(done));
}

void Services::Heartbeat(Endpoint& client, const std::string& agent_id, const std::vector<LeaseRef>& leases,
                         Done<std::vector<Directive>> done) {
  network_.Call<std::vector<Directive>>(
      client, "Heartbeat", kDeadline,
      [this, agent_id, leases](const std::shared_ptr<OpenCall>&, Done<std::vector<Directive>> reply) {
        ServeHeartbeat(agent_id, leases, std::move(reply));
      },
      std::move(done));
}

void Services::ServeHeartbeat(const std::string& agent_id, const std::vector<LeaseRef>& leases,
                              Done<std::vector<Directive>> reply) {
  std::vector<LeaseView> before;
  before.reserve(leases.size());
  for (const LeaseRef& lease : leases) before.push_back(checks_.ViewOf(lease));
  std::optional<std::vector<Directive>> directives = host_.engine().TryHeartbeat(agent_id, leases);
  if (directives.has_value()) {
    scene_.coverage.Note(Interest::kHeartbeatBesideEngine);
    if (host_.stalled()) scene_.coverage.Note(Interest::kHeartbeatDuringStall);
    checks_.OnHeartbeat(leases, before, *directives);
    reply(*std::move(directives));
    return;
  }
  host_.Run<std::vector<Directive>>([agent_id, leases](Engine& engine) { return engine.Heartbeat(agent_id, leases); },
                                    [this, leases, before](const absl::StatusOr<std::vector<Directive>>& answer) {
                                      checks_.OnHeartbeat(leases, before, answer);
                                    },
                                    std::move(reply));
}

void Services::Finish(Endpoint& client, const FinishReport& report, bool forged, Done<FinishAnswer> done) {
  network_.Call<FinishAnswer>(
      client, "FinishTrial", kDeadline,
      [this, report, forged](const std::shared_ptr<OpenCall>&, Done<FinishAnswer> reply) {
        const LeaseView before = checks_.ViewOf(report.lease);
        host_.Run<FinishAnswer>([report](Engine& engine) { return engine.FinishTrial(report); },
                                [this, report, forged, before](const absl::StatusOr<FinishAnswer>& answer) {
                                  checks_.OnFinish(report, forged, before, answer);
                                },
                                std::move(reply));
      },
      std::move(done));
}

void Services::Create(Endpoint& client, const NewSweep& request, bool reused, Done<SweepView> done) {
  network_.Call<SweepView>(
      client, "CreateSweep", kDeadline,
      [this, request, reused](const std::shared_ptr<OpenCall>&, Done<SweepView> reply) {
        watcher_.ExpectNewSweeps();
        host_.Run<SweepView>([request](Engine& engine) { return engine.CreateSweep(request); },
                             [this, request, reused](const absl::StatusOr<SweepView>& answer) {
                               checks_.OnCreate(request, reused, answer);
                             },
                             std::move(reply));
      },
      std::move(done));
}

void Services::Change(Endpoint& client, Verb verb, const std::string& sweep_id, Done<SweepView> done) {
  network_.Call<SweepView>(
      client, NameOf(verb), kDeadline,
      [this, verb, sweep_id](const std::shared_ptr<OpenCall>&, Done<SweepView> reply) {
        host_.Run<SweepView>([verb, sweep_id](Engine& engine) { return Apply(engine, verb, sweep_id); },
                             [this](const absl::StatusOr<SweepView>& answer) { checks_.OnView(answer); },
                             std::move(reply));
      },
      std::move(done));
}

void Services::Delete(Endpoint& client, const std::string& sweep_id, Done<bool> done) {
  network_.Call<bool>(
      client, "DeleteSweep", kDeadline,
      [this, sweep_id](const std::shared_ptr<OpenCall>&, Done<bool> reply) {
        host_.Run<bool>(
            [sweep_id](Engine& engine) -> absl::StatusOr<bool> {
              const absl::Status deleted = engine.DeleteSweep(sweep_id);
              if (!deleted.ok()) return deleted;
              return true;
            },
            [this](const absl::StatusOr<bool>& answer) { checks_.OnStatus(answer.status()); }, std::move(reply));
      },
      std::move(done));
}

void Services::Get(Endpoint& client, const std::string& sweep_id, Done<SweepView> done) {
  network_.Call<SweepView>(
      client, "GetSweep", kDeadline,
      [this, sweep_id](const std::shared_ptr<OpenCall>&, Done<SweepView> reply) {
        absl::StatusOr<SweepView> answer = FindSweepView(host_.reader(), sweep_id);
        if (host_.EndIfCrashed()) return;
        checks_.OnView(answer);
        reply(std::move(answer));
      },
      std::move(done));
}

void Services::List(Endpoint& client, Done<std::vector<Sweep>> done) {
  network_.Call<std::vector<Sweep>>(
      client, "ListSweeps", kDeadline,
      [this](const std::shared_ptr<OpenCall>&, Done<std::vector<Sweep>> reply) {
        absl::StatusOr<std::vector<Sweep>> answer = host_.reader().ListSweeps({{}, "", kMaxPageSize});
        if (host_.EndIfCrashed()) return;
        checks_.OnStatus(answer.status());
        if (answer.ok()) {
          for (const Sweep& sweep : *answer) checks_.OnSweep(sweep);
        }
        reply(std::move(answer));
      },
      std::move(done));
}

}  // namespace sweepd::simulation
