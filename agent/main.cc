// sweep-agent: the wiring, and the thread that waits for signals.
#include <pthread.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <string>
#include <thread>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"
#include "agent/environment.h"
#include "agent/exec.h"
#include "agent/grpc_controller.h"
#include "agent/interrupts.h"
#include "agent/options.h"
#include "agent/posix_process.h"
#include "agent/report_command.h"
#include "agent/session.h"
#include "agent/spool_folder.h"
#include "common/clock.h"
#include "common/ids.h"
#include "common/log.h"

namespace sweepd::agent {
namespace {

// From SIGTERM until the process ends whatever happens; it promises 25 s.
constexpr int kPreemptSeconds = 24;

// Sent to the main thread when the session is over.
constexpr int kSessionOver = SIGUSR1;

// The signals that mean something to an agent. Blocked before any thread starts, so that only sigwait gets them.
sigset_t BlockSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  for (int signal : {SIGINT, SIGTERM, SIGHUP, SIGALRM, kSessionOver}) sigaddset(&signals, signal);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  return signals;
}

std::string HostName() {
  char name[256] = "";
  gethostname(name, sizeof(name) - 1);
  return name;
}

void Complete(SessionOptions& session) {
  session.agent.host = HostName();
  if (session.agent.name.empty()) session.agent.name = absl::StrCat(session.agent.host, "-", getpid());
  session.run.environment = OwnEnvironment();
  session.run.interpreter = FindProgram("python", session.run.environment).ok() ? "python" : "python3";
}

void Announce(Interrupt interrupt) {
  switch (interrupt) {
    case Interrupt::kNone: return;
    case Interrupt::kDrain: return LogInfo("no new trials; waiting for the running ones (Ctrl-C again ends them)");
    case Interrupt::kTerminate: return LogInfo("ending the running trials (Ctrl-C again kills them)");
    case Interrupt::kKill: return LogInfo("killing the running trials");
    case Interrupt::kPreempt: return LogInfo("ending the running trials and giving them back");
  }
}

// Passes signals on until the session is over; returns whether SIGTERM or SIGHUP was among them.
bool WatchSignals(const sigset_t& signals, Session& session) {
  InterruptLadder ladder;
  bool preempted = false;
  while (true) {
    int signal = 0;
    if (sigwait(&signals, &signal) != 0) continue;
    if (signal == kSessionOver) return preempted;
    if (signal == SIGALRM) {
      LogError("trials could not be ended in time");
      // Nothing waits for the threads that hang; the programs' parent-death signal and the leases do the rest.
      _exit(128 + SIGTERM);
    }
    const Interrupt interrupt = ladder.On(signal);
    Announce(interrupt);
    if (interrupt == Interrupt::kPreempt) {
      preempted = true;
      alarm(kPreemptSeconds);
    }
    session.Interrupt(interrupt);
  }
}

int ExitCode(SessionEnd end, bool preempted) {
  switch (end) {
    case SessionEnd::kDone: return 0;
    case SessionEnd::kInterrupted: return 128 + (preempted ? SIGTERM : SIGINT);
    case SessionEnd::kSweepNotFound: return 3;
    case SessionEnd::kRefused: return 4;
    case SessionEnd::kUnreachable: break;
  }
  return 5;
}

int Leave(const EarlyExit& early) {
  (early.code == 0 ? std::cout : std::cerr) << early.text;
  return early.code;
}

int Main(const std::vector<std::string>& arguments) {
  const auto environment = [](const char* name) -> const char* { return std::getenv(name); };
  if (!arguments.empty() && arguments[0] == "report") {
    return Leave(Report({arguments.begin() + 1, arguments.end()}, environment));
  }
  std::variant<Options, EarlyExit> parsed = ParseOptions(arguments, environment);
  if (const auto* early = std::get_if<EarlyExit>(&parsed)) return Leave(*early);
  auto& options = std::get<Options>(parsed);
  ConfigureLog(options.log_level, options.log_format);
  Complete(options.session);
  const sigset_t signals = BlockSignals();
  SystemClock clock;
  RandomIdSource ids;
  const SpoolOwner owner{options.controller, options.session.agent.host};
  const absl::StatusOr<std::unique_ptr<SpoolFolder>> spools =
      SpoolFolder::Create(options.session.run.work_root, owner, ids);
  if (!spools.ok()) {
    LogError("the work folder cannot be used: name another one with --work-dir",
             {{"error", std::string(spools.status().message())}});
    return 2;
  }
  PosixProcessRunner processes;
  GrpcController controller(options.controller, ids);
  Session session(options.session, controller, processes, clock, ids, **spools,
                  SpoolFolder::Claim(options.session.run.work_root, owner));
  SessionEnd end = SessionEnd::kDone;
  const pthread_t main_thread = pthread_self();
  std::thread runner([&] {
    end = session.Run();
    pthread_kill(main_thread, kSessionOver);
  });
  const bool preempted = WatchSignals(signals, session);
  runner.join();
  return ExitCode(end, preempted);
}

}  // namespace
}  // namespace sweepd::agent

int main(int argc, char** argv) { return sweepd::agent::Main(std::vector<std::string>(argv + 1, argv + argc)); }
