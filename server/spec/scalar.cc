#include "server/spec/scalar.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/strip.h"

namespace sweepd {
namespace {

bool IsOneOf(absl::string_view text, std::initializer_list<absl::string_view> words) {
  return std::find(words.begin(), words.end(), text) != words.end();
}

void SkipDigits(absl::string_view& text) {
  while (!text.empty() && absl::ascii_isdigit(static_cast<unsigned char>(text[0]))) text.remove_prefix(1);
}

// [-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?
bool IsDecimalNumber(absl::string_view text) {
  if (!absl::ConsumePrefix(&text, "-")) absl::ConsumePrefix(&text, "+");
  const size_t before = text.size();
  SkipDigits(text);
  const bool has_whole_part = text.size() < before;
  if (absl::ConsumePrefix(&text, ".")) {
    const size_t before_fraction = text.size();
    SkipDigits(text);
    if (!has_whole_part && text.size() == before_fraction) return false;
  } else if (!has_whole_part) {
    return false;
  }
  if (!absl::ConsumePrefix(&text, "e") && !absl::ConsumePrefix(&text, "E")) return text.empty();
  if (!absl::ConsumePrefix(&text, "-")) absl::ConsumePrefix(&text, "+");
  const size_t before_exponent = text.size();
  SkipDigits(text);
  return text.empty() && before_exponent > 0;
}

Scalar FloatingPoint(absl::string_view text) {
  double number = 0;
  // Unlike from_chars, SimpleAtod rounds what is too small to hold to zero, and what is too large to infinity.
  if (!absl::SimpleAtod(text, &number) || !std::isfinite(number)) return {Value(std::string(text)), false};
  return {Value(number)};
}

// 0x1F and 0o17; nullopt when the text is neither.
std::optional<Scalar> PrefixedInteger(absl::string_view text) {
  int base = 0;
  absl::string_view digits = text;
  if (absl::ConsumePrefix(&digits, "0x")) base = 16;
  if (absl::ConsumePrefix(&digits, "0o")) base = 8;
  if (base == 0 || digits.empty() || digits[0] == '-') return std::nullopt;
  int64_t number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number, base);
  if (end != digits.data() + digits.size()) return std::nullopt;
  if (error == std::errc()) return Scalar{Value(number)};
  double large = 0;
  for (char digit : digits) {
    const int ordinal = absl::ascii_isdigit(digit) ? digit - '0' : absl::ascii_tolower(digit) - 'a' + 10;
    large = large * base + ordinal;
  }
  return std::isfinite(large) ? Scalar{Value(large)} : Scalar{Value(std::string(text)), false};
}

bool IsNonFiniteWord(absl::string_view text) {
  if (IsOneOf(text, {".nan", ".NaN", ".NAN"})) return true;
  if (!absl::ConsumePrefix(&text, "-")) absl::ConsumePrefix(&text, "+");
  return IsOneOf(text, {".inf", ".Inf", ".INF"});
}

}  // namespace

Scalar ResolveScalar(absl::string_view text) {
  if (IsOneOf(text, {"", "~", "null", "Null", "NULL"})) return {Value()};
  if (IsOneOf(text, {"true", "True", "TRUE"})) return {Value(true)};
  if (IsOneOf(text, {"false", "False", "FALSE"})) return {Value(false)};
  if (IsNonFiniteWord(text)) return {Value(std::string(text)), false};
  if (const std::optional<Scalar> integer = PrefixedInteger(text); integer.has_value()) return *integer;
  if (!IsDecimalNumber(text)) return {Value(std::string(text))};
  int64_t integer = 0;
  const bool is_whole = text.find_first_of(".eE") == absl::string_view::npos;
  if (is_whole && absl::SimpleAtoi(text, &integer)) return {Value(integer)};
  return FloatingPoint(text);
}

}  // namespace sweepd
