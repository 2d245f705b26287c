#include "server/flags.h"

#include <CLI/CLI.hpp>
#include <map>

#include "common/cli_duration.h"

namespace sweepd {

ParsedFlags ParseServerFlags(int argc, char** argv) {
  ParsedFlags parsed;
  ServerFlags& flags = parsed.flags;
  std::string lease_ttl = "60s";
  std::string synchronous = "full";

  CLI::App app("sweepd, the controller of hyperparameter sweeps: keeps their state and hands out trials.", "sweepd");
  app.set_version_flag("--version", "sweepd " SWEEPD_VERSION);
  app.add_option("--data-dir", flags.data_dir, "Folder of the database; made when it is not there")->required();
  app.add_option("--listen", flags.listen, "HOST:PORT to serve on; port 0 takes any free one")->capture_default_str();
  app.add_option("--address-file", flags.address_file, "File that receives the bound HOST:PORT once it serves");
  app.add_option("--lease-ttl", lease_ttl, "Time after which an agent that is not heard of loses its trials, at least 1s")
      ->check(CheckDuration(absl::Seconds(1)))
      ->capture_default_str();
  app.add_option("--synchronous", synchronous,
                 "full: what was acknowledged survives a power cut. normal: a crash of sweepd, but not a power cut")
      ->check(CLI::IsMember({"full", "normal"}))
      ->capture_default_str();
  const std::map<std::string, LogLevel> levels{{"debug", LogLevel::kDebug},
                                               {"info", LogLevel::kInfo},
                                               {"warning", LogLevel::kWarning},
                                               {"error", LogLevel::kError},
                                               {"off", LogLevel::kOff}};
  app.add_option("--log-level", flags.log_level, "debug, info, warning, error or off")
      ->transform(CLI::CheckedTransformer(levels));
  const std::map<std::string, LogFormat> formats{{"text", LogFormat::kText}, {"json", LogFormat::kJson}};
  app.add_option("--log-format", flags.log_format, "text or json")->transform(CLI::CheckedTransformer(formats));
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    parsed.exit_code = app.exit(error) == 0 ? 0 : 2;
    return parsed;
  }
  flags.relaxed_durability = synchronous == "normal";
  absl::ParseDuration(lease_ttl, &flags.lease_ttl);
  return parsed;
}

}  // namespace sweepd
