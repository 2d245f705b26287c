#include "agent/stdout_metrics.h"

#include <cmath>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
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

std::optional<MetricLine> ParsePairs(absl::string_view text) {
  MetricLine line;
  while (true) {
    TakeWhile(text, IsBoundary);
    if (text.empty()) break;
    const auto pair = TakePair(text);
    if (!pair.has_value() || pair->first == "time" || pair->first == "event") continue;
    if (pair->first != "step") {
      line.values[pair->first] = pair->second;
    } else if (std::abs(pair->second) < 1e15 && pair->second == std::floor(pair->second)) {
      line.step = static_cast<int64_t>(pair->second);
    }
  }
  if (line.values.empty()) return std::nullopt;
  return line;
}

}  // namespace

absl::StatusOr<std::optional<MetricLine>> ParseOutputLine(StdoutMetrics mode, absl::string_view line) {
  if (mode == StdoutMetrics::kOff) return std::nullopt;
  line = absl::StripAsciiWhitespace(line);
  if (absl::ConsumePrefix(&line, "[sweep] ") || absl::ConsumePrefix(&line, "[tune-metric]: ")) {
    ASSIGN_OR_RETURN(MetricLine parsed, ParseMetricLine(line));
    return parsed;
  }
  if (mode == StdoutMetrics::kKeyValue) return ParsePairs(line);
  if (mode != StdoutMetrics::kJson || !absl::StartsWith(line, "{")) return std::nullopt;
  // Programs print braces for many reasons: in this mode only what is an object of numbers is taken, and nothing else
  // is an error.
  absl::StatusOr<MetricLine> parsed = ParseMetricLine(line);
  if (!parsed.ok()) return std::nullopt;
  parsed->ignored.clear();
  return *std::move(parsed);
}

}  // namespace sweepd::agent
