#include "common/command_template.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/closest_word.h"
#include "common/status_macros.h"

namespace sweepd {
namespace {

constexpr absl::string_view kEnvironmentPrefix = "envvar:";

// Searching a near word costs time for every candidate; a command with more mistakes than this is not a misspelling.
constexpr size_t kMaxSuggestions = 20;

// How one macro writes all parameters as elements of its own.
struct ArgumentStyle {
  absl::string_view macro;
  absl::string_view prefix;  // before the name
  bool separate = false;     // name and value are two elements
  bool flags = false;        // true is the bare name, false is nothing
};

constexpr ArgumentStyle kArgumentStyles[] = {
    {"args", "--"},
    {"args_no_equals", "--", /*separate=*/true},
    {"args_no_hyphens", ""},
    {"args_append_hydra", "+"},
    {"args_override_hydra", "++"},
    {"args_no_boolean_flags", "--", /*separate=*/false, /*flags=*/true},
};

constexpr absl::string_view kTextMacros[] = {"env", "interpreter", "program", "args_json", "args_json_file"};

const ArgumentStyle* FindStyle(absl::string_view macro) {
  for (const ArgumentStyle& style : kArgumentStyles) {
    if (style.macro == macro) return &style;
  }
  return nullptr;
}

bool IsTextMacro(absl::string_view macro) {
  return std::find(std::begin(kTextMacros), std::end(kTextMacros), macro) != std::end(kTextMacros);
}

// A stretch of literal text, or the inside of one ${...}.
struct Piece {
  bool is_macro;
  absl::string_view text;
};

// The pieces of an element; `closed` is false when the last ${ has no }.
struct SplitElement {
  std::vector<Piece> pieces;
  bool closed = true;
};

SplitElement Split(absl::string_view element) {
  SplitElement split;
  while (!element.empty()) {
    const size_t start = element.find("${");
    if (start != 0) split.pieces.push_back({false, element.substr(0, start)});
    if (start == absl::string_view::npos) break;
    const size_t end = element.find('}', start);
    if (end == absl::string_view::npos) {
      split.closed = false;
      break;
    }
    split.pieces.push_back({true, element.substr(start + 2, end - start - 2)});
    element.remove_prefix(end + 1);
  }
  return split;
}

bool LooksLikeEnvironmentVariable(absl::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return absl::ascii_isupper(static_cast<unsigned char>(c)) || absl::ascii_isdigit(static_cast<unsigned char>(c)) ||
           c == '_';
  });
}

std::string NearestMacro(absl::string_view macro, const std::vector<std::string>& parameter_names) {
  if (const size_t colon = macro.find(':'); colon != absl::string_view::npos) {
    const std::string prefix = ClosestWord(macro.substr(0, colon), {"envvar"});
    return prefix.empty() ? "" : absl::StrCat(prefix, macro.substr(colon));
  }
  std::vector<std::string> candidates(std::begin(kTextMacros), std::end(kTextMacros));
  for (const ArgumentStyle& style : kArgumentStyles) candidates.emplace_back(style.macro);
  candidates.insert(candidates.end(), parameter_names.begin(), parameter_names.end());
  std::string nearest = ClosestWord(macro, candidates);
  if (!nearest.empty()) return nearest;
  const std::string as_member = absl::StrCat(".", macro);
  for (const std::string& name : parameter_names) {
    if (absl::EndsWith(name, as_member)) return name;
  }
  return LooksLikeEnvironmentVariable(macro) ? absl::StrCat(kEnvironmentPrefix, macro) : "";
}

// Collects the problems of one command.
class Checker {
 public:
  explicit Checker(const std::vector<std::string>& parameter_names)
      : parameter_names_(parameter_names), known_(parameter_names.begin(), parameter_names.end()) {}

  void Check(size_t element, absl::string_view text) {
    const SplitElement split = Split(text);
    for (const Piece& piece : split.pieces) {
      if (piece.is_macro) CheckMacro(element, piece.text, split.pieces.size() == 1 && split.closed);
    }
    if (!split.closed) Add(element, absl::StrCat("\"${\" without a closing \"}\" in \"", text, "\""));
  }

  std::vector<MacroProblem> Take() { return std::move(problems_); }

 private:
  void CheckMacro(size_t element, absl::string_view macro, bool is_whole_element) {
    if (FindStyle(macro) != nullptr) {
      if (is_whole_element) return;
      Add(element, absl::StrCat("${", macro, "} stands for several arguments, so it must be an element of its own"));
    } else if (macro == kEnvironmentPrefix || macro == absl::StripSuffix(kEnvironmentPrefix, ":")) {
      Add(element, absl::StrCat("${", macro, "} needs the name of a variable, as in ${envvar:HOME}"));
    } else if (!IsTextMacro(macro) && !absl::StartsWith(macro, kEnvironmentPrefix) && known_.count(macro) == 0) {
      AddUnknown(element, macro);
    }
  }

  void AddUnknown(size_t element, absl::string_view macro) {
    std::string message = absl::StrCat("${", macro, "} is neither a macro nor a parameter");
    const std::string nearest = problems_.size() < kMaxSuggestions ? NearestMacro(macro, parameter_names_) : "";
    if (!nearest.empty()) absl::StrAppend(&message, "; did you mean ${", nearest, "}?");
    Add(element, std::move(message));
  }

