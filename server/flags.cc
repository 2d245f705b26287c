#include "server/flags.h"

#include <CLI/CLI.hpp>

#include "absl/strings/str_cat.h"
#include "common/duration_argument.h"

namespace sweepd {
namespace {

// No system holds more descriptors.
constexpr size_t kMostConnections = 1 << 30;

constexpr absl::Duration kShortestLease = absl::Seconds(1);

constexpr uint64_t kSmallestLogFile = 64 << 10;

std::string CheckLeaseTtl(const std::string& text) {
  return std::string(ParseDurationArgument(text, kShortestLease).status().message());
}

// Flags that are words on the command line and values in the program.
struct Words {
  std::string lease_ttl = "60s";
  std::string synchronous = "full";
  std::string log_level = "info";
  std::string log_format = "text";
  std::string check_output = "text";
};

void DeclareLog(CLI::App& app, ServerFlags& flags, Words& words) {
  app.add_option("--log-level", words.log_level, "Least level that is logged")
      ->check(CLI::IsMember({"debug", "info", "warning", "error", "off"}))
      ->capture_default_str();
  app.add_option("--log-format", words.log_format, "Format of the log")
      ->check(CLI::IsMember({"text", "json"}))
      ->capture_default_str();
  app.add_option("--log-file", flags.log_file,
                 "File of the log, instead of standard error; x.1.log to x.3.log are older parts of x.log")
      ->type_name("FILE");
  app.add_option("--log-file-max", flags.log_file_max, "Size at which a new file is begun, at least 64K; default 64M")
      ->transform(CLI::AsSizeValue(false))
      ->check(CLI::Range(kSmallestLogFile, uint64_t{1} << 40, "SIZE"))
      ->type_name("SIZE");
}

void DeclareServe(CLI::App& app, ServerFlags& flags, Words& words) {
  app.add_option("--data-dir", flags.data_dir, "Folder of the database; made when it is not there")->type_name("DIR");
  app.add_option("--listen", flags.listen, "HOST:PORT to serve on; port 0 takes any free one")->capture_default_str();
  app.add_option("--address-file", flags.address_file, "File that receives the bound HOST:PORT once it serves");
  app.add_option("--lease-ttl", words.lease_ttl,
                 "An agent that is not heard of for this long loses its trials; at least 1s")
      ->check(CheckLeaseTtl, "DURATION")
      ->capture_default_str();
  app.add_option("--max-connections-per-address", flags.max_connections_per_address,
                 absl::StrCat("Most connections from one address, this machine's own included. Without the flag ",
                              kMaxConnectionsPerAddress, ", and any number from this machine itself"))
      ->check(CLI::Range(size_t{1}, kMostConnections));
  app.add_option("--synchronous", words.synchronous,
                 "full: what was acknowledged survives a power cut. normal: a crash of sweepd, but not a power cut")
      ->check(CLI::IsMember({"full", "normal"}))
      ->capture_default_str();
  DeclareLog(app, flags, words);
}

// A command beside the controller; every one works on a data directory.
CLI::App* AddCommand(CLI::App& app, const std::string& name, const std::string& summary, std::string& data_dir) {
  CLI::App* command = app.add_subcommand(name, summary);
  command->add_option("--data-dir", data_dir, "Folder of the database")->required()->type_name("DIR");
  return command;
}

void DeclareCheck(CLI::App& app, CheckFlags& flags, Words& words) {
  CLI::App* check =
      AddCommand(app, "check", "Check a database and what it says; also beside a running controller", flags.data_dir);
  check->add_flag("--quick", flags.quick, "Leave out index contents, assignments and metric values");
  check->add_option("-o,--output", words.check_output, "text or json")
      ->check(CLI::IsMember({"text", "json"}))
      ->capture_default_str();
  check->footer("Exit status: 0 all is well, 1 there are complaints, 2 it could not be checked. Changes nothing.");
}

void DeclareBackUp(CLI::App& app, BackupFlags& flags) {
  CLI::App* backup =
      AddCommand(app, "backup", "Copy the database into one file; also beside a running controller", flags.data_dir);
  backup->add_option("FILE", flags.file, "The file to write")->required()->type_name("");
  backup->add_flag("--replace", flags.replace, "Replace FILE when it is there");
  backup->footer("From another machine: sweepctl backup FILE. The key of the leases (lease.key) is not in it.");
}

void DeclareRestore(CLI::App& app, RestoreFlags& flags) {
  CLI::App* restore = AddCommand(
      app, "restore", "Make a backup the database of a data directory that no controller uses", flags.data_dir);
  restore->add_option("FILE", flags.file, "The backup")->required()->type_name("");
  restore->add_flag("--replace", flags.replace, "Move the database that is there aside; it is never deleted");
  restore->add_flag("--force", flags.force, "Restore it although `sweepd check` complains of what it says");
}

void Interpret(const Words& words, ParsedFlags& parsed) {
  parsed.flags.relaxed_durability = words.synchronous == "normal";
  parsed.flags.lease_ttl = *ParseDurationArgument(words.lease_ttl, kShortestLease);
  parsed.flags.log_level = *ParseLogLevel(words.log_level);
  parsed.flags.log_format = *ParseLogFormat(words.log_format);
  parsed.check.json = words.check_output == "json";
}

ServerCommand CommandOf(const CLI::App& app) {
  if (app.got_subcommand("check")) return ServerCommand::kCheck;
  if (app.got_subcommand("backup")) return ServerCommand::kBackUp;
  if (app.got_subcommand("restore")) return ServerCommand::kRestore;
  return ServerCommand::kServe;
}

}  // namespace

ParsedFlags ParseServerFlags(int argc, char** argv) {
  ParsedFlags parsed;
  Words words;
  CLI::App app(
      "sweepd, the controller of hyperparameter sweeps: keeps their state and hands out trials. Without a COMMAND it "
      "serves until it is told to stop.",
      "sweepd");
  app.set_version_flag("--version", "sweepd " SWEEPD_VERSION);
  app.require_subcommand(0, 1);
  app.get_formatter()->label("SUBCOMMAND", "COMMAND");
  DeclareServe(app, parsed.flags, words);
  DeclareCheck(app, parsed.check, words);
  DeclareBackUp(app, parsed.backup);
  DeclareRestore(app, parsed.restore);
  try {
    app.parse(argc, argv);
    parsed.command = CommandOf(app);
    // Not `required`: a command has its own.
    if (parsed.command == ServerCommand::kServe && parsed.flags.data_dir.empty())
      throw CLI::RequiredError("--data-dir");
  } catch (const CLI::ParseError& error) {
    parsed.exit_code = app.exit(error) == 0 ? 0 : 2;
    return parsed;
  }
  Interpret(words, parsed);
  return parsed;
}

}  // namespace sweepd
