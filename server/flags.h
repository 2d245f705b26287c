// What the command line of sweepd says.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "absl/time/time.h"
#include "common/log.h"
#include "server/core/limits.h"

namespace sweepd {

// sweepd without a command: the controller.
struct ServerFlags {
  std::string data_dir;
  std::string listen = "127.0.0.1:7077";
  std::string address_file;  // empty: none
  absl::Duration lease_ttl = kDefaultLeaseTtl;
  std::optional<size_t> max_connections_per_address;  // unset: see RpcOptions
  bool relaxed_durability = false;                    // --synchronous normal
  LogLevel log_level = LogLevel::kInfo;
  LogFormat log_format = LogFormat::kText;
  std::string log_file;              // empty: standard error
  uint64_t log_file_max = 64 << 20;  // bytes
};

// sweepd check
struct CheckFlags {
  std::string data_dir;
  bool quick = false;
  bool json = false;
};

// sweepd backup
struct BackupFlags {
  std::string data_dir;
  std::string file;
  bool replace = false;
};

// sweepd restore
struct RestoreFlags {
  std::string data_dir;
  std::string file;
  bool replace = false;
  bool force = false;
};

enum class ServerCommand { kServe, kCheck, kBackUp, kRestore };

// The command and its flags; or, when the program should end at once (--help, --version, a mistake), its exit code with
// everything said. Exit code 2 for a mistake.
struct ParsedFlags {
  ServerCommand command = ServerCommand::kServe;
  ServerFlags flags;
  CheckFlags check;
  BackupFlags backup;
  RestoreFlags restore;
  std::optional<int> exit_code;
};
ParsedFlags ParseServerFlags(int argc, char** argv);

}  // namespace sweepd
