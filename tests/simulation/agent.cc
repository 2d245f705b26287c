#include "tests/simulation/agent.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "absl/strings/str_cat.h"
#include "server/core/errors.h"

namespace sweepd::simulation {
namespace {

constexpr uint64_t kAgentStream = 400;

// Most reports of one call.
constexpr int64_t kReportsPerCall = 8;

// Calls that an eager agent has under way at a time.
constexpr int kEagerCalls = 3;

constexpr absl::Duration kLongPoll = absl::Seconds(20);
constexpr absl::Duration kRegisterDelay = absl::Seconds(1);

bool HasLostLease(const absl::Status& status) { return ReasonOf(status) == "LEASE_LOST" || absl::IsNotFound(status); }

}  // namespace

SimulatedAgent::SimulatedAgent(Scene& scene, History& history, Services& services, int number)
    : scene_(scene),
      history_(history),
      services_(services),
      dice_(scene.scenario.seed, kAgentStream + static_cast<uint64_t>(number)),
      endpoint_(scene, absl::StrCat("agent", number)),
      slots_(dice_.Between(1, 2)) {}

void SimulatedAgent::Start() {
  ++starts_;
  endpoint_.After(dice_.Between(absl::ZeroDuration(), kRegisterDelay), [this] { Register(); });
}

void SimulatedAgent::Crash(absl::Duration pause) {
  endpoint_.Crash();
  agent_id_.clear();
  runs_.clear();
  endpoint_.After(pause, [this] { Start(); });
}

void SimulatedAgent::Register() {
  const std::string id = absl::StrCat("register-", endpoint_.name(), "-", starts_);
  const NewAgent request{id, "content", endpoint_.name(), "host", slots_, "simulation"};
  services_.Register(endpoint_, request, [this](const absl::StatusOr<Agent>& answer) {
    if (!answer.ok()) return endpoint_.After(BackOff(), [this] { Register(); });
    agent_id_ = answer->id;
    history_.agents.insert(agent_id_);
    for (int64_t slot = 0; slot < slots_; ++slot) Ask(slot);
    endpoint_.After(scene_.scenario.lease_ttl / 6, [this] { Beat(); });
  });
}

void SimulatedAgent::Ask(int64_t slot) {
  const std::string id = absl::StrCat("request-", starts_, "-", ++requests_);
  SendRequest(slot, {agent_id_, id, slot, {}}, 0);
}

void SimulatedAgent::SendRequest(int64_t slot, const TrialRequest& request, int tries) {
  services_.RequestTrial(
      endpoint_, request, kLongPoll, [this, slot, request, tries](const absl::StatusOr<TrialAnswer>& answer) {
        if (answer.ok()) {
          if (tries > 0 && std::holds_alternative<LeaseGrant>(*answer))
            scene_.coverage.Note(Interest::kLostReplyRepeated);
          return TakeAnswer(slot, *answer);
        }
        // Its lease is over already: the next request is a new one.
        if (HasLostLease(answer.status())) return endpoint_.After(BackOff(), [this, slot] { Ask(slot); });
        endpoint_.After(BackOff(), [this, slot, request, tries] { SendRequest(slot, request, tries + 1); });
      });
}

void SimulatedAgent::TakeAnswer(int64_t slot, const TrialAnswer& answer) {
  if (const auto* grant = std::get_if<LeaseGrant>(&answer)) return BeginRun(slot, *grant);
  const bool done = std::holds_alternative<DoneAnswer>(answer);
  const absl::Duration pause = done ? absl::Seconds(dice_.Between(3, 15)) : BackOff();
  endpoint_.After(pause, [this, slot] { Ask(slot); });
}

void SimulatedAgent::BeginRun(int64_t slot, const LeaseGrant& grant) {
  auto run = std::make_shared<Run>();
  run->lease = grant.ref;
  run->script = ScriptFor(scene_.scenario, grant, scene_.clock.Now());
  run->slot = slot;
  RunFacts& facts = FactsOf(*run);
  facts.agent_id = agent_id_;
  facts.assignment = grant.assignment;
  facts.reported = run->script.reports;
  runs_[slot] = run;
  Emit(run);
}

bool SimulatedAgent::IsRunning(const RunPtr& run) const {
  const auto found = runs_.find(run->slot);
  return found != runs_.end() && found->second == run;
}

void SimulatedAgent::Emit(const RunPtr& run) {
  if (!IsRunning(run)) return;
  if (run->emitted == static_cast<int64_t>(run->script.reports.size())) {
    run->ended = true;
    if (run->script.hasty || run->acked == run->emitted) return Finish(run);
    return Deliver(run);
  }
  ++run->emitted;
  Deliver(run);
  if (dice_.Chance(scene_.faulty ? scene_.scenario.forged : 0)) Forge(*run);
  endpoint_.After(run->script.report_interval, [this, run] { Emit(run); });
}

void SimulatedAgent::Deliver(const RunPtr& run) {
  const int most = scene_.scenario.eager_agents ? kEagerCalls : 1;
  if (run->calls >= most) return;
  if (run->calls == 0) run->sent = run->acked;
  const int64_t count = std::min(run->emitted - run->sent, kReportsPerCall);
  if (count == 0) return;
  const auto first = run->script.reports.begin() + run->sent;
  run->sent += count;
  ++run->calls;
  services_.Report(endpoint_, run->lease, false, {first, first + count},
                   [this, run](const absl::StatusOr<ReportAnswer>& answer) { TakeReportAnswer(run, answer); });
}

void SimulatedAgent::TakeReportAnswer(const RunPtr& run, const absl::StatusOr<ReportAnswer>& answer) {
  --run->calls;
  if (answer.ok()) {
    RunFacts& facts = FactsOf(*run);
    facts.acked = std::max(facts.acked, answer->acked_sequence);
    run->acked = std::max(run->acked, answer->acked_sequence);
  }
  if (!IsRunning(run)) return;
  if (HasLostLease(answer.status())) return EndRun(run);
  if (answer.ok() && answer->directive == Directive::kStop) AskToStop(run);
  if (run->ended && run->acked == run->emitted) return Finish(run);
  if (answer.ok()) return Deliver(run);
  endpoint_.After(BackOff(), [this, run] {
    if (IsRunning(run)) Deliver(run);
  });
}

void SimulatedAgent::AskToStop(const RunPtr& run) {
  if (run->ended || dice_.Chance(0.3)) return;
  run->script.reports.resize(static_cast<size_t>(run->emitted));
  run->script.outcome = Outcome::kStopped;
}

void SimulatedAgent::Finish(const RunPtr& run) {
  if (!IsRunning(run) || std::exchange(run->finishing, true)) return;
  FinishReport finish{run->lease, run->script.outcome, 0, run->emitted, ""};
  if (finish.outcome == Outcome::kFailed) finish.exit_code = 1;
  FactsOf(*run).finish = finish;
  services_.Finish(endpoint_, finish, false,
                   [this, run](const absl::StatusOr<FinishAnswer>& answer) { TakeFinishAnswer(run, answer); });
}

void SimulatedAgent::TakeFinishAnswer(const RunPtr& run, const absl::StatusOr<FinishAnswer>& answer) {
  if (answer.ok()) FactsOf(*run).answer = *answer;
  if (!IsRunning(run)) return;
  if (answer.ok() || HasLostLease(answer.status())) return EndRun(run);
  run->finishing = false;
  if (ReasonOf(answer.status()) == "SEQUENCE_GAP") {
    run->script.hasty = false;
    if (run->acked < run->emitted) return Deliver(run);
  }
  endpoint_.After(BackOff(), [this, run] { Finish(run); });
}

void SimulatedAgent::EndRun(const RunPtr& run) {
  runs_.erase(run->slot);
  Ask(run->slot);
}

void SimulatedAgent::Beat() {
  endpoint_.After(scene_.scenario.lease_ttl / 6, [this] { Beat(); });
  std::vector<LeaseRef> leases;
  std::vector<RunPtr> beaten;
  for (const auto& [slot, run] : runs_) {
    leases.push_back(run->lease);
    beaten.push_back(run);
  }
  services_.Heartbeat(endpoint_, agent_id_, leases,
                      [this, beaten](const absl::StatusOr<std::vector<Directive>>& answer) {
                        if (!answer.ok()) return;
                        for (size_t i = 0; i < std::min(beaten.size(), answer->size()); ++i) {
                          const bool over = (*answer)[i] == Directive::kLeaseLost || (*answer)[i] == Directive::kCancel;
                          if (!IsRunning(beaten[i])) continue;
                          if ((*answer)[i] == Directive::kStop) AskToStop(beaten[i]);
                          if (over) EndRun(beaten[i]);
                        }
                      });
}

void SimulatedAgent::Forge(const Run& run) {
  LeaseRef forged = run.lease;
  if (dice_.Chance(0.5)) {
    forged.token[dice_.Below(forged.token.size())] ^= 1;
  } else {
    ++forged.attempt;
  }
  if (dice_.Chance(0.5)) {
    services_.Report(endpoint_, forged, true, {run.script.reports.front()}, [](const absl::StatusOr<ReportAnswer>&) {});
  } else {
    services_.Finish(endpoint_, {forged, Outcome::kCompleted, 0, 0, ""}, true,
                     [](const absl::StatusOr<FinishAnswer>&) {});
  }
}

}  // namespace sweepd::simulation
