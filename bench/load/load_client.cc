#include "bench/load/load_client.h"

#include <algorithm>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/status_macros.h"
#include "common/wire_status.h"

namespace sweepd::load {
namespace {

// Calls that a controller allows at a time on one connection.
constexpr int64_t kStreamsPerConnection = 64;

constexpr std::chrono::seconds kConnectTimeout(10);

// Registrations under way at a time.
constexpr int64_t kRegistrars = 16;

absl::StatusOr<std::string> RegisterAgent(v1::AgentService::Stub& stub, int64_t number) {
  v1::RegisterAgentRequest request;
  request.set_request_id(absl::StrCat("load-agent-", number));
  request.set_name(absl::StrCat("load-agent-", number));
  request.set_host("localhost");
  request.set_slots(1);
  request.set_version(SWEEPD_VERSION);
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + kCallTimeout);
  v1::RegisterAgentResponse response;
  RETURN_IF_ERROR(StatusFromWire(stub.RegisterAgent(&context, request, &response)));
  return response.agent().id();
}

}  // namespace

absl::Status CheckLoadOptions(const LoadOptions& options) {
  for (const auto& [name, value] : {std::pair("--in-flight", options.in_flight),
                                    {"--agents", options.agents},
                                    {"--connections", options.connections},
                                    {"--threads", options.threads}}) {
    if (value < 1) return absl::InvalidArgumentError(absl::StrCat(name, " must be at least 1"));
  }
  if (options.in_flight > options.connections * kStreamsPerConnection) {
    const int64_t needed = (options.in_flight + kStreamsPerConnection - 1) / kStreamsPerConnection;
    return absl::InvalidArgumentError(absl::StrCat(options.in_flight, " calls in flight need at least ", needed,
                                                   " connections: a controller allows ", kStreamsPerConnection,
                                                   " calls at a time on each; give --connections ", needed));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<LoadClient>> LoadClient::Connect(const std::string& address, const std::string& sweep,
                                                                const LoadOptions& options) {
  RETURN_IF_ERROR(CheckLoadOptions(options));
  std::unique_ptr<LoadClient> client(new LoadClient(sweep, options));
  RETURN_IF_ERROR(client->OpenConnections(address));
  ASSIGN_OR_RETURN(const std::vector<std::string> agents, client->RegisterAgents());
  client->MakeChains(agents);
  return client;
}

absl::Status LoadClient::OpenConnections(const std::string& address) {
  grpc::ChannelArguments arguments;
  // Otherwise channels to one address share one connection.
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  for (int64_t i = 0; i < options_.connections; ++i) {
    const auto channel = grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), arguments);
    if (!channel->WaitForConnected(std::chrono::system_clock::now() + kConnectTimeout)) {
      return absl::UnavailableError(
          absl::StrCat("connection ", i + 1, " of ", options_.connections, " to ", address, " does not come about"));
    }
    stubs_.push_back(v1::AgentService::NewStub(channel));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<std::string>> LoadClient::RegisterAgents() {
  std::vector<absl::StatusOr<std::string>> ids(static_cast<size_t>(options_.agents), std::string());
  std::vector<std::thread> registrars;
  for (int64_t registrar = 0; registrar < std::min(kRegistrars, options_.agents); ++registrar) {
    registrars.emplace_back([this, &ids, registrar] {
      for (auto i = static_cast<size_t>(registrar); i < ids.size(); i += kRegistrars) {
        ids[i] = RegisterAgent(*stubs_[i % stubs_.size()], static_cast<int64_t>(i));
      }
    });
  }
  for (std::thread& registrar : registrars) registrar.join();
  std::vector<std::string> agents;
  for (absl::StatusOr<std::string>& id : ids) {
    RETURN_IF_ERROR(id.status());
    agents.push_back(*std::move(id));
  }
  return agents;
}

void LoadClient::MakeChains(const std::vector<std::string>& agents) {
  const auto in_flight = static_cast<size_t>(options_.in_flight);
  for (size_t chain = 0; chain < in_flight; ++chain) {
    std::vector<std::string> own = {agents[chain % agents.size()]};
    for (size_t i = chain + in_flight; i < agents.size(); i += in_flight) own.push_back(agents[i]);
    chains_.push_back(std::make_unique<TrialChain>(options_.plan, *stubs_[chain % stubs_.size()], sweep_,
                                                   std::move(own), static_cast<int64_t>(chain)));
  }
}

CallLog LoadClient::Run(const Window& window) {
  std::vector<std::thread> threads;
  for (int64_t i = 0; i < options_.threads; ++i) threads.emplace_back([this, &window, i] { RunThread(window, i); });
  for (std::thread& thread : threads) thread.join();
  CallLog log;
  for (const std::unique_ptr<TrialChain>& chain : chains_) log.Merge(chain->TakeLog());
  return log;
}

void LoadClient::RunThread(const Window& window, int64_t thread) {
  grpc::CompletionQueue queue;
  int64_t active = 0;
  // Chains of one connection stay on one thread where the numbers allow it.
  const size_t connections = stubs_.size();
  const auto threads = static_cast<size_t>(options_.threads);
  for (size_t i = 0; i < chains_.size(); ++i) {
    const size_t owner = (connections >= threads ? i % connections : i) % threads;
    if (owner != static_cast<size_t>(thread)) continue;
    chains_[i]->Start(window, queue);
    ++active;
  }
  void* tag = nullptr;
  bool ok = false;
  while (active > 0 && queue.Next(&tag, &ok)) {
    if (!static_cast<TrialChain*>(tag)->Proceed()) --active;
  }
  queue.Shutdown();
  while (queue.Next(&tag, &ok)) {
  }
}

int64_t LoadClient::finished_trials() const {
  int64_t finished = 0;
  for (const std::unique_ptr<TrialChain>& chain : chains_) finished += chain->finished_trials();
  return finished;
}

std::vector<FinishedTrial> LoadClient::LastFinished() const {
  std::vector<FinishedTrial> trials;
  for (const std::unique_ptr<TrialChain>& chain : chains_) {
    if (chain->last_finished().number > 0) trials.push_back(chain->last_finished());
  }
  return trials;
}

}  // namespace sweepd::load
