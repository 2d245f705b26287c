// The controller's calls as simulated clients make them: over the network, into the engine or beside it, and every
// answer checked.
#pragma once

#include <string>
#include <vector>

#include "server/engine/queries.h"
#include "server/engine/requests.h"
#include "tests/simulation/answer_checks.h"
#include "tests/simulation/controller_host.h"
#include "tests/simulation/network.h"

namespace sweepd::simulation {

enum class Verb { kPause, kResume, kStop, kCancel };

class Services {
 public:
  template <class T>
  using Done = Network::Reply<T>;

  Services(Scene& scene, Network& network, ControllerHost& host, Watcher& watcher, AnswerChecks& checks)
      : scene_(scene), network_(network), host_(host), watcher_(watcher), checks_(checks) {}

  void Register(Endpoint& client, const NewAgent& request, Done<Agent> done);
  void RequestTrial(Endpoint& client, const TrialRequest& request, absl::Duration wait, Done<TrialAnswer> done);
  // `forged`: the lease was never given to anybody.
  void Report(Endpoint& client, const LeaseRef& lease, bool forged, const std::vector<MetricReport>& reports,
              Done<ReportAnswer> done);
  void Heartbeat(Endpoint& client, const std::string& agent_id, const std::vector<LeaseRef>& leases,
                 Done<std::vector<Directive>> done);
  void Finish(Endpoint& client, const FinishReport& report, bool forged, Done<FinishAnswer> done);

  // `reused`: its request id was used before with another content.
  void Create(Endpoint& client, const NewSweep& request, bool reused, Done<SweepView> done);
  void Change(Endpoint& client, Verb verb, const std::string& sweep_id, Done<SweepView> done);
  void Delete(Endpoint& client, const std::string& sweep_id, Done<bool> done);
  void Get(Endpoint& client, const std::string& sweep_id, Done<SweepView> done);
  void List(Endpoint& client, Done<std::vector<Sweep>> done);

 private:
  void ServeTrialRequest(const std::shared_ptr<OpenCall>& call, const TrialRequest& request, absl::Duration wait,
                         Done<TrialAnswer> reply);
  void ServeHeartbeat(const std::string& agent_id, const std::vector<LeaseRef>& leases,
                      Done<std::vector<Directive>> reply);

  Scene& scene_;
  Network& network_;
  ControllerHost& host_;
  Watcher& watcher_;
  AnswerChecks& checks_;
};

}  // namespace sweepd::simulation
