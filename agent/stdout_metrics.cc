#include "agent/stdout_metrics.h"

#include <cmath>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/status_macros.h"

namespace sweepd::agent {
namespace {

bool IsNameStart(char c) { return absl::ascii_isalpha(c) || c == '_'; }
bool IsNamePart(char c) { return absl::ascii_isalnum(c) || absl::StrContains("_./-", c); }
// What may stand between pairs.
bool IsBoundary(char c) { return absl::ascii_isspace(c) || absl::StrContains(",;|()[]{}", c); }

absl::string_view TakeWhile(absl::string_view& text, bool (*accept)(char)) {
  size_t length = 0;
  while (length < text.size() && accept(text[length])) ++length;
  const absl::string_view taken = text.substr(0, length);
  text.remove_prefix(length);
  return taken;
}

// "=", or ":" and a space: "GPU:0" and "12:30" are no pairs.
bool TakeSeparator(absl::string_view& text) {
  if (absl::ConsumePrefix(&text, "=")) return true;
  if (!absl::ConsumePrefix(&text, ": ")) return false;
  TakeWhile(text, [](char c) { return c == ' '; });
  return true;
}

// Takes one "name=value" from the beginning of `text`, or else what cannot begin one.
std::optional<std::pair<std::string, double>> TakePair(absl::string_view& text) {
  if (!IsNameStart(text.front())) {
    TakeWhile(text, [](char c) { return !IsBoundary(c); });
    return std::nullopt;
  }
  const std::string name(TakeWhile(text, IsNamePart));
  if (!TakeSeparator(text)) {
    TakeWhile(text, [](char c) { return !IsBoundary(c); });
    return std::nullopt;
  }
  absl::string_view rest = text;
  double number = 0;
  if (!absl::SimpleAtod(TakeWhile(rest, [](char c) { return !IsBoundary(c); }), &number)) return std::nullopt;
  text = rest;
  return std::make_pair(name, number);
}

// Puts a named number into the line, unless an earlier one of that name is to stay.
void Take(absl::string_view name, double number, bool keep_earlier, MetricLine& line) {
  if (name == "time" || name == "event") return;
  if (name != "step") {
    const auto [place, is_new] = line.values.try_emplace(std::string(name), number);
    if (!is_new && !keep_earlier) place->second = number;
  } else if (std::abs(number) < 1e15 && number == std::floor(number)) {
    if (!line.step.has_value() || !keep_earlier) line.step = static_cast<int64_t>(number);
  }
}

// What one line says by all patterns that match it.
std::optional<MetricLine> ParseByPatterns(const std::vector<LinePattern>& patterns, absl::string_view text) {
  MetricLine line;
  for (const LinePattern& pattern : patterns) {
    for (const auto& [name, part] : pattern.Match(text)) {
      double number = 0;
      if (absl::SimpleAtod(part, &number)) Take(name, number, /*keep_earlier=*/true, line);
    }
  }
  if (line.values.empty()) return std::nullopt;
  return line;
}

std::optional<MetricLine> ParsePairs(absl::string_view text) {
  MetricLine line;
  while (true) {
    TakeWhile(text, IsBoundary);
    if (text.empty()) break;
    const auto pair = TakePair(text);
    if (pair.has_value()) Take(pair->first, pair->second, /*keep_earlier=*/false, line);
  }
  if (line.values.empty()) return std::nullopt;
  return line;
}

}  // namespace

absl::StatusOr<OutputFormat> MakeOutputFormat(StdoutMetrics mode, const std::vector<std::string>& patterns) {
  OutputFormat format{mode};
  for (const std::string& pattern : patterns) {
    absl::StatusOr<LinePattern> compiled = LinePattern::Compile(pattern);
    if (!compiled.ok()) {
      return absl::InvalidArgumentError(
          absl::StrCat("stdout_pattern \"", pattern, "\": ", compiled.status().message()));
    }
    format.patterns.push_back(*std::move(compiled));
  }
  return format;
}

absl::StatusOr<std::optional<MetricLine>> ParseOutputLine(const OutputFormat& format, absl::string_view whole) {
  const StdoutMetrics mode = format.mode;
  if (mode == StdoutMetrics::kOff) return std::nullopt;
  absl::string_view line = absl::StripAsciiWhitespace(whole);
  if (absl::ConsumePrefix(&line, "[sweep] ") || absl::ConsumePrefix(&line, "[tune-metric]: ")) {
    ASSIGN_OR_RETURN(MetricLine parsed, ParseMetricLine(line));
    return parsed;
  }
  if (mode == StdoutMetrics::kKeyValue) return ParsePairs(line);
  if (mode == StdoutMetrics::kRegex) return ParseByPatterns(format.patterns, whole);
  if (mode != StdoutMetrics::kJson || !absl::StartsWith(line, "{")) return std::nullopt;
  // Programs print braces for many reasons: in this mode only what is an object of numbers is taken, and nothing else
  // is an error.
  absl::StatusOr<MetricLine> parsed = ParseMetricLine(line);
  if (!parsed.ok()) return std::nullopt;
  parsed->ignored.clear();
  return *std::move(parsed);
}

}  // namespace sweepd::agent
