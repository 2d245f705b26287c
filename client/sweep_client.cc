#include "client/sweep_client.h"

#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "client/error_detail.h"
#include "client/watch_stream.h"
#include "common/clock.h"
#include "common/ids.h"
#include "common/retry.h"
#include "common/wire_status.h"
#include "sweepd/v1/admin_service.grpc.pb.h"
#include "sweepd/v1/sweep_service.grpc.pb.h"

namespace sweepd::client {
namespace {

// How long a call over a channel that never connected may take to say why.
constexpr absl::Duration kProbeTimeout = absl::Milliseconds(200);

// A watch may be silent for hours; pings find out when the other machine is gone.
constexpr int kKeepaliveMs = 60'000;

constexpr int kMaxMessageBytes = 64 << 20;

std::shared_ptr<grpc::Channel> OpenChannel(const ClientOptions& options) {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 100);
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, 2'000);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 1'000);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, kKeepaliveMs);
  arguments.SetInt(GRPC_ARG_HTTP2_MAX_PINGS_WITHOUT_DATA, 0);
  // The controller is on the LAN: a proxy for the outside world is never right.
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  arguments.SetMaxReceiveMessageSize(kMaxMessageBytes);
  return grpc::CreateCustomChannel(options.address, grpc::InsecureChannelCredentials(), arguments);
}

absl::Status Unreachable(const std::string& address, absl::string_view why) {
  v1::ErrorDetail detail;
  detail.set_reason("UNREACHABLE");
  detail.set_hint(
      "check that sweepd runs there; name another controller with --controller HOST:PORT or $SWEEPD_CONTROLLER");
  return WithDetail(absl::UnavailableError(absl::StrCat("cannot reach the controller at ", address, ": ", why)),
                    detail);
}

absl::Status Foreign(const std::string& address, absl::string_view why) {
  v1::ErrorDetail detail;
  detail.set_reason("NOT_A_CONTROLLER");
  detail.set_hint("check the port; an older sweepd does not know every call either");
  return WithDetail(
      absl::UnimplementedError(absl::StrCat("what listens at ", address, " does not know this call: ", why)), detail);
}

// The part of gRPC's connection error that means something to a person.
std::string ConnectFailure(const std::string& message) {
  for (absl::string_view known : {"Connection refused", "No route to host", "Network is unreachable",
                                  "Connection reset by peer", "Name or service not known", "DNS resolution failed"}) {
    if (message.find(std::string(known)) != std::string::npos) return std::string(known);
  }
  return message.empty() ? "no answer" : message;
}

}  // namespace

struct SweepClient::Connection {
  explicit Connection(const ClientOptions& o)
      : options(o), channel(OpenChannel(o)), stub(v1::SweepService::NewStub(channel)) {}

  template <class Request, class Response>
  using Method = grpc::Status (v1::SweepService::Stub::*)(grpc::ClientContext*, const Request&, Response*);

  // Retries inside the patience. `tries`, when given, receives how many calls were sent.
  template <class Request, class Response>
  absl::StatusOr<Response> Call(Method<Request, Response> method, const Request& request, int* tries = nullptr) {
    const absl::Duration give_up_at = clock.Monotonic() + options.patience;
    Response response;
    const auto sleep = [&](absl::Duration delay) {
      if (clock.Monotonic() + delay > give_up_at) return false;
      absl::SleepFor(delay);
      return true;
    };
    const absl::Status status = RetryLoop({}, Rng(ids.NextWord(), 0), sleep, [&] {
      if (tries != nullptr) ++*tries;
      return Try(method, request, response, give_up_at);
    });
    if (!status.ok()) return status;
    return response;
  }

