// What the command line of sweepd says.
#pragma once

#include <optional>
#include <string>

#include "absl/time/time.h"
#include "common/log.h"
#include "server/core/limits.h"

namespace sweepd {

struct ServerFlags {
  std::string data_dir;
  std::string listen = "127.0.0.1:7077";
  std::string address_file;  // empty: none
  absl::Duration lease_ttl = kDefaultLeaseTtl;
  std::optional<size_t> max_connections_per_address;  // unset: see RpcOptions
  bool relaxed_durability = false;                    // --synchronous normal
  LogLevel log_level = LogLevel::kInfo;
  LogFormat log_format = LogFormat::kText;
};

// The flags; or, when the program should end at once (--help, --version, a mistake), its exit code with everything
// said. Exit code 2 for a mistake.
struct ParsedFlags {
  ServerFlags flags;
  std::optional<int> exit_code;
};
ParsedFlags ParseServerFlags(int argc, char** argv);

}  // namespace sweepd
