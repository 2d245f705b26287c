#include "bench/sweep_session.h"

#include <cstdio>
#include <cstdlib>
#include <future>
#include <utility>
#include <variant>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/status_macros.h"
#include "server/store/memory/memory_store.h"

namespace sweepd {
namespace {

// A request for a trial is held so long before it is asked again.
constexpr absl::Duration kWait = absl::Seconds(20);

// The engine's thread could not go on; nothing that was measured is worth anything.
void EndProcess(const absl::Status& status) {
  std::fprintf(stderr, "the controller failed: %s\n", std::string(status.message()).c_str());
  std::abort();
}

}  // namespace

absl::StatusOr<std::unique_ptr<SweepSession>> SweepSession::Start(const SweepSpec& spec) {
  std::unique_ptr<SweepSession> session(new SweepSession);
  ASSIGN_OR_RETURN(session->controller_, Controller::Start({}, std::make_unique<MemoryStore>(), session->clock_,
                                                           session->ids_, "bench", EndProcess));
  ASSIGN_OR_RETURN(const SweepView view, session->Run<SweepView>([&](Engine& engine) {
    return engine.CreateSweep({"create", "", spec, /*seed_given=*/true, ""});
  }));
  ASSIGN_OR_RETURN(const Agent agent, session->Run<Agent>([&](Engine& engine) {
    return engine.RegisterAgent({"register", "", "bench", "localhost", 1, ""});
  }));
  session->metric_ = spec.objective->metric;
  session->sweep_id_ = view.sweep.id;
  session->agent_id_ = agent.id;
  return session;
}

template <class T>
absl::StatusOr<T> SweepSession::Run(absl::AnyInvocable<absl::StatusOr<T>(Engine&)> command) {
  std::promise<absl::StatusOr<T>> promise;
  controller_->engine_thread().Run<T>(std::move(command),
                                      [&promise](absl::StatusOr<T> result) { promise.set_value(std::move(result)); });
  return promise.get_future().get();
}

absl::StatusOr<TrialAnswer> SweepSession::RequestTrial() {
  std::promise<absl::StatusOr<TrialAnswer>> promise;
  controller_->engine_thread().RequestTrial(
      {agent_id_, absl::StrCat("request-", ++requests_), 0, {sweep_id_}}, kWait, [] { return false; },
      [&promise](absl::StatusOr<TrialAnswer> answer) { promise.set_value(std::move(answer)); });
  return promise.get_future().get();
}

absl::StatusOr<std::optional<LeaseGrant>> SweepSession::Ask() {
  while (true) {
    ASSIGN_OR_RETURN(TrialAnswer answer, RequestTrial());
    if (std::holds_alternative<LeaseGrant>(answer)) return std::get<LeaseGrant>(std::move(answer));
    if (std::holds_alternative<DoneAnswer>(answer)) return std::nullopt;
    const WaitAnswer& wait = std::get<WaitAnswer>(answer);
    if (wait.reason == WaitReason::kFinishing) return std::nullopt;
    if (wait.reason != WaitReason::kSuggesting) return absl::InternalError(wait.detail);
  }
}

absl::Status SweepSession::Succeed(const LeaseRef& lease, double objective) {
  RETURN_IF_ERROR(Run<ReportAnswer>([&](Engine& engine) {
                    return engine.ReportMetrics(lease, {{1, 0, absl::Now(), {{metric_, objective}}}});
                  }).status());
  return Run<FinishAnswer>([&](Engine& engine) {
           return engine.FinishTrial({lease, Outcome::kCompleted, 0, 1, ""});
         })
      .status();
}

absl::Status SweepSession::Fail(const LeaseRef& lease) {
  return Run<FinishAnswer>([&](Engine& engine) {
           return engine.FinishTrial({lease, Outcome::kFailed, 1, 0, ""});
         })
      .status();
}

}  // namespace sweepd