  template <class Request, class Response>
  absl::Status Try(Method<Request, Response> method, const Request& request, Response& response,
                   absl::Duration give_up_at) {
    // Without this, gRPC fails at once while it waits to reconnect, and hangs while a host swallows packets.
    const absl::Duration left = std::max(absl::ZeroDuration(), give_up_at - clock.Monotonic());
    const bool connected = channel->WaitForConnected(absl::ToChronoTime(absl::Now() + left));
    grpc::ClientContext context;
    context.set_deadline(absl::ToChronoTime(absl::Now() + (connected ? options.call_timeout : kProbeTimeout)));
    const grpc::Status answer = (stub.get()->*method)(&context, request, &response);
    return Explain(answer, connected);
  }

  // An answer as a status that says what it means to the caller.
  absl::Status Explain(const grpc::Status& answer, bool connected) const {
    if (answer.ok()) return absl::OkStatus();
    const v1::ErrorDetail detail = DetailFromWire(answer);
    if (!connected && detail.reason().empty()) {
      const bool silent = answer.error_code() == grpc::DEADLINE_EXCEEDED;
      return Unreachable(options.address, silent ? "no answer" : ConnectFailure(answer.error_message()));
    }
    if (answer.error_code() == grpc::UNIMPLEMENTED && detail.reason().empty())
      return Foreign(options.address, answer.error_message());
    return WithDetail(StatusFromWire(answer), detail);
  }

  const ClientOptions options;
  SystemClock clock;
  RandomIdSource ids;
  std::shared_ptr<grpc::Channel> channel;
  std::unique_ptr<v1::SweepService::Stub> stub;
};

namespace {

template <class Request>
Request ForSweep(absl::string_view sweep) {
  Request request;
  request.set_sweep(std::string(sweep));
  return request;
}

}  // namespace

using Stub = v1::SweepService::Stub;

SweepClient::SweepClient(ClientOptions options)
    : options_(std::move(options)), connection_(std::make_unique<Connection>(options_)) {}
SweepClient::~SweepClient() = default;

absl::StatusOr<v1::CreateSweepResponse> SweepClient::CreateSweep(v1::CreateSweepRequest request) {
  if (request.request_id().empty()) request.set_request_id(MakeToken(connection_->ids));
  return connection_->Call(&Stub::CreateSweep, request);
}

absl::StatusOr<v1::ValidateSweepResponse> SweepClient::ValidateSweep(const v1::ValidateSweepRequest& request) {
  return connection_->Call(&Stub::ValidateSweep, request);
}

absl::StatusOr<v1::Sweep> SweepClient::GetSweep(absl::string_view sweep) {
  return connection_->Call(&Stub::GetSweep, ForSweep<v1::GetSweepRequest>(sweep));
}

absl::StatusOr<v1::Sweep> SweepClient::PauseSweep(absl::string_view sweep) {
  return connection_->Call(&Stub::PauseSweep, ForSweep<v1::PauseSweepRequest>(sweep));
}

absl::StatusOr<v1::Sweep> SweepClient::ResumeSweep(absl::string_view sweep) {
  return connection_->Call(&Stub::ResumeSweep, ForSweep<v1::ResumeSweepRequest>(sweep));
}

absl::StatusOr<v1::Sweep> SweepClient::StopSweep(absl::string_view sweep) {
  return connection_->Call(&Stub::StopSweep, ForSweep<v1::StopSweepRequest>(sweep));
}

absl::StatusOr<v1::Sweep> SweepClient::CancelSweep(absl::string_view sweep) {
  return connection_->Call(&Stub::CancelSweep, ForSweep<v1::CancelSweepRequest>(sweep));
}

absl::Status SweepClient::DeleteSweep(absl::string_view sweep) {
  int tries = 0;
  const absl::Status status =
      connection_->Call(&Stub::DeleteSweep, ForSweep<v1::DeleteSweepRequest>(sweep), &tries).status();
  // The first try may have deleted it although its answer was lost.
  if (absl::IsNotFound(status) && tries > 1) return absl::OkStatus();
  return status;
}