  void Add(size_t element, std::string message) { problems_.push_back({element, std::move(message)}); }

  const std::vector<std::string>& parameter_names_;
  std::set<std::string, std::less<>> known_;
  std::vector<MacroProblem> problems_;
};

void AppendArguments(const ArgumentStyle& style, const Value::Map& parameters, std::vector<std::string>& arguments) {
  for (const auto& [name, value] : parameters) {
    if (style.flags && value.is_bool()) {
      if (value.as_bool()) arguments.push_back(absl::StrCat(style.prefix, name));
    } else if (style.separate) {
      arguments.push_back(absl::StrCat(style.prefix, name));
      arguments.push_back(ArgumentText(value));
    } else {
      arguments.push_back(absl::StrCat(style.prefix, name, "=", ArgumentText(value)));
    }
  }
}

// The value at a name, or inside maps at names joined by dots; a name may hold dots itself. Null when there is none.
const Value* FindNamed(const Value::Map& values, absl::string_view name) {
  if (const auto found = values.find(name); found != values.end()) return &found->second;
  for (size_t dot = name.find('.'); dot != absl::string_view::npos; dot = name.find('.', dot + 1)) {
    const auto outer = values.find(name.substr(0, dot));
    if (outer == values.end() || !outer->second.is_map()) continue;
    if (const Value* value = FindNamed(outer->second.as_map(), name.substr(dot + 1)); value != nullptr) return value;
  }
  return nullptr;
}

// The names under which FindNamed finds something.
void CollectNames(const Value::Map& values, const std::string& prefix, std::vector<std::string>& names) {
  for (const auto& [name, value] : values) {
    names.push_back(prefix + name);
    if (value.is_map()) CollectNames(value.as_map(), absl::StrCat(prefix, name, "."), names);
  }
}

absl::StatusOr<std::string> TextOf(absl::string_view macro, const MacroContext& context) {
  if (macro == "env") return context.env;
  if (macro == "interpreter") return context.interpreter;
  if (macro == "program") return context.program;
  if (macro == "args_json") return ToJson(Value(context.parameters));
  if (macro == "args_json_file") return context.json_file;
  if (absl::string_view name = macro; absl::ConsumePrefix(&name, kEnvironmentPrefix)) {
    const char* value = context.environment(std::string(name).c_str());
    if (value != nullptr) return std::string(value);
    return absl::FailedPreconditionError(
        absl::StrCat("the command uses ${", macro, "}, but ", name, " is not set in the environment"));
  }
  return ArgumentText(*FindNamed(context.parameters, macro));
}

}  // namespace

std::vector<MacroProblem> CheckCommand(const std::vector<std::string>& command,
                                       const std::vector<std::string>& parameter_names) {
  Checker checker(parameter_names);
  for (size_t i = 0; i < command.size(); ++i) checker.Check(i, command[i]);
  return checker.Take();
}

bool UsesMacro(const std::vector<std::string>& command, absl::string_view macro) {
  return std::any_of(command.begin(), command.end(), [macro](const std::string& element) {
    const SplitElement split = Split(element);
    return std::any_of(split.pieces.begin(), split.pieces.end(),
                       [macro](const Piece& piece) { return piece.is_macro && piece.text == macro; });
  });
}

std::vector<std::string> MacrosIn(absl::string_view element) {
  std::vector<std::string> macros;
  for (const Piece& piece : Split(element).pieces) {
    if (piece.is_macro) macros.emplace_back(piece.text);
  }
  return macros;
}

absl::StatusOr<std::vector<std::string>> ExpandCommand(const std::vector<std::string>& command,
                                                       const MacroContext& context) {
  std::vector<std::string> names;
  CollectNames(context.parameters, "", names);
  if (const auto problems = CheckCommand(command, names); !problems.empty()) {
    return absl::InvalidArgumentError(absl::StrCat("command[", problems[0].element, "]: ", problems[0].message));
  }
  std::vector<std::string> arguments;
  for (const std::string& element : command) {
    const SplitElement split = Split(element);
    const bool one_macro = split.pieces.size() == 1 && split.pieces[0].is_macro;
    const ArgumentStyle* style = one_macro ? FindStyle(split.pieces[0].text) : nullptr;
    if (style != nullptr) {
      AppendArguments(*style, context.parameters, arguments);
      continue;
    }
    std::string argument;
    for (const Piece& piece : split.pieces) {
      if (!piece.is_macro) {
        absl::StrAppend(&argument, piece.text);
        continue;
      }
      ASSIGN_OR_RETURN(const std::string text, TextOf(piece.text, context));
      argument += text;
    }
    arguments.push_back(std::move(argument));
  }
  return arguments;
}

std::string ArgumentText(const Value& value) {
  if (value.is_null()) return "None";
  if (value.is_bool()) return value.as_bool() ? "True" : "False";
  if (value.is_string()) return value.as_string();
  return ToJson(value);
}

}  // namespace sweepd
