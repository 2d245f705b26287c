// The reference of the load measurements: a gRPC server with sweepd's channel arguments, API and messages that does
// nothing. What sweepd costs beyond it is the controller itself.
//
//     echo_server --listen HOST:PORT --address-file FILE
//
// Answers every AgentService call at once with an answer of the size that sweepd gives, and stores nothing. Ends on
// SIGTERM.
#include <grpcpp/grpcpp.h>

#include <CLI/CLI.hpp>
#include <atomic>
#include <csignal>
#include <iostream>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "bench/load/prepare_process.h"
#include "common/file.h"
#include "common/wire_time.h"
#include "server/core/limits.h"
#include "sweepd/v1/agent_service.grpc.pb.h"

namespace sweepd::load {
namespace {

// As server/rpc/server.cc sets them.
constexpr int kMaxMetadataBytes = 8 << 10;
constexpr int kMaxStreamsPerConnection = 64;
constexpr int kShortestPingIntervalMs = 20'000;

// A lease of the sweep that the load client creates: see load_sweep.cc.
v1::Lease SampleLease() {
  v1::Lease lease;
  lease.mutable_ref()->set_sweep("abcdefgh");
  lease.mutable_ref()->set_attempt(1);
  lease.mutable_ref()->set_token(std::string(32, 'f'));
  auto& assignment = *lease.mutable_assignment();
  assignment["learning_rate"].set_double_value(0.0012345678901234567);
  assignment["dropout"].set_double_value(0.12345678901234567);
  assignment["layers"].set_int_value(12);
  assignment["batch_size"].set_int_value(128);
  assignment["optimizer"].set_string_value("adam");
  lease.set_program("train.py");
  for (const char* element : {"${env}", "${interpreter}", "${program}", "${args}"}) lease.add_command(element);
  lease.mutable_objective()->set_metric("loss");
  lease.mutable_objective()->set_goal(v1::GOAL_MINIMIZE);
  lease.mutable_objective()->set_aggregation(v1::AGGREGATION_BEST);
  lease.set_stdout_metrics(v1::STDOUT_METRICS_AUTO);
  lease.set_seed(1234567890);
  return lease;
}

grpc::ServerUnaryReactor* Answer(grpc::CallbackServerContext* context) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  reactor->Finish(grpc::Status::OK);
  return reactor;
}

class EchoService : public v1::AgentService::CallbackService {
 public:
  grpc::ServerUnaryReactor* RegisterAgent(grpc::CallbackServerContext* context, const v1::RegisterAgentRequest* request,
                                          v1::RegisterAgentResponse* response) override {
    v1::Agent& agent = *response->mutable_agent();
    agent.set_id(absl::StrCat("echo-", ++agents_));
    agent.set_name(request->name());
    agent.set_host(request->host());
    agent.set_slots(request->slots());
    agent.set_version(request->version());
    TimeToWire(absl::Now(), agent.mutable_register_time());
    DurationToWire(kDefaultLeaseTtl / kHeartbeatsPerLease, response->mutable_heartbeat_interval());
    DurationToWire(kDefaultLeaseTtl, response->mutable_lease_ttl());
    return Answer(context);
  }

  grpc::ServerUnaryReactor* RequestTrial(grpc::CallbackServerContext* context, const v1::RequestTrialRequest*,
                                         v1::RequestTrialResponse* response) override {
    *response->mutable_lease() = lease_;
    response->mutable_lease()->mutable_ref()->set_trial(++trials_);
    return Answer(context);
  }

  grpc::ServerUnaryReactor* ReportMetrics(grpc::CallbackServerContext* context, const v1::ReportMetricsRequest* request,
                                          v1::ReportMetricsResponse* response) override {
    if (!request->reports().empty()) response->set_acked_sequence(request->reports().rbegin()->sequence());
    response->set_directive(v1::DIRECTIVE_CONTINUE);
    return Answer(context);
  }

  grpc::ServerUnaryReactor* Heartbeat(grpc::CallbackServerContext* context, const v1::HeartbeatRequest* request,
                                      v1::HeartbeatResponse* response) override {
    for (int i = 0; i < request->running_size(); ++i) response->add_directives(v1::DIRECTIVE_CONTINUE);
    return Answer(context);
  }

  grpc::ServerUnaryReactor* FinishTrial(grpc::CallbackServerContext* context, const v1::FinishTrialRequest*,
                                        v1::FinishTrialResponse* response) override {
    response->set_state(v1::TRIAL_STATE_SUCCEEDED);
    return Answer(context);
  }

 private:
  const v1::Lease lease_ = SampleLease();
  std::atomic<int64_t> agents_ = 0;
  std::atomic<int64_t> trials_ = 0;
};

int Serve(const std::string& listen, const std::string& address_file) {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);

  EchoService service;
  int port = 0;
  grpc::ServerBuilder builder;
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  builder.AddChannelArgument(GRPC_ARG_MAX_METADATA_SIZE, kMaxMetadataBytes);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS, kMaxStreamsPerConnection);
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, kShortestPingIntervalMs);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
  builder.SetMaxReceiveMessageSize(kMaxClientMessageBytes);
  builder.AddListeningPort(listen, grpc::InsecureServerCredentials(), &port);
  builder.RegisterService(&service);
  const std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  if (server == nullptr || port == 0) {
    std::cerr << "echo_server: cannot listen on " << listen << "; choose another address with --listen HOST:PORT\n";
    return 1;
  }
  const std::string address = absl::StrCat(listen.substr(0, listen.rfind(':')), ":", port);
  if (const absl::Status written = WriteFileAtomically(address_file, address + "\n", 0644); !written.ok()) {
    std::cerr << "echo_server: " << written.message() << "\n";
    return 1;
  }
  int received = 0;
  sigwait(&signals, &received);
  server->Shutdown(std::chrono::system_clock::now());
  return 0;
}

}  // namespace
}  // namespace sweepd::load

int main(int argc, char** argv) {
  sweepd::load::PrepareProcess();
  std::string listen = "127.0.0.1:0";
  std::string address_file;
  CLI::App app("A gRPC server that answers sweepd's agent calls and does nothing, to compare sweepd with.",
               "echo_server");
  app.add_option("--listen", listen, "HOST:PORT to serve on; port 0 takes any free one")->capture_default_str();
  app.add_option("--address-file", address_file, "File that receives the bound HOST:PORT once it serves")->required();
  CLI11_PARSE(app, argc, argv);
  return sweepd::load::Serve(listen, address_file);
}
