// The only file that knows CLI11.
#include "client/command_parser.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
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

void CommandLine::Arguments(const std::string& name, std::vector<std::string>* values, const std::string& help) {
  app_.add_option(name, *values, help)->type_name("");
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

// The words that name a command: "trial retry".
std::string FullName(const CLI::App* command) {
  const CLI::App* parent = command->get_parent();
  const bool is_nested = parent != nullptr && parent->get_parent() != nullptr;
  return is_nested ? absl::StrCat(FullName(parent), " ", command->get_name()) : command->get_name();
}

bool IsFamily(const CLI::App* command) { return !command->get_subcommands(nullptr).empty(); }

// The names of the commands of a family, or of all commands for nullptr.
std::vector<std::string> NamesIn(const CLI::App* family, const std::vector<CommandEntry>& commands) {
  std::vector<std::string> names;
  for (const CommandEntry& entry : commands) {
    const bool is_member = family == nullptr || absl::StartsWith(entry.name, absl::StrCat(family->get_name(), " "));
    if (entry.make != nullptr && is_member) names.push_back(entry.name);
  }
  return names;
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
  if (chosen != nullptr && !IsFamily(chosen)) return absl::StrCat("unexpected argument \"", left.front(), "\"");
  const std::string word = chosen == nullptr ? left.front() : absl::StrCat(chosen->get_name(), " ", left.front());
  const std::vector<std::string> names = NamesIn(chosen, commands);
  const std::string suggestion = Suggestion(word, names);
  const bool list_them = chosen != nullptr && suggestion.empty();
  return absl::StrCat("unknown command \"", word, "\"", suggestion,
                      list_them ? absl::StrCat("; there are ", absl::StrJoin(names, ", ")) : "");
}

ParsedLine UsageError(const std::string& message, const CLI::App* chosen) {
  ParsedLine parsed;
  parsed.code = ExitCode::kUsage;
  parsed.text = absl::StrCat("error: ", message, "\nTry 'sweepctl ",
                             chosen == nullptr ? "" : absl::StrCat(FullName(chosen), " "), "--help'.\n");
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

// A command or family in its place below `app`.
CLI::App* AddSubcommand(CLI::App& app, const CommandEntry& entry) {
  const std::vector<std::string> words = absl::StrSplit(entry.name, ' ');
  CLI::App* parent = words.size() == 1 ? &app : app.get_subcommand(words.front());
  CLI::App* sub = parent->add_subcommand(words.back(), entry.summary)->fallthrough();
  if (words.size() == 1) sub->group(entry.group);
  if (entry.make == nullptr) sub->require_subcommand(0, 1)->allow_extras();
  sub->footer("Also --controller, --output and --timeout; see sweepctl --help.");
  return sub;
}

// The innermost command that the line names; nullptr without one.
CLI::App* ChosenIn(const CLI::App& app) {
  const auto parsed = app.get_subcommands();
  if (parsed.empty()) return nullptr;
  CLI::App* const inner = ChosenIn(*parsed.front());
  return inner == nullptr ? parsed.front() : inner;
}

}  // namespace

ParsedLine ParseCommandLine(const std::vector<std::string>& arguments, const std::vector<CommandEntry>& entries,
                            GlobalOptions& globals) {
  CLI::App app("Create, watch and read hyperparameter sweeps of a sweepd controller.", "sweepctl");
  Configure(app);
  DeclareGlobals(app, globals);
  std::vector<std::unique_ptr<Command>> commands;
  for (const CommandEntry& entry : entries) {
    CLI::App* sub = AddSubcommand(app, entry);
    commands.push_back(entry.make == nullptr ? nullptr : entry.make());
    CommandLine line(*sub);
    if (commands.back() != nullptr) commands.back()->Declare(line);
  }
  const auto chosen = [&app] { return ChosenIn(app); };
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
  if (IsFamily(chosen())) {
    const std::vector<std::string> names = NamesIn(chosen(), entries);
    return UsageError(absl::StrCat("no command given; there are ", absl::StrJoin(names, ", ")), chosen());
  }
  for (size_t i = 0; i < entries.size(); ++i) {
    if (entries[i].name != FullName(chosen())) continue;
    ParsedLine parsed;
    parsed.command = std::move(commands[i]);
    return parsed;
  }
  return UsageError("no command given", nullptr);
}

}  // namespace sweepd::client