absl::StatusOr<v1::Sweep> SweepClient::UpdateSweep(const v1::UpdateSweepRequest& request) {
  return connection_->Call(&Stub::UpdateSweep, request);
}

absl::StatusOr<v1::Trial> SweepClient::AddTrial(v1::AddTrialRequest request) {
  if (request.request_id().empty()) request.set_request_id(MakeToken(connection_->ids));
  return connection_->Call(&Stub::AddTrial, request);
}

absl::StatusOr<v1::Trial> SweepClient::RetryTrial(v1::RetryTrialRequest request) {
  if (request.request_id().empty()) request.set_request_id(MakeToken(connection_->ids));
  return connection_->Call(&Stub::RetryTrial, request);
}

absl::StatusOr<v1::Trial> SweepClient::CancelTrial(absl::string_view sweep, int64_t number) {
  v1::CancelTrialRequest request = ForSweep<v1::CancelTrialRequest>(sweep);
  request.set_number(number);
  return connection_->Call(&Stub::CancelTrial, request);
}

absl::StatusOr<v1::GetTrialResponse> SweepClient::GetTrial(absl::string_view sweep, int64_t number) {
  v1::GetTrialRequest request = ForSweep<v1::GetTrialRequest>(sweep);
  request.set_number(number);
  return connection_->Call(&Stub::GetTrial, request);
}

absl::StatusOr<v1::Trial> SweepClient::GetBestTrial(absl::string_view sweep) {
  return connection_->Call(&Stub::GetBestTrial, ForSweep<v1::GetBestTrialRequest>(sweep));
}

absl::StatusOr<v1::ListSweepsResponse> SweepClient::ListSweeps(const v1::ListSweepsRequest& request) {
  return connection_->Call(&Stub::ListSweeps, request);
}

absl::StatusOr<v1::ListTrialsResponse> SweepClient::ListTrials(const v1::ListTrialsRequest& request) {
  return connection_->Call(&Stub::ListTrials, request);
}

absl::StatusOr<v1::ListMetricsResponse> SweepClient::ListMetrics(const v1::ListMetricsRequest& request) {
  return connection_->Call(&Stub::ListMetrics, request);
}

absl::StatusOr<v1::ListAgentsResponse> SweepClient::ListAgents(const v1::ListAgentsRequest& request) {
  return connection_->Call(&Stub::ListAgents, request);
}

absl::StatusOr<v1::ServerStats> SweepClient::GetServerStats() {
  return connection_->Call(&Stub::GetServerStats, v1::GetServerStatsRequest());
}

absl::Status SweepClient::Backup(absl::FunctionRef<absl::Status(const v1::BackupResponse&)> take) {
  const auto stub = v1::AdminService::NewStub(connection_->channel);
  const bool connected = connection_->channel->WaitForConnected(absl::ToChronoTime(absl::Now() + options_.patience));
  grpc::ClientContext context;
  // A connected call may be silent for as long as the controller makes the copy; pings find out when it is gone.
  if (!connected) context.set_deadline(absl::ToChronoTime(absl::Now() + kProbeTimeout));
  const auto reader = stub->Backup(&context, v1::BackupRequest());
  v1::BackupResponse part;
  absl::Status taken;
  while (taken.ok() && reader->Read(&part)) taken = take(part);
  if (!taken.ok()) context.TryCancel();
  const grpc::Status answer = reader->Finish();
  return taken.ok() ? connection_->Explain(answer, connected) : taken;
}

std::unique_ptr<SweepWatch> SweepClient::WatchSweep(absl::string_view sweep, int64_t after_revision) {
  v1::WatchSweepRequest request = ForSweep<v1::WatchSweepRequest>(sweep);
  request.set_after_revision(after_revision);
  return std::make_unique<WatchStream>(*connection_->stub, connection_->clock, std::move(request),
                                       options_.reconnect_for, Rng(connection_->ids.NextWord(), 0));
}

}  // namespace sweepd::client
