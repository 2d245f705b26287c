#include "agent/utf8.h"

#include <cstdint>

namespace sweepd::agent {
namespace {

bool IsContinuation(absl::string_view text, size_t index) {
  return index < text.size() && (static_cast<uint8_t>(text[index]) & 0xC0) == 0x80;
}

// Bytes of the valid character at the beginning of `text`, 0 for none. Table 3-7 of the Unicode standard.
size_t CharacterBytes(absl::string_view text) {
  const auto first = static_cast<uint8_t>(text[0]);
  if (first < 0x80) return first == 0 ? 0 : 1;
  const auto second = static_cast<uint8_t>(text.size() > 1 ? text[1] : 0);
  if (!IsContinuation(text, 1)) return 0;
  if (first >= 0xC2 && first <= 0xDF) return 2;
  if (!IsContinuation(text, 2)) return 0;
  if (first == 0xE0) return second >= 0xA0 ? 3 : 0;
  if (first == 0xED) return second <= 0x9F ? 3 : 0;
  if (first >= 0xE1 && first <= 0xEF) return 3;
  if (!IsContinuation(text, 3)) return 0;
  if (first == 0xF0) return second >= 0x90 ? 4 : 0;
  if (first == 0xF4) return second <= 0x8F ? 4 : 0;
  return first >= 0xF1 && first <= 0xF3 ? 4 : 0;
}

}  // namespace

std::string ValidUtf8(absl::string_view text) {
  std::string valid;
  valid.reserve(text.size());
  while (!text.empty()) {
    const size_t bytes = CharacterBytes(text);
    if (bytes == 0) {
      valid += '?';
      text.remove_prefix(1);
    } else {
      valid.append(text.data(), bytes);
      text.remove_prefix(bytes);
    }
  }
  return valid;
}

}  // namespace sweepd::agent
