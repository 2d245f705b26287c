#include "server/spec/field_hint.h"

#include <algorithm>
#include <cmath>
#include <iterator>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "common/value.h"

namespace sweepd {
namespace {

// More are too many to read.
constexpr size_t kMaxListedKeys = 15;

bool LooksLikeParameter(const DocumentNode& node) {
  return std::any_of(node.members.begin(), node.members.end(), [](const DocumentMember& member) {
    return member.key == "value" || member.key == "values" || member.key == "min" || member.key == "distribution";
  });
}

}  // namespace

std::string WithoutSeparators(absl::string_view text) {
  std::string digits;
  std::copy_if(text.begin(), text.end(), std::back_inserter(digits), [](char c) { return c != '_' && c != ','; });
  double number = 0;
  return digits.size() < text.size() && absl::SimpleAtod(digits, &number) ? digits : "";
}

std::string NumberHint(const DocumentNode& node) {
  if (!node.is_scalar() || !node.scalar.is_string() || !node.is_finite) return "";
  double number = 0;
  if (absl::SimpleAtod(node.text, &number)) return std::isfinite(number) ? "remove the quotes" : "it must be finite";
  const std::string digits = WithoutSeparators(node.text);
  if (!digits.empty()) return absl::StrCat("write ", digits);
  const bool is_computed = !node.text.empty() && absl::ascii_isdigit(static_cast<unsigned char>(node.text[0]));
  return is_computed ? "write the number itself, as in 0.5 or 1e-5" : "";
}

std::string ListHint(const DocumentNode& node) {
  if (node.is_scalar() && node.scalar.is_null()) return "for example [16, 32]";
  if (!node.is_scalar()) return "";
  if (absl::StartsWith(node.text, "-") && absl::StrContains(node.text, " -")) return "write a space after each \"-\"";
  return absl::StrCat("write [", ShortText(node.text), "], or `value` for one fixed value");
}

std::string ArgumentsHint(const DocumentNode& node) {
  const bool is_simple =
      node.is_scalar() && !node.text.empty() && node.text.find_first_of("\"'\\\n") == std::string::npos;
  if (!is_simple) return "one element for each argument";
  Value::List arguments;
  for (const absl::string_view word : absl::StrSplit(node.text, ' ', absl::SkipEmpty())) {
    arguments.emplace_back(std::string(word));
  }
  return absl::StrCat("one element for each argument: ", ToJson(Value(std::move(arguments))));
}

std::string PunctuationHint(const DocumentMember& member) {
  const bool has_value = !member.value.is_scalar() || !member.value.scalar.is_null();
  if (has_value) return "";
  if (absl::StrContains(member.key, ":")) return "write a space after the colon";
  if (double number = 0; !absl::SimpleAtod(member.key, &number)) return "";
  return "a comma in { } begins a new key: write a list in [ ], and decimals with a point";
}

std::string UnknownKeyHint(const DocumentMember& member, const std::vector<std::string>& names) {
  const bool may_nest = std::find(names.begin(), names.end(), "parameters") != names.end();
  if (may_nest && LooksLikeParameter(member.value)) return "a parameter stands under `parameters`";
  if (names.size() > kMaxListedKeys) return "remove it";
  std::vector<std::string> known;
  std::copy_if(names.begin(), names.end(), std::back_inserter(known), [](const auto& name) { return !name.empty(); });
  return absl::StrCat(known.size() == 1 ? "the only key is " : "the keys are ", absl::StrJoin(known, ", "));
}

}  // namespace sweepd
