// Text with a colour that is written only where colours are shown, and its width on a terminal.
#pragma once

#include <string>

#include "absl/strings/string_view.h"

namespace sweepd::client {

enum class Style { kPlain, kBold, kDim, kGreen, kYellow, kRed, kBlue, kCyan };

struct StyledText {
  StyledText() = default;
  StyledText(std::string t, Style s = Style::kPlain) : text(std::move(t)), style(s) {}  // NOLINT
  StyledText(const char* t) : text(t) {}                                                // NOLINT

  std::string text;
  Style style = Style::kPlain;
};

// `text` between the escape sequences of `style`; without them when `colour` is false.
std::string Paint(absl::string_view text, Style style, bool colour);

// Columns that UTF-8 text takes: 2 for East Asian wide characters and emoji, 0 for combining marks.
int DisplayWidth(absl::string_view text);

// The longest beginning that fits into `width` columns; "…" stands for what was cut off.
std::string Truncate(absl::string_view text, int width);

// One line without control characters: what another machine says must not steer the terminal. Newlines and tabs become
// spaces, other control characters '?'.
std::string OneLine(absl::string_view text);

}  // namespace sweepd::client
