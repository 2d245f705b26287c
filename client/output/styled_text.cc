#include "client/output/styled_text.h"

#include <algorithm>
#include <cstdint>

#include "absl/strings/str_cat.h"

namespace sweepd::client {
namespace {

absl::string_view EscapeOf(Style style) {
  switch (style) {
    case Style::kPlain: return "";
    case Style::kBold: return "1";
    case Style::kDim: return "2";
    case Style::kGreen: return "32";
    case Style::kYellow: return "33";
    case Style::kRed: return "31";
    case Style::kBlue: return "34";
    case Style::kCyan: return "36";
  }
  return "";
}

struct Range {
  uint32_t first;
  uint32_t last;
};

// The blocks that matter in practice, from Unicode's EastAsianWidth (W, F) and general category Mn.
constexpr Range kWide[] = {{0x1100, 0x115f},   {0x2e80, 0x303e},   {0x3041, 0xa4cf},   {0xac00, 0xd7a3},
                           {0xf900, 0xfaff},   {0xfe30, 0xfe6f},   {0xff00, 0xff60},   {0xffe0, 0xffe6},
                           {0x1f300, 0x1f64f}, {0x1f680, 0x1f6ff}, {0x1f900, 0x1f9ff}, {0x20000, 0x3fffd}};
constexpr Range kCombining[] = {{0x0300, 0x036f}, {0x0483, 0x0489}, {0x0591, 0x05bd}, {0x064b, 0x065f},
                                {0x1ab0, 0x1aff}, {0x1dc0, 0x1dff}, {0x200b, 0x200f}, {0x20d0, 0x20ff},
                                {0xfe00, 0xfe0f}, {0xfe20, 0xfe2f}};

template <size_t kCount>
bool IsIn(const Range (&ranges)[kCount], uint32_t code) {
  return std::any_of(std::begin(ranges), std::end(ranges),
                     [code](const Range& range) { return range.first <= code && code <= range.last; });
}

int WidthOf(uint32_t code) {
  if (IsIn(kCombining, code)) return 0;
  return IsIn(kWide, code) ? 2 : 1;
}

// Takes one character off `text`. A byte that is not UTF-8 counts as one character.
uint32_t TakeCharacter(absl::string_view& text) {
  const auto byte = [&](size_t i) { return static_cast<uint8_t>(text[i]); };
  const uint8_t lead = byte(0);
  const size_t length = lead < 0x80 ? 1 : lead >> 5 == 0x6 ? 2 : lead >> 4 == 0xe ? 3 : lead >> 3 == 0x1e ? 4 : 1;
  if (length > text.size()) {
    text.remove_prefix(1);
    return lead;
  }
  uint32_t code = length == 1 ? lead : lead & (0x7f >> length);
  for (size_t i = 1; i < length; ++i) code = code << 6 | (byte(i) & 0x3f);
  text.remove_prefix(length);
  return code;
}

}  // namespace

std::string Paint(absl::string_view text, Style style, bool colour) {
  if (!colour || style == Style::kPlain || text.empty()) return std::string(text);
  return absl::StrCat("\x1b[", EscapeOf(style), "m", text, "\x1b[0m");
}

int DisplayWidth(absl::string_view text) {
  int width = 0;
  while (!text.empty()) width += WidthOf(TakeCharacter(text));
  return width;
}

std::string Truncate(absl::string_view text, int width) {
  if (DisplayWidth(text) <= width) return std::string(text);
  if (width <= 0) return "";
  absl::string_view rest = text;
  absl::string_view fits = text.substr(0, 0);
  int used = 0;
  while (!rest.empty()) {
    used += WidthOf(TakeCharacter(rest));
    if (used > width - 1) break;
    fits = text.substr(0, text.size() - rest.size());
  }
  return absl::StrCat(fits, "…");
}

std::string OneLine(absl::string_view text) {
  std::string line(text);
  for (char& c : line) {
    if (c == '\n' || c == '\t' || c == '\r') {
      c = ' ';
    } else if (static_cast<uint8_t>(c) < 0x20 || c == 0x7f) {
      c = '?';
    }
  }
  return line;
}

}  // namespace sweepd::client
