#include "bench/run_sweep.h"

#include <algorithm>
#include <future>
#include <memory>
#include <string>
#include <utility>
#include <variant>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/clock.h"
#include "common/ids.h"
#include "common/status_macros.h"
#include "server/engine/controller.h"
#include "server/store/memory/memory_store.h"

namespace sweepd {
namespace {

// One agent with one slot, in the controller's own process.
class InProcessAgent {
 public:
  explicit InProcessAgent(Controller& controller) : controller_(controller) {}

  absl::StatusOr<std::string> CreateSweep(const SweepSpec& spec) {
    ASSIGN_OR_RETURN(const SweepView view, Run<SweepView>([&](Engine& engine) {
                       return engine.CreateSweep({"create", "", spec, /*seed_given=*/true, ""});
                     }));
    ASSIGN_OR_RETURN(const Agent agent, Run<Agent>([&](Engine& engine) {
                       return engine.RegisterAgent({"register", "", "bench", "localhost", 1, ""});
                     }));
    agent_id_ = agent.id;
    return view.sweep.id;
  }

  absl::StatusOr<TrialAnswer> RequestTrial(const std::string& sweep_id) {
    std::promise<absl::StatusOr<TrialAnswer>> promise;
    controller_.engine_thread().RequestTrial(
        {agent_id_, absl::StrCat("request-", ++requests_), 0, {sweep_id}}, absl::Seconds(20), [] { return false; },
        [&promise](absl::StatusOr<TrialAnswer> answer) { promise.set_value(std::move(answer)); });
    return promise.get_future().get();
  }

  absl::Status Complete(const LeaseRef& lease, const std::string& metric, double objective) {
    RETURN_IF_ERROR(Run<ReportAnswer>([&](Engine& engine) {
                      return engine.ReportMetrics(lease, {{1, 0, absl::Now(), {{metric, objective}}}});
                    }).status());
    return Run<FinishAnswer>([&](Engine& engine) {
             return engine.FinishTrial({lease, Outcome::kCompleted, 0, 1, ""});
           })
        .status();
  }

 private:
  template <class T>
  absl::StatusOr<T> Run(absl::AnyInvocable<absl::StatusOr<T>(Engine&)> command) {
    std::promise<absl::StatusOr<T>> promise;
    controller_.engine_thread().Run<T>(std::move(command),
                                       [&promise](absl::StatusOr<T> result) { promise.set_value(std::move(result)); });
    return promise.get_future().get();
  }

  Controller& controller_;
  std::string agent_id_;
  int requests_ = 0;
};

}  // namespace

absl::StatusOr<SweepCurve> RunSweep(const SweepSpec& spec, const ObjectiveFunction& function) {
  const SystemClock clock;
  SeededIdSource ids(1);
  absl::Status fatal;
  ASSIGN_OR_RETURN(const std::unique_ptr<Controller> controller,
                   Controller::Start({}, std::make_unique<MemoryStore>(), clock, ids, "bench",
                                     [&fatal](const absl::Status& status) { fatal = status; }));
  InProcessAgent agent(*controller);
  ASSIGN_OR_RETURN(const std::string sweep_id, agent.CreateSweep(spec));
  SweepCurve curve;
  while (true) {
    const absl::Time asked = absl::Now();
    ASSIGN_OR_RETURN(TrialAnswer answer, agent.RequestTrial(sweep_id));
    if (std::holds_alternative<DoneAnswer>(answer)) break;
    if (std::holds_alternative<WaitAnswer>(answer)) continue;
    curve.suggestion_times.push_back(absl::Now() - asked);
    const LeaseGrant& grant = std::get<LeaseGrant>(answer);
    const double objective = function.Evaluate(grant.assignment);
    curve.best.push_back(curve.best.empty() ? objective : std::min(curve.best.back(), objective));
    RETURN_IF_ERROR(agent.Complete(grant.ref, spec.objective->metric, objective));
  }
  RETURN_IF_ERROR(fatal);
  return curve;
}

}  // namespace sweepd
