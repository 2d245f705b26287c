// The handlers of SweepService that create and steer sweeps.
#include "server/rpc/sweep_service.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/status_macros.h"
#include "common/wire_value.h"
#include "server/core/limits.h"
#include "server/engine/preview.h"
#include "server/rpc/fingerprint.h"
#include "server/rpc/unary_call.h"
#include "server/spec/sweep_file.h"
#include "server/spec/validate.h"
#include "server/wire/draft_wire.h"
#include "server/wire/error_wire.h"
#include "server/wire/sweep_wire.h"

namespace sweepd {
namespace {

ParsedSweep ParseFile(const v1::SweepFile& file) { return ParseSweepFile(file.name(), file.text()); }

ParsedSweep ParseSpec(const v1::SweepSpec& spec) {
  ProblemList found;
  const SweepDraft draft = DraftFromWire(spec, found);
  std::optional<ValidSpec> valid = ValidateDraft(draft, found);
  ParsedSweep parsed;
  if (valid.has_value()) {
    parsed.spec = std::move(valid->spec);
    parsed.seed_given = valid->seed_given;
  }
  ArrangeProblems(found.problems);
  parsed.problems = std::move(found.problems);
  parsed.warnings = std::move(found.warnings);
  return parsed;
}

// The source of a CreateSweep or ValidateSweep request; nullopt when it has neither.
template <class Request>
std::optional<ParsedSweep> ParseSource(const Request& request) {
  if (request.has_file()) return ParseFile(request.file());
  if (request.has_spec()) return ParseSpec(request.spec());
  return std::nullopt;
}

// Stands for the seed that a sweep would draw.
constexpr uint64_t kPreviewSeed = 1;

absl::Status PreviewInto(const SweepSpec& spec, int64_t count, v1::ValidateSweepResponse& response) {
  ASSIGN_OR_RETURN(const std::vector<Assignment> assignments, PreviewAssignments(spec, count));
  for (const Assignment& assignment : assignments) {
    MapToWire(assignment, *response.add_preview()->mutable_assignment());
  }
  response.set_preview_seed(static_cast<int64_t>(spec.seed));
  return absl::OkStatus();
}

absl::Status NoSource() { return BadField("source", "give a sweep file or a spec"); }

// Runs a verb on the sweep and answers with the sweep as it is then.
grpc::ServerUnaryReactor* RunVerb(grpc::CallbackServerContext* context, Controller& controller, const std::string& id,
                                  absl::StatusOr<SweepView> (Engine::*verb)(absl::string_view), v1::Sweep* response) {
  return RunInEngine<SweepView>(
      context, controller, [id, verb](Engine& engine) { return (engine.*verb)(id); },
      [response](const SweepView& view) { *response = SweepToWire(view); });
}

}  // namespace

SweepServiceHandlers::SweepServiceHandlers(Controller& controller, const std::atomic<bool>& closing)
    : controller_(controller), closing_(closing) {
  Check("CreateSweep", kMaxClientMessageBytes, &SweepServiceHandlers::CreateSweep);
  Check("ValidateSweep", kMaxClientMessageBytes, &SweepServiceHandlers::ValidateSweep);
  Check("GetSweep", kMaxClientMessageBytes, &SweepServiceHandlers::GetSweep);
  Check("ListSweeps", kMaxClientMessageBytes, &SweepServiceHandlers::ListSweeps);
  Check("PauseSweep", kMaxClientMessageBytes, &SweepServiceHandlers::PauseSweep);
  Check("ResumeSweep", kMaxClientMessageBytes, &SweepServiceHandlers::ResumeSweep);
  Check("StopSweep", kMaxClientMessageBytes, &SweepServiceHandlers::StopSweep);
  Check("CancelSweep", kMaxClientMessageBytes, &SweepServiceHandlers::CancelSweep);
  Check("DeleteSweep", kMaxClientMessageBytes, &SweepServiceHandlers::DeleteSweep);
  Check("UpdateSweep", kMaxClientMessageBytes, &SweepServiceHandlers::UpdateSweep);
  Check("AddTrial", kMaxClientMessageBytes, &SweepServiceHandlers::AddTrial);
  Check("RetryTrial", kMaxClientMessageBytes, &SweepServiceHandlers::RetryTrial);
  Check("CancelTrial", kMaxClientMessageBytes, &SweepServiceHandlers::CancelTrial);
  Check("GetTrial", kMaxClientMessageBytes, &SweepServiceHandlers::GetTrial);
  Check("ListTrials", kMaxClientMessageBytes, &SweepServiceHandlers::ListTrials);
  Check("GetBestTrial", kMaxClientMessageBytes, &SweepServiceHandlers::GetBestTrial);
  Check("ListMetrics", kMaxClientMessageBytes, &SweepServiceHandlers::ListMetrics);
  Check("ListAgents", kMaxClientMessageBytes, &SweepServiceHandlers::ListAgents);
}

grpc::ServerUnaryReactor* SweepServiceHandlers::CreateSweep(grpc::CallbackServerContext* context,
                                                            const v1::CreateSweepRequest* request,
                                                            v1::CreateSweepResponse* response) {
  if (request->request_id().empty()) return FinishNow(context, BadField("request_id", "required"));
  std::optional<ParsedSweep> parsed = ParseSource(*request);
  if (!parsed.has_value()) return FinishNow(context, NoSource());
  if (!parsed->spec.has_value()) {
    grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
    reactor->Finish(ProblemsToWire(parsed->problems));
    return reactor;
  }
  for (const Problem& warning : parsed->warnings) *response->add_warnings() = ProblemToWire(warning);
  NewSweep sweep{request->request_id(), FingerprintOf(*request), *std::move(parsed->spec), parsed->seed_given,
                 request->file().text()};
  return RunInEngine<SweepView>(
      context, controller_, [sweep = std::move(sweep)](Engine& engine) { return engine.CreateSweep(sweep); },
      [response](const SweepView& view) { *response->mutable_sweep() = SweepToWire(view); });
}

grpc::ServerUnaryReactor* SweepServiceHandlers::ValidateSweep(grpc::CallbackServerContext* context,
                                                              const v1::ValidateSweepRequest* request,
                                                              v1::ValidateSweepResponse* response) {
  if (request->preview() < 0 || request->preview() > kMaxPageSize) {
    return FinishNow(context, BadField("preview", absl::StrCat("must be from 0 to ", kMaxPageSize)));
  }
  std::optional<ParsedSweep> parsed = ParseSource(*request);
  if (!parsed.has_value()) return FinishNow(context, NoSource());
  for (const Problem& problem : parsed->problems) *response->add_problems() = ProblemToWire(problem);
  for (const Problem& warning : parsed->warnings) *response->add_warnings() = ProblemToWire(warning);
  if (!parsed->spec.has_value()) return FinishNow(context, absl::OkStatus());
  *response->mutable_spec() = SpecToWire(*parsed->spec);
  if (!parsed->seed_given) response->mutable_spec()->clear_seed();
  if (parsed->spec->method == Method::kGrid) response->set_grid_size(parsed->spec->space.GridSize().value_or(0));
  if (request->preview() == 0) return FinishNow(context, absl::OkStatus());
  if (!parsed->seed_given) parsed->spec->seed = kPreviewSeed;
  // Beside the engine, as every read: strategies may take their time.
  return RunInReader(context, controller_,
                     [spec = *std::move(parsed->spec), count = request->preview(), response](StoreReader&) {
                       return PreviewInto(spec, count, *response);
                     });
}

grpc::ServerUnaryReactor* SweepServiceHandlers::PauseSweep(grpc::CallbackServerContext* context,
                                                           const v1::PauseSweepRequest* request, v1::Sweep* response) {
  return RunVerb(context, controller_, request->sweep(), &Engine::PauseSweep, response);
}

grpc::ServerUnaryReactor* SweepServiceHandlers::ResumeSweep(grpc::CallbackServerContext* context,
                                                            const v1::ResumeSweepRequest* request,
                                                            v1::Sweep* response) {
  return RunVerb(context, controller_, request->sweep(), &Engine::ResumeSweep, response);
}

grpc::ServerUnaryReactor* SweepServiceHandlers::StopSweep(grpc::CallbackServerContext* context,
                                                          const v1::StopSweepRequest* request, v1::Sweep* response) {
  return RunVerb(context, controller_, request->sweep(), &Engine::StopSweep, response);
}

grpc::ServerUnaryReactor* SweepServiceHandlers::CancelSweep(grpc::CallbackServerContext* context,
                                                            const v1::CancelSweepRequest* request,
                                                            v1::Sweep* response) {
  return RunVerb(context, controller_, request->sweep(), &Engine::CancelSweep, response);
}

grpc::ServerUnaryReactor* SweepServiceHandlers::DeleteSweep(grpc::CallbackServerContext* context,
                                                            const v1::DeleteSweepRequest* request,
                                                            v1::DeleteSweepResponse* /*response*/) {
  return RunInEngine<bool>(
      context, controller_,
      [id = request->sweep()](Engine& engine) -> absl::StatusOr<bool> {
        RETURN_IF_ERROR(engine.DeleteSweep(id));
        return true;
      },
      [](bool) {});
}

}  // namespace sweepd
