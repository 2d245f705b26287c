// The handlers of SweepService that change a sweep's limits and its single trials.
#include <utility>

#include "common/status_macros.h"
#include "common/wire_value.h"
#include "server/rpc/fingerprint.h"
#include "server/rpc/sweep_service.h"
#include "server/rpc/unary_call.h"
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
  if (!given) return BadField("run_cap", "nothing is given to change: give run_cap, max_parallel or retries");
  return update;
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
  const absl::StatusOr<SweepUpdate> update = SweepUpdateFromWire(*request);
  if (!update.ok()) return FinishNow(context, update.status());
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
