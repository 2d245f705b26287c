// chaos_client: many scripted agents in one process, with a history of all they did. See ScriptedAgent.
#include <grpcpp/grpcpp.h>
#include <pthread.h>

#include <CLI/CLI.hpp>
#include <atomic>
#include <csignal>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/log.h"
#include "tests/chaos/scripted_agent.h"

namespace sweepd::chaos {
namespace {

// Agents that share a connection, so that one fault meets several and others go on.
constexpr int kAgentsPerConnection = 4;

struct Flags {
  std::string controller;
  std::string history;
  std::string name = "scripted";
  int agents = 16;
  uint64_t seed = 1;
  double pause_ms = 0;
  double nap_s = 5;
  double timeout_s = 3;
  Script script;
};

void Declare(CLI::App& app, Flags& flags) {
  app.add_option("--controller", flags.controller, "HOST:PORT")->required();
  app.add_option("--history", flags.history, "File that calls and answers are appended to")->required();
  app.add_option("--name", flags.name, "The agents' names begin with it");
  app.add_option("--agents", flags.agents, "How many")->check(CLI::Range(1, 1024));
  app.add_option("--seed", flags.seed, "Of what the agents do; not of when");
  app.add_option("--pause-ms", flags.pause_ms, "Longest pause before a call")->check(CLI::NonNegativeNumber);
  app.add_option("--mischief", flags.script.mischief, "Share of executions that misbehave")
      ->check(CLI::Range(0.0, 1.0));
  app.add_option("--nap-s", flags.nap_s, "How long an agent is silent that naps")->check(CLI::NonNegativeNumber);
  app.add_option("--timeout-s", flags.timeout_s, "Deadline of each call")->check(CLI::PositiveNumber);
  app.add_flag("--until-done", flags.script.until_done, "End when the sweeps are over");
  app.add_option("SWEEP_ID", flags.script.sweeps, "Default: every sweep");
}

std::shared_ptr<grpc::Channel> Connect(const std::string& address) {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 10);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 20);
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, 1000);  // in truth the time for one try to connect
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);    // a connection of its own
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  return grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), arguments);
}

int Run(const Flags& flags) {
  // Before any thread starts, so that only the waiting thread gets them.
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);

  absl::StatusOr<std::unique_ptr<CallLog>> log = CallLog::Open(flags.history);
  if (!log.ok()) {
    LogError(std::string(log.status().message()));
    return 1;
  }
  std::atomic<bool> stopping = false;
  std::thread waiter([&] {
    int received = 0;
    sigwait(&signals, &received);
    stopping = true;
  });
  RandomIdSource ids;
  std::vector<std::unique_ptr<ScriptedAgent>> agents;
  std::shared_ptr<grpc::Channel> channel;
  for (int i = 0; i < flags.agents; ++i) {
    if (i % kAgentsPerConnection == 0) channel = Connect(flags.controller);
    agents.push_back(std::make_unique<ScriptedAgent>(absl::StrCat(flags.name, "-", i), channel, flags.script,
                                                     Rng(flags.seed, static_cast<uint64_t>(i)), ids, **log, stopping));
  }
  std::vector<std::thread> threads;
  for (const auto& agent : agents) threads.emplace_back([&agent] { agent->Run(); });
  for (std::thread& thread : threads) thread.join();
  pthread_kill(waiter.native_handle(), SIGTERM);
  waiter.join();
  return 0;
}

}  // namespace
}  // namespace sweepd::chaos

int main(int argc, char** argv) {
  sweepd::chaos::Flags flags;
  CLI::App app("Scripted agents for the fault tests of sweepd", "chaos_client");
  sweepd::chaos::Declare(app, flags);
  CLI11_PARSE(app, argc, argv);
  flags.script.pause = absl::Milliseconds(flags.pause_ms);
  flags.script.nap = absl::Seconds(flags.nap_s);
  flags.script.timeout = absl::Seconds(flags.timeout_s);
  return sweepd::chaos::Run(flags);
}
