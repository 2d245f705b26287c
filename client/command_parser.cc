// The only file that knows CLI11.
#include "client/command_parser.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "client/command_line.h"
#include "common/closest_word.h"
#include "common/duration_argument.h"

namespace sweepd::client {

void CommandLine::Argument(const std::string& name, std::string* value, const std::string& help) {
  app_.add_option(name, *value, help)->required()->type_name("");
}

void CommandLine::Argument(const std::string& name, int64_t* value, const std::string& help) {
  app_.add_option(name, *value, help)->required()->type_name("");
}

void CommandLine::Option(const std::string& flags, const std::string& placeholder, std::string* value,
                         const std::string& help) {
  app_.add_option(flags, *value, help)->type_name(placeholder);
}

void CommandLine::Option(const std::string& flags, const std::string& placeholder, std::vector<std::string>* values,
                         const std::string& help) {
  app_.add_option(flags, *values, help)
      ->type_name(placeholder)
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
}

void CommandLine::Option(const std::string& flags, const std::string& placeholder, int64_t* value, int64_t minimum,
                         const std::string& help) {
  const CLI::Validator at_least(
      [minimum](std::string& text) {
        int64_t number = 0;
        const bool good = absl::SimpleAtoi(text, &number) && number >= minimum;
        return good ? std::string() : absl::StrCat("\"", text, "\" is not a whole number from ", minimum, " up");
      },
      "");
  app_.add_option(flags, *value, help)->check(at_least)->type_name(placeholder);
}

void CommandLine::Option(const std::string& flags, const std::string& placeholder, absl::Duration* value,
                         const std::string& help) {
  app_.add_option_function<std::string>(
          flags,
          [value, flags](const std::string& text) {
            const absl::StatusOr<absl::Duration> duration = ParseDurationArgument(text, absl::Milliseconds(1));
            if (!duration.ok()) {
              throw CLI::ValidationError(std::string(flags), std::string(duration.status().message()));
            }
            *value = *duration;
          },
          help)
      ->type_name(placeholder);
}

void CommandLine::Flag(const std::string& flags, bool* value, const std::string& help) {
  app_.add_flag(flags, *value, help);
}

namespace {

void DeclareGlobals(CLI::App& app, GlobalOptions& globals) {
  app.add_option("-c,--controller", globals.controller,
                 absl::StrCat("Address of the controller; default $SWEEPD_CONTROLLER, now ", globals.controller))
      ->type_name("HOST:PORT");
  app.add_option("-o,--output", globals.format, "table (default), json, jsonl, csv or id")->type_name("FORMAT");
  CommandLine(app).Option("--timeout", "DURATION", &globals.timeout,
                          "How long to try to reach the controller; default 2s");
  app.set_help_flag("-h,--help", "Show this help");
  app.set_version_flag("--version", "sweepctl " SWEEPD_VERSION, "Show the version");
}

// Every name that an option of `app` answers to, with its dashes.
void CollectOptionNames(const CLI::App& app, std::vector<std::string>& names) {
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
    for (const std::string& name : option->get_snames()) names.push_back("-" + name);
  }
}

std::string Suggestion(const std::string& word, const std::vector<std::string>& candidates) {
  const std::string nearest = ClosestWord(word, candidates);
  return nearest.empty() ? "" : absl::StrCat("; did you mean ", nearest, "?");
}

// What to say about the first word that nothing took; empty when all were taken.
std::string UnknownWord(CLI::App& app, const CLI::App* chosen, const std::vector<CommandEntry>& commands) {
  const std::vector<std::string> left = app.remaining(true);
  if (left.empty()) return "";
  // An option's misspelt name matters more than the value after it.
  const auto option =
      std::find_if(left.begin(), left.end(), [](const std::string& w) { return w.size() > 1 && w[0] == '-'; });
  if (option != left.end() && (chosen != nullptr || option == left.begin())) {
    const std::string name = *std::vector<std::string>(absl::StrSplit(*option, '=')).begin();
    std::vector<std::string> candidates;
    if (chosen != nullptr) CollectOptionNames(*chosen, candidates);
    CollectOptionNames(app, candidates);
    return absl::StrCat("unknown option ", name, Suggestion(name, candidates));
  }
  if (chosen != nullptr) return absl::StrCat("unexpected argument \"", left.front(), "\"");
  std::vector<std::string> names;
  for (const CommandEntry& entry : commands) names.push_back(entry.name);
  return absl::StrCat("unknown command \"", left.front(), "\"", Suggestion(left.front(), names));
}

ParsedLine UsageError(const std::string& message, const CLI::App* chosen) {
  ParsedLine parsed;
  parsed.code = ExitCode::kUsage;
  parsed.text = absl::StrCat("error: ", message, "\nTry 'sweepctl ",
                             chosen == nullptr ? "" : absl::StrCat(chosen->get_name(), " "), "--help'.\n");
  return parsed;
}

ParsedLine Text(std::string text) {
  ParsedLine parsed;
  parsed.text = std::move(text);
  return parsed;
}

void Configure(CLI::App& app) {
  app.require_subcommand(0, 1);
  // What is left over is reported by UnknownWord, which can make a suggestion.
  app.allow_extras();
  app.get_formatter()->column_width(34);
  app.get_formatter()->label("SUBCOMMAND", "COMMAND");
  app.get_formatter()->label("REQUIRED", "");
  app.footer(std::string(ExitCodeHelp()));
}

}  // namespace

ParsedLine ParseCommandLine(const std::vector<std::string>& arguments, const std::vector<CommandEntry>& entries,
                            GlobalOptions& globals) {
  CLI::App app("Create, watch and read hyperparameter sweeps of a sweepd controller.", "sweepctl");
  Configure(app);
  DeclareGlobals(app, globals);
  std::vector<std::unique_ptr<Command>> commands;
  for (const CommandEntry& entry : entries) {
    CLI::App* sub = app.add_subcommand(entry.name, entry.summary)->group(entry.group)->fallthrough();
    sub->footer("Also --controller, --output and --timeout; see sweepctl --help.");
    commands.push_back(entry.make());
    CommandLine line(*sub);
    commands.back()->Declare(line);
  }
  const auto chosen = [&app]() -> CLI::App* {
    const auto parsed = app.get_subcommands();
    return parsed.empty() ? nullptr : parsed.front();
  };
  try {
    app.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
  } catch (const CLI::CallForHelp&) {
    return Text(app.help());
  } catch (const CLI::CallForVersion& version) {
    return Text(absl::StrCat(version.what(), "\n"));
  } catch (const CLI::ParseError& error) {
    const std::string unknown = UnknownWord(app, chosen(), entries);
    return UsageError(unknown.empty() ? error.what() : unknown, chosen());
  }
  const std::string unknown = UnknownWord(app, chosen(), entries);
  if (!unknown.empty()) return UsageError(unknown, chosen());
  if (chosen() == nullptr) return UsageError("no command given", nullptr);
  for (size_t i = 0; i < entries.size(); ++i) {
    if (entries[i].name != chosen()->get_name()) continue;
    ParsedLine parsed;
    parsed.command = std::move(commands[i]);
    return parsed;
  }
  return UsageError("no command given", nullptr);
}

}  // namespace sweepd::client
