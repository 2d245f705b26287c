#include "server/spec/field_reader.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "server/spec/field_hint.h"

namespace sweepd {
namespace {

void ReportType(const DocumentNode& node, const std::string& path, absl::string_view expected, std::string hint,
                ProblemList& found) {
  found.Report(node.place, path, absl::StrCat("must be ", expected, ", but is ", DescribeNode(node)), std::move(hint));
}

// Starts a field from a member: its places, and faulty until a value is set.
template <class T>
void Open(const DocumentMember& member, Field<T>& field) {
  field.place = member.value.place;
  field.key_place = member.key_place;
  field.is_faulty = true;
}

template <class T>
void Set(Field<T>& field, T value) {
  field.value = std::move(value);
  field.is_faulty = false;
}

bool IsFiniteNumber(const DocumentNode& node) { return node.is_scalar() && node.is_finite && node.scalar.is_number(); }

bool CheckNumber(const DocumentNode& node, const std::string& path, ProblemList& found) {
  if (IsFiniteNumber(node)) return true;
  ReportType(node, path, node.is_finite ? "a number" : "a finite number", NumberHint(node), found);
  return false;
}

// nullopt after a report.
std::optional<Value> ToValue(const DocumentNode& node, const std::string& path, ProblemList& found) {
  if (node.is_scalar()) {
    if (node.is_finite) return node.scalar;
    ReportType(node, path, "a finite number", "quote it to have it as text", found);
    return std::nullopt;
  }
  bool is_good = true;
  Value::List list;
  for (size_t i = 0; i < node.items.size(); ++i) {
    std::optional<Value> item = ToValue(node.items[i], absl::StrCat(path, "[", i, "]"), found);
    is_good = is_good && item.has_value();
    if (is_good) list.push_back(*std::move(item));
  }
  Value::Map map;
  for (const DocumentMember& member : node.members) {
    std::optional<Value> value = ToValue(member.value, absl::StrCat(path, ".", member.key), found);
    is_good = is_good && value.has_value();
    if (is_good) map.emplace(member.key, *std::move(value));
  }
  if (!is_good) return std::nullopt;
  return node.is_list() ? Value(std::move(list)) : Value(std::move(map));
}

}  // namespace

std::string DescribeNode(const DocumentNode& node) {
  if (node.is_list()) return "a list";
  if (node.is_map()) return "a map";
  if (!node.is_finite || node.scalar.is_number()) return absl::StrCat("the number ", ShortText(node.text));
  if (node.scalar.is_string()) return absl::StrCat("the text \"", ShortText(node.text), "\"");
  return node.scalar.is_null() ? "empty" : node.text;
}

void ReadText(const DocumentMember& member, const std::string& path, ProblemList& found, Field<std::string>& field) {
  Open(member, field);
  const DocumentNode& node = member.value;
  if (node.is_scalar() && node.scalar.is_string() && node.is_finite) return Set(field, node.text);
  const bool can_be_quoted = node.is_scalar() && !node.scalar.is_null();
  ReportType(node, path, "text", can_be_quoted ? absl::StrCat("write \"", ShortText(node.text), "\"") : "", found);
}

void ReadWord(const DocumentMember& member, const std::string& path, ProblemList& found, Field<std::string>& field) {
  Open(member, field);
  const DocumentNode& node = member.value;
  if (node.is_scalar()) return Set(field, node.text);
  ReportType(node, path, "one word", "", found);
}

void ReadInteger(const DocumentMember& member, const std::string& path, ProblemList& found, Field<int64_t>& field) {
  Open(member, field);
  const DocumentNode& node = member.value;
  if (node.is_scalar() && node.scalar.is_int()) return Set(field, node.scalar.as_int());
  std::string hint;
  if (IsFiniteNumber(node)) {
    const double number = node.scalar.as_double();
    if (number == std::floor(number) && std::abs(number) < 0x1p53) {
      hint = absl::StrCat("write ", static_cast<int64_t>(number));
    } else if (std::abs(number) >= 0x1p63) {
      hint = "it must fit in 64 bits";
    }
  } else if (int64_t number = 0; node.is_scalar() && absl::SimpleAtoi(node.text, &number)) {
    hint = "remove the quotes";
  } else if (node.is_scalar()) {
    const std::string digits = WithoutSeparators(node.text);
    if (!digits.empty()) hint = absl::StrCat("write ", digits);
  }
  ReportType(node, path, "an integer", std::move(hint), found);
}

void ReadDouble(const DocumentMember& member, const std::string& path, ProblemList& found, Field<double>& field) {
  Open(member, field);
  if (CheckNumber(member.value, path, found)) Set(field, member.value.scalar.as_double());
}

void ReadBool(const DocumentMember& member, const std::string& path, ProblemList& found, Field<bool>& field) {
  Open(member, field);
  const DocumentNode& node = member.value;
  if (node.is_scalar() && node.scalar.is_bool()) return Set(field, node.scalar.as_bool());
  ReportType(node, path, "a boolean", "write true or false", found);
}

void ReadDuration(const DocumentMember& member, const std::string& path, ProblemList& found,
                  Field<absl::Duration>& field) {
  Open(member, field);
  const DocumentNode& node = member.value;
  absl::Duration duration;
  const bool is_text = node.is_scalar() && node.scalar.is_string() && node.is_finite;
  if (is_text && absl::ParseDuration(node.text, &duration) && duration != absl::InfiniteDuration() &&
      duration != -absl::InfiniteDuration()) {
    return Set(field, duration);
  }
  const bool has_no_unit = IsFiniteNumber(node);
  ReportType(node, path, "a duration",
             has_no_unit ? absl::StrCat("write ", ShortText(node.text), "s for seconds or ", ShortText(node.text),
                                        "m for minutes")
                         : "write it like 45s, 90m or 1h30m",
             found);
}

void ReadNumber(const DocumentMember& member, const std::string& path, ProblemList& found, Field<Value>& field) {
  Open(member, field);
  if (CheckNumber(member.value, path, found)) Set(field, member.value.scalar);
}

void ReadValue(const DocumentMember& member, const std::string& path, ProblemList& found, Field<Value>& field) {
  Open(member, field);
  if (std::optional<Value> value = ToValue(member.value, path, found); value.has_value()) {
    Set(field, *std::move(value));
  }
}

void ReadValues(const DocumentMember& member, const std::string& path, ProblemList& found,
                Field<std::vector<Value>>& field, std::vector<Place>& places) {
  Open(member, field);
  const DocumentNode& node = member.value;
  if (!node.is_list()) {
    return ReportType(node, path, "a list", ListHint(node), found);
  }
  const std::optional<Value> value = ToValue(node, path, found);
  if (!value.has_value()) return;
  for (const DocumentNode& item : node.items) places.push_back(item.place);
  Set(field, value->as_list());
}

void ReadNumbers(const DocumentMember& member, const std::string& path, ProblemList& found,
                 Field<std::vector<double>>& field, std::vector<Place>& places) {
  Open(member, field);
  const DocumentNode& node = member.value;
  if (!node.is_list()) return ReportType(node, path, "a list of numbers", "one for each value", found);
  std::vector<double> numbers;
  for (size_t i = 0; i < node.items.size(); ++i) {
    const DocumentNode& item = node.items[i];
    if (!CheckNumber(item, absl::StrCat(path, "[", i, "]"), found)) continue;
    numbers.push_back(item.scalar.as_double());
    places.push_back(item.place);
  }
  if (numbers.size() == node.items.size()) Set(field, std::move(numbers));
}

void ReadTexts(const DocumentMember& member, const std::string& path, ProblemList& found,
               Field<std::vector<std::string>>& field, std::vector<Place>& places) {
  Open(member, field);
  const DocumentNode& node = member.value;
  if (!node.is_list()) return ReportType(node, path, "a list of texts", ArgumentsHint(node), found);
  std::vector<std::string> texts;
  for (size_t i = 0; i < node.items.size(); ++i) {
    const DocumentNode& item = node.items[i];
    if (item.is_scalar() && (item.scalar.is_string() || item.scalar.is_number())) {
      texts.push_back(item.text);
      places.push_back(item.place);
    } else {
      const bool can_be_quoted = item.is_scalar() && !item.scalar.is_null();
      ReportType(item, absl::StrCat(path, "[", i, "]"), "text",
                 can_be_quoted ? absl::StrCat("write \"", ShortText(item.text), "\"") : "", found);
    }
  }
  if (texts.size() == node.items.size()) Set(field, std::move(texts));
}

void ReportNoMap(const DocumentNode& node, const std::string& path, absl::string_view example, ProblemList& found) {
  ReportType(node, path, "a map", absl::StrCat("for example ", example), found);
}

std::string ReportUnknownKey(const DocumentNode& map, const DocumentMember& member, const std::string& path,
                             const std::vector<std::string>& names, ProblemList& found) {
  const auto report = [&](std::string hint) { found.Report(member.key_place, path, "unknown key", std::move(hint)); };
  if (std::string slip = PunctuationHint(member); !slip.empty()) {
    report(std::move(slip));
    return "";
  }
  std::string guess = GuessWord(member.key, names);
  const bool is_taken = std::any_of(map.members.begin(), map.members.end(),
                                    [&guess](const DocumentMember& other) { return other.key == guess; });
  if (guess.empty() || is_taken) {
    report(UnknownKeyHint(member, names));
    return "";
  }
  report(absl::StrCat("did you mean ", guess, "?"));
  return guess;
}

}  // namespace sweepd
