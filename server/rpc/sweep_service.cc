// The handlers of SweepService that create and steer sweeps.
#include "server/rpc/sweep_service.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/digest.h"
#include "common/status_macros.h"
#include "server/core/limits.h"
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

// The same text for the same request, whatever the order in which its maps were written.
std::string FingerprintOf(v1::CreateSweepRequest request) {
  request.clear_request_id();
  std::string bytes;
  google::protobuf::io::StringOutputStream stream(&bytes);
  google::protobuf::io::CodedOutputStream coded(&stream);
  coded.SetSerializationDeterministic(true);
  request.SerializeToCodedStream(&coded);
  coded.Trim();
  return Sha256Hex(bytes);
}

// The source of a CreateSweep or ValidateSweep request; nullopt when it has neither.
template <class Request>
std::optional<ParsedSweep> ParseSource(const Request& request) {
  if (request.has_file()) return ParseFile(request.file());
  if (request.has_spec()) return ParseSpec(request.spec());
  return std::nullopt;
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
  const std::optional<ParsedSweep> parsed = ParseSource(*request);
  if (!parsed.has_value()) return FinishNow(context, NoSource());
  for (const Problem& problem : parsed->problems) *response->add_problems() = ProblemToWire(problem);
  for (const Problem& warning : parsed->warnings) *response->add_warnings() = ProblemToWire(warning);
  if (parsed->spec.has_value()) {
    *response->mutable_spec() = SpecToWire(*parsed->spec);
    if (!parsed->seed_given) response->mutable_spec()->clear_seed();
    if (parsed->spec->method == Method::kGrid) response->set_grid_size(parsed->spec->space.GridSize().value_or(0));
  }
  return FinishNow(context, absl::OkStatus());
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
