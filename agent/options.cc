#include "agent/options.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "agent/workdir.h"
#include "common/closest_word.h"
#include "common/duration_argument.h"

namespace sweepd::agent {
namespace {

constexpr char kDescription[] =
    "Runs the trials of sweeps on this machine: asks the controller for one, runs its command, reports its metrics.\n"
    "A command after -- takes the place of the sweep's.\n"
    "Within a trial, `sweep-agent report NAME=VALUE...` reports: see sweep-agent report --help.\n\n"
    "Exit code: 0 no more trials; 2 wrong arguments or an unusable work folder; 3 a named sweep does not exist;\n"
    "4 refused by the controller; 5 the controller could not be reached; 130 after Ctrl-C; 143 after SIGTERM.\n"
    "Ctrl-C once: no new trials, wait for the running ones. Twice: end them. Three times: kill them.\n"
    "SIGTERM: end them and give them back, within 25 seconds.";

// What the parser writes into.
struct Flags {
  std::string controller;
  std::vector<std::string> sweeps;
  int64_t slots = 1;
  int64_t count = 0;
  bool wait = false;
  std::string name;
  std::string work_dir;
  int64_t keep_logs = RetentionPolicy{}.attempts;
  bool remove_outputs = false;
  std::string kill_delay = "30s";
  std::string stop_soft_time = "10s";
  std::string connect_timeout = "60s";
  std::string log_level = "info";
  std::string log_format = "text";
  bool version = false;
};

std::string CheckDuration(const std::string& text) {
  return std::string(ParseDurationArgument(text, absl::ZeroDuration()).status().message());
}

// A duration that CheckDuration has accepted.
absl::Duration Checked(const std::string& text) { return *ParseDurationArgument(text, absl::ZeroDuration()); }

void Declare(CLI::App& app, Flags& flags) {
  app.add_option("--controller", flags.controller, "HOST:PORT of the controller ($SWEEPD_CONTROLLER)")
      ->capture_default_str();
  app.add_option("SWEEP_ID", flags.sweeps, "Sweeps to run trials of; without any: all sweeps of the controller");
  app.add_option("--slots", flags.slots, "Trials that run at the same time")
      ->check(CLI::Range(int64_t{1}, int64_t{1024}))
      ->capture_default_str();
  app.add_option("--count", flags.count, "Begin at most this many trials, then exit")->check(CLI::PositiveNumber);
  app.add_flag("--wait", flags.wait, "Stay when there are no more trials, and take those of later sweeps");
  app.add_option("--name", flags.name, "Name of this agent, for people (default: HOST-PID)");
  app.add_option("--work-dir", flags.work_dir, "Folder for logs, metrics and checkpoints")->capture_default_str();
  app.add_option("--keep-logs", flags.keep_logs,
                 "Keep logs and metrics of this many newest attempts, and of as many newest failed ones; 0: of all")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  app.add_flag("--remove-outputs", flags.remove_outputs,
               "With the logs remove what programs left in $SWEEP_OUTPUT_DIR, and checkpoints of trials that are over");
  app.add_option("--kill-delay", flags.kill_delay, "Time from SIGTERM to SIGKILL for a program that has to end")
      ->check(CheckDuration, "DURATION")
      ->capture_default_str();
  app.add_option("--stop-soft-time", flags.stop_soft_time,
                 "Time from the stop file to SIGTERM for a trial that is stopped early")
      ->check(CheckDuration, "DURATION")
      ->capture_default_str();
  app.add_option("--connect-timeout", flags.connect_timeout,
                 "How long to try to reach the controller at the start; 0: for ever")
      ->check(CheckDuration, "DURATION")
      ->capture_default_str();
  app.add_option("--log-level", flags.log_level, "Least level that is logged")
      ->check(CLI::IsMember({"debug", "info", "warning", "error", "off"}))
      ->capture_default_str();
  app.add_option("--log-format", flags.log_format, "Format of the log")
      ->check(CLI::IsMember({"text", "json"}))
      ->capture_default_str();
  app.add_flag("--version", flags.version, "Print the version and exit");
}

// What a misspelt flag probably was; "" when nothing is near.
std::string Suggestion(const CLI::App& app, const std::vector<std::string>& arguments) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  }
  for (const std::string& argument : arguments) {
    const std::string flag = argument.substr(0, argument.find('='));
    if (!absl::StartsWith(flag, "--") || std::count(names.begin(), names.end(), flag) > 0) continue;
    const std::string near = ClosestWord(flag, names);
    if (!near.empty()) return absl::StrCat(" Did you mean ", near, "?");
  }
  return "";
}

Options ToOptions(const Flags& flags, std::vector<std::string> command) {
  Options options;
  options.controller = flags.controller;
  options.log_level = *ParseLogLevel(flags.log_level);
  options.log_format = *ParseLogFormat(flags.log_format);
  SessionOptions& session = options.session;
  session.agent = {flags.name, "", flags.slots, SWEEPD_VERSION};
  for (int64_t index = 0; index < flags.slots; ++index) session.slots.push_back({index, {}});
  session.sweeps = flags.sweeps;
  if (flags.count > 0) session.count = flags.count;
  session.stay = flags.wait;
  const absl::Duration connect_timeout = Checked(flags.connect_timeout);
  session.connect_timeout = connect_timeout > absl::ZeroDuration() ? connect_timeout : absl::InfiniteDuration();
  session.run.work_root = flags.work_dir;
  session.retention = {flags.keep_logs, flags.remove_outputs};
  session.run.command = std::move(command);
  session.run.times.kill_delay = Checked(flags.kill_delay);
  session.run.times.stop_soft_time = Checked(flags.stop_soft_time);
  return options;
}

std::string OrDefault(const char* text, absl::string_view fallback) {
  return text != nullptr && *text != '\0' ? std::string(text) : std::string(fallback);
}

}  // namespace

std::variant<Options, EarlyExit> ParseOptions(const std::vector<std::string>& arguments,
                                              absl::FunctionRef<const char*(const char*)> environment) {
  const auto separator = std::find(arguments.begin(), arguments.end(), "--");
  std::vector<std::string> own(arguments.begin(), separator);
  std::vector<std::string> command;
  if (separator != arguments.end()) {
    command.assign(separator + 1, arguments.end());
    if (command.empty()) return EarlyExit{2, "a command must follow --\n"};
  }
  Flags flags;
  flags.controller = OrDefault(environment("SWEEPD_CONTROLLER"), "127.0.0.1:7077");
  flags.work_dir = DefaultWorkRoot(environment("XDG_STATE_HOME"), environment("HOME"));
  CLI::App app(kDescription, "sweep-agent");
  Declare(app, flags);
  try {
    app.parse(std::vector<std::string>(own.rbegin(), own.rend()));  // CLI11 takes them last first
  } catch (const CLI::CallForHelp&) {
    return EarlyExit{0, app.help()};
  } catch (const CLI::Error& error) {
    return EarlyExit{2,
                     absl::StrCat("sweep-agent: ", error.what(), Suggestion(app, own), "\nTry sweep-agent --help.\n")};
  }
  if (flags.version) return EarlyExit{0, absl::StrCat("sweep-agent ", SWEEPD_VERSION, "\n")};
  return ToOptions(flags, std::move(command));
}

}  // namespace sweepd::agent
