// SQL put together at compile time, so that a list of columns is written once, next to the code that reads it.
//
//     constexpr char kColumns[] = "id, name";
//     static constexpr auto kFind = SqlText("SELECT ", kColumns, " FROM agents WHERE id = ?1");
//     Statement find = connection.Prepare(kFind);
#pragma once

#include <cstddef>

#include "absl/strings/string_view.h"

namespace sweepd {

template <size_t kSize>
struct FixedText {
  char text[kSize + 1] = {};

  constexpr operator absl::string_view() const { return absl::string_view(text, kSize); }  // NOLINT
};

template <size_t... kSizes>
constexpr auto SqlText(const char (&... parts)[kSizes]) {
  FixedText<(0 + ... + (kSizes - 1))> joined;
  size_t end = 0;
  const auto append = [&](const char* part, size_t size) {
    for (size_t i = 0; i < size; ++i) joined.text[end++] = part[i];
  };
  (append(parts, kSizes - 1), ...);
  return joined;
}

}  // namespace sweepd
