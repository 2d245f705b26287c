// The handlers of SweepService that change a sweep's limits and its single trials.
#include <optional>
#include <utility>
#include <vector>

#include "common/status_macros.h"
#include "common/wire_value.h"
#include "server/rpc/fingerprint.h"
#include "server/rpc/sweep_service.h"
#include "server/rpc/unary_call.h"
#include "server/spec/early_terminate_reader.h"
#include "server/spec/validate_early_terminate.h"
#include "server/wire/early_terminate_wire.h"
#include "server/wire/error_wire.h"
#include "server/wire/sweep_wire.h"
#include "server/wire/trial_wire.h"

namespace sweepd {
namespace {

absl::StatusOr<SweepUpdate> SweepUpdateFromWire(const v1::UpdateSweepRequest& wire) {
  SweepUpdate update{.sweep_id = wire.sweep()};
  const v1::Retries& retries = wire.retries();
  if (wire.has_run_cap()) update.run_cap = wire.run_cap();
  if (wire.has_max_parallel()) update.max_parallel = wire.max_parallel();
  if (retries.has_lost()) update.retries_lost = retries.lost();
  if (retries.has_failed()) update.retries_failed = retries.failed();
  bool given = false;
  for (const auto& [field, number] :
       {std::pair("run_cap", update.run_cap), std::pair("max_parallel", update.max_parallel),
        std::pair("retries.lost", update.retries_lost), std::pair("retries.failed", update.retries_failed)}) {
    if (number.has_value() && *number < 0) return BadField(field, "must not be negative");
    given |= number.has_value();
  }
  if (wire.has_no_early_terminate() && !wire.no_early_terminate()) {
    return BadField("no_early_terminate", "can only be true");
  }
  given |= wire.stopping_case() != v1::UpdateSweepRequest::STOPPING_NOT_SET;
  if (!given) {
    return BadField("run_cap", "nothing is given to change: give run_cap, max_parallel, retries or early_terminate");
  }
  return update;
}

// The rule that a request gives, checked like that of a new sweep; nullopt for none, and after problems.
std::optional<RuleChange> RuleFromWire(const v1::UpdateSweepRequest& wire, std::vector<Problem>& problems) {
  switch (wire.stopping_case()) {
    case v1::UpdateSweepRequest::kEarlyTerminate: {
      ProblemList found;
      Field<EarlyTerminateDraft> field;
      field.value = EarlyTerminateFromWire(wire.early_terminate());
      std::optional<EarlyTerminate> rule = ValidateEarlyTerminate(field, found);
      problems = std::move(found.problems);
      return RuleChange{std::move(rule)};
    }
    case v1::UpdateSweepRequest::kEarlyTerminateFile: {
      const v1::SweepFile& file = wire.early_terminate_file();
      return RuleChange{ParseEarlyTerminate(file.name(), file.text(), problems)};
    }
    case v1::UpdateSweepRequest::kNoEarlyTerminate: return RuleChange{std::nullopt};
    case v1::UpdateSweepRequest::STOPPING_NOT_SET: break;
  }
  return std::nullopt;
}

absl::StatusOr<NewTrial> NewTrialFromWire(const v1::AddTrialRequest& wire) {
  if (wire.request_id().empty()) return BadField("request_id", "required");
  absl::StatusOr<Assignment> assignment = MapFromWire(wire.assignment());
  if (!assignment.ok()) return BadField("assignment", assignment.status().message());
  return NewTrial{wire.request_id(), FingerprintOf(wire), wire.sweep(), *std::move(assignment)};
}

// Runs a command that gives a trial, and answers with it.
template <class Request>
grpc::ServerUnaryReactor* AnswerTrial(grpc::CallbackServerContext* context, Controller& controller,
                                      absl::StatusOr<Trial> (Engine::*command)(const Request&), Request request,
                                      v1::Trial* response) {
  return RunInEngine<Trial>(
      context, controller,
      [command, request = std::move(request)](Engine& engine) { return (engine.*command)(request); },
      [response](const Trial& trial) { *response = TrialToWire(trial); });
}

}  // namespace

grpc::ServerUnaryReactor* SweepServiceHandlers::UpdateSweep(grpc::CallbackServerContext* context,
                                                            const v1::UpdateSweepRequest* request,
                                                            v1::Sweep* response) {
  absl::StatusOr<SweepUpdate> update = SweepUpdateFromWire(*request);
  if (!update.ok()) return FinishNow(context, update.status());
  std::vector<Problem> problems;
  update->early_terminate = RuleFromWire(*request, problems);
  if (!problems.empty()) {
    grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
    reactor->Finish(ProblemsToWire(problems));
    return reactor;
  }
  return RunInEngine<SweepView>(
      context, controller_, [update = *update](Engine& engine) { return engine.UpdateSweep(update); },
      [response](const SweepView& view) { *response = SweepToWire(view); });
}

grpc::ServerUnaryReactor* SweepServiceHandlers::AddTrial(grpc::CallbackServerContext* context,
                                                         const v1::AddTrialRequest* request, v1::Trial* response) {
  absl::StatusOr<NewTrial> trial = NewTrialFromWire(*request);
  if (!trial.ok()) return FinishNow(context, trial.status());
  return AnswerTrial(context, controller_, &Engine::AddTrial, *std::move(trial), response);
}

grpc::ServerUnaryReactor* SweepServiceHandlers::RetryTrial(grpc::CallbackServerContext* context,
                                                           const v1::RetryTrialRequest* request, v1::Trial* response) {
  if (request->request_id().empty()) return FinishNow(context, BadField("request_id", "required"));
  TrialRetry retry{request->request_id(), FingerprintOf(*request), {request->sweep(), request->number()}};
  return AnswerTrial(context, controller_, &Engine::RetryTrial, std::move(retry), response);
}

grpc::ServerUnaryReactor* SweepServiceHandlers::CancelTrial(grpc::CallbackServerContext* context,
                                                            const v1::CancelTrialRequest* request,
                                                            v1::Trial* response) {
  return AnswerTrial(context, controller_, &Engine::CancelTrial, TrialKey{request->sweep(), request->number()},
                     response);
}

}  // namespace sweepd
