// sweepd: wires the controller together and runs it until it is told to stop.
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <iostream>
#include <memory>
#include <string>
#include <utility>

#include "absl/synchronization/mutex.h"
#include "common/clock.h"
#include "common/file.h"
#include "common/ids.h"
#include "common/log.h"
#include "common/status_macros.h"
#include "server/commands/commands.h"
#include "server/engine/controller.h"
#include "server/flags.h"
#include "server/lease_key.h"
#include "server/net/descriptor_limit.h"
#include "server/rpc/server.h"
#include "server/store/sqlite/open.h"
#include "server/store/sqlite/sqlite_backups.h"

namespace sweepd {
namespace {

// Running calls get this long to end on their own.
constexpr absl::Duration kShutdownGrace = absl::Seconds(3);

// Debian builds abseil with a search for deadlocks among all mutexes. gRPC has some for each connection, so with
// thousands of connections it takes more time than serving them, under one global lock. The tests keep it.
void SwitchOffDeadlockSearch() { absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore); }

// Blocks the signals that end the program in this thread and all it starts; main waits for them.
sigset_t BlockEndSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  signal(SIGPIPE, SIG_IGN);
  return signals;
}

absl::Status Serve(const ServerFlags& flags) {
  const sigset_t signals = BlockEndSignals();
  RaiseDescriptorLimit();
  SwitchOffDeadlockSearch();
  const SystemClock clock;
  RandomIdSource ids;
  std::atomic<bool> failed = false;
  const auto end = [&failed] {
    failed = true;
    kill(getpid(), SIGTERM);
  };

  SqliteOptions store_options;
  store_options.on_damage = [end](const absl::Status& damage) {
    LogError("the database is damaged; the controller must end", {{"damage", std::string(damage.message())}});
    end();
  };
  if (flags.relaxed_durability) store_options.durability = Connection::Durability::kNormal;
  ASSIGN_OR_RETURN(std::unique_ptr<Store> store, OpenSqliteStore(flags.data_dir, store_options));
  ASSIGN_OR_RETURN(std::string lease_key, LoadOrMakeLeaseKey(flags.data_dir, ids));

  ControllerOptions options;
  options.engine.lease_ttl = flags.lease_ttl;
  const auto on_fatal = [end](const absl::Status&) { end(); };
  SqliteBackups backups(flags.data_dir);
  ASSIGN_OR_RETURN(std::unique_ptr<Controller> controller,
                   Controller::Start(options, std::move(store), clock, ids, std::move(lease_key), on_fatal));
  RpcOptions rpc;
  rpc.backups = &backups;
  rpc.max_connections_per_address = flags.max_connections_per_address;
  ASSIGN_OR_RETURN(std::unique_ptr<RpcServer> server, RpcServer::Start(*controller, flags.listen, rpc));
  if (!flags.address_file.empty()) {
    RETURN_IF_ERROR(WriteFileAtomically(flags.address_file, server->address() + "\n", 0644));
  }
  LogInfo("serving", {{"address", server->address()}, {"data_dir", flags.data_dir}, {"version", SWEEPD_VERSION}});

  int received = 0;
  sigwait(&signals, &received);
  LogInfo("shutting down", {{"signal", received == SIGTERM ? "SIGTERM" : "SIGINT"}});
  server->Shutdown(kShutdownGrace);
  return failed ? absl::UnavailableError("the store failed; see the log above") : absl::OkStatus();
}

}  // namespace
}  // namespace sweepd

int main(int argc, char** argv) {
  const sweepd::ParsedFlags parsed = sweepd::ParseServerFlags(argc, argv);
  if (parsed.exit_code.has_value()) return *parsed.exit_code;
  switch (parsed.command) {
    case sweepd::ServerCommand::kCheck: return sweepd::RunCheck(parsed.check, std::cout, std::cerr);
    case sweepd::ServerCommand::kBackUp: return sweepd::RunBackUp(parsed.backup, std::cout, std::cerr);
    case sweepd::ServerCommand::kRestore:
      return sweepd::RunRestore(parsed.restore, sweepd::SystemClock().Now(), std::cout, std::cerr);
    case sweepd::ServerCommand::kServe: break;
  }
  sweepd::ConfigureLog(parsed.flags.log_level, parsed.flags.log_format);
  if (!parsed.flags.log_file.empty()) {
    const absl::Status opened = sweepd::LogToFile(parsed.flags.log_file, parsed.flags.log_file_max);
    if (!opened.ok()) {
      sweepd::LogError("sweepd ends", {{"error", std::string(opened.message())}});
      return 1;
    }
  }
  const absl::Status status = sweepd::Serve(parsed.flags);
  if (status.ok()) return 0;
  sweepd::LogError("sweepd ends", {{"error", std::string(status.message())}});
  return 1;
}
