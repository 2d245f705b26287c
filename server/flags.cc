#include "server/flags.h"

#include <CLI/CLI.hpp>

#include "absl/strings/str_cat.h"
#include "common/duration_argument.h"

namespace sweepd {
namespace {

// No system holds more descriptors.
constexpr size_t kMostConnections = 1 << 30;

constexpr absl::Duration kShortestLease = absl::Seconds(1);

std::string CheckLeaseTtl(const std::string& text) {
  return std::string(ParseDurationArgument(text, kShortestLease).status().message());
}

}  // namespace

ParsedFlags ParseServerFlags(int argc, char** argv) {
  ParsedFlags parsed;
  ServerFlags& flags = parsed.flags;
  std::string lease_ttl = "60s";
  std::string synchronous = "full";
  std::string log_level = "info";
  std::string log_format = "text";

  CLI::App app("sweepd, the controller of hyperparameter sweeps: keeps their state and hands out trials.", "sweepd");
  app.set_version_flag("--version", "sweepd " SWEEPD_VERSION);
  app.add_option("--data-dir", flags.data_dir, "Folder of the database; made when it is not there")->required();
  app.add_option("--listen", flags.listen, "HOST:PORT to serve on; port 0 takes any free one")->capture_default_str();
  app.add_option("--address-file", flags.address_file, "File that receives the bound HOST:PORT once it serves");
  app.add_option("--lease-ttl", lease_ttl, "An agent that is not heard of for this long loses its trials; at least 1s")
      ->check(CheckLeaseTtl, "DURATION")
      ->capture_default_str();
  app.add_option("--max-connections-per-address", flags.max_connections_per_address,
                 absl::StrCat("Most connections from one address, this machine's own included. Without the flag ",
                              kMaxConnectionsPerAddress, ", and any number from this machine itself"))
      ->check(CLI::Range(size_t{1}, kMostConnections));
  app.add_option("--synchronous", synchronous,
                 "full: what was acknowledged survives a power cut. normal: a crash of sweepd, but not a power cut")
      ->check(CLI::IsMember({"full", "normal"}))
      ->capture_default_str();
  app.add_option("--log-level", log_level, "Least level that is logged")
      ->check(CLI::IsMember({"debug", "info", "warning", "error", "off"}))
      ->capture_default_str();
  app.add_option("--log-format", log_format, "Format of the log")
      ->check(CLI::IsMember({"text", "json"}))
      ->capture_default_str();
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    parsed.exit_code = app.exit(error) == 0 ? 0 : 2;
    return parsed;
  }
  flags.relaxed_durability = synchronous == "normal";
  flags.lease_ttl = *ParseDurationArgument(lease_ttl, kShortestLease);
  flags.log_level = *ParseLogLevel(log_level);
  flags.log_format = *ParseLogFormat(log_format);
  return parsed;
}

}  // namespace sweepd
