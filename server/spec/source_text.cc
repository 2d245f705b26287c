#include "server/spec/source_text.h"

#include <algorithm>
#include <cstdint>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/strip.h"
#include "server/core/limits.h"

namespace sweepd {
namespace {

constexpr absl::string_view kByteOrderMark = "\xEF\xBB\xBF";

bool IsContinuation(char byte) { return (static_cast<unsigned char>(byte) & 0xC0) == 0x80; }

// Length of the UTF-8 sequence that `text` begins with; 0 when it is not well-formed (RFC 3629).
size_t SequenceLength(absl::string_view text) {
  const auto lead = static_cast<unsigned char>(text[0]);
  if (lead < 0x80) return 1;
  const size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || text.size() < length) return 0;
  for (size_t i = 1; i < length; ++i) {
    if (!IsContinuation(text[i])) return 0;
  }
  const auto second = static_cast<unsigned char>(text[1]);
  const bool overlong = (lead == 0xE0 && second < 0xA0) || (lead == 0xF0 && second < 0x90);
  const bool surrogate = lead == 0xED && second >= 0xA0;
  const bool too_large = lead == 0xF4 && second >= 0x90;
  return overlong || surrogate || too_large ? 0 : length;
}

bool IsForbiddenControl(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte < 0x20 && c != '\t' && c != '\n' && c != '\r') || byte == 0x7F;
}

std::optional<Problem> FindBadCharacter(absl::string_view text) {
  Place place{1, 1};
  for (size_t i = 0; i < text.size(); ++place.column) {
    const size_t length = SequenceLength(text.substr(i));
    if (length == 0) {
      return MakeProblem(place, "", absl::StrFormat("not UTF-8 text: byte 0x%02x", static_cast<uint8_t>(text[i])),
                         "save the file as UTF-8");
    }
    if (IsForbiddenControl(text[i])) {
      return MakeProblem(
          place, "",
          absl::StrFormat("control character 0x%02x is not allowed in a text file", static_cast<uint8_t>(text[i])),
          "in double quotes it can be written as an escape such as \\x1b");
    }
    if (text[i] == '\n') place = {place.line + 1, 0};
    i += length;
  }
  return std::nullopt;
}

std::optional<Problem> FindTabIndentation(absl::string_view text) {
  if (IsFlowDocument(text)) return std::nullopt;
  int line = 1;
  while (!text.empty()) {
    const absl::string_view current = text.substr(0, text.find('\n'));
    const absl::string_view content = absl::StripLeadingAsciiWhitespace(current);
    if (current.size() > content.size() && current[0] == '\t' && !content.empty() && content[0] != '#') {
      return MakeProblem({line, 1}, "", "a tab is used as indentation", "indent with spaces");
    }
    text.remove_prefix(std::min(text.size(), current.size() + 1));
    ++line;
  }
  return std::nullopt;
}

// The UTF-16 unit of an escape such as \u00e9 at the start of `text`.
std::optional<uint32_t> EscapedUnit(absl::string_view text) {
  uint32_t unit = 0;
  if (!absl::ConsumePrefix(&text, "\\u") || text.size() < 4 || !absl::SimpleHexAtoi(text.substr(0, 4), &unit)) {
    return std::nullopt;
  }
  return unit;
}

std::string JoinSurrogates(absl::string_view text) {
  std::string joined;
  while (!text.empty()) {
    const size_t plain = std::min(text.find('\\'), text.size());
    absl::StrAppend(&joined, text.substr(0, plain));
    text.remove_prefix(plain);
    if (text.empty()) break;
    const std::optional<uint32_t> high = EscapedUnit(text);
    const std::optional<uint32_t> low = text.size() > 6 ? EscapedUnit(text.substr(6)) : std::nullopt;
    if (high.has_value() && low.has_value() && *high >> 10 == 0xD800 >> 10 && *low >> 10 == 0xDC00 >> 10) {
      absl::StrAppendFormat(&joined, "\\U%08X", 0x10000 + ((*high & 0x3FF) << 10) + (*low & 0x3FF));
      text.remove_prefix(12);
      continue;
    }
    // An escaped backslash must not be taken for the start of the next escape.
    absl::StrAppend(&joined, text.substr(0, 2));
    text.remove_prefix(std::min<size_t>(2, text.size()));
  }
  return joined;
}

// The parser stumbles over tabs in lines that hold nothing, or a comment alone; spaces keep every offset.
std::string BlankTabs(absl::string_view text) {
  std::string blanked(text);
  for (size_t start = 0; start < blanked.size();) {
    const size_t end = std::min(blanked.find('\n', start), blanked.size());
    const size_t content = std::min(blanked.find_first_not_of(" \t\r", start), end);
    const bool is_blank = content == end || (blanked[start] == '\t' && blanked[content] == '#');
    if (is_blank)
      std::replace(blanked.begin() + static_cast<long>(start), blanked.begin() + static_cast<long>(content), '\t', ' ');
    start = end + 1;
  }
  return blanked;
}

}  // namespace

bool IsFlowDocument(absl::string_view text) {
  text = absl::StripLeadingAsciiWhitespace(text);
  return absl::StartsWith(text, "{") || absl::StartsWith(text, "[");
}

std::optional<Problem> FindTextProblem(absl::string_view text) {
  if (text.size() > kMaxSweepFileBytes) {
    return MakeProblem(
        {1, 1}, "", absl::StrCat("the file has ", text.size(), " bytes; at most ", kMaxSweepFileBytes, " are allowed"));
  }
  absl::ConsumePrefix(&text, kByteOrderMark);
  if (std::optional<Problem> problem = FindBadCharacter(text); problem.has_value()) return problem;
  return FindTabIndentation(text);
}

std::string PrepareText(absl::string_view text) {
  absl::ConsumePrefix(&text, kByteOrderMark);
  return IsFlowDocument(text) ? JoinSurrogates(text) : BlankTabs(text);
}

bool IsQuoteClosed(absl::string_view text, size_t offset) {
  text.remove_prefix(std::min(offset, text.size()));
  while (!text.empty() && (text[0] == '&' || text[0] == '!')) {
    text.remove_prefix(std::min(text.find_first_of(" \t\r\n"), text.size()));
    text = absl::StripLeadingAsciiWhitespace(text);
  }
  if (text.empty() || (text[0] != '\'' && text[0] != '"')) return true;
  const char quote = text[0];
  for (size_t i = 1; i < text.size(); ++i) {
    if (quote == '"' && text[i] == '\\') {
      ++i;
    } else if (text[i] == quote) {
      // Two single quotes are one quote character.
      if (quote == '"' || i + 1 == text.size() || text[i + 1] != quote) return true;
      ++i;
    }
  }
  return false;
}

Place PlaceFinder::At(int line, size_t line_start, size_t offset) {
  offset = std::min(offset, text_.size());
  if (line_start != line_start_ || offset < offset_) {
    line_start_ = line_start;
    offset_ = line_start;
    column_ = 1;
  }
  for (; offset_ < offset; ++offset_) column_ += IsContinuation(text_[offset_]) ? 0 : 1;
  return {line, column_};
}

}  // namespace sweepd
