// SHA-256 and HMAC-SHA-256, as lower-case hexadecimal text of 64 characters.
#pragma once

#include <string>

#include "absl/strings/string_view.h"

namespace sweepd {

std::string Sha256Hex(absl::string_view data);
std::string HmacSha256Hex(absl::string_view key, absl::string_view data);

// Whether two texts are equal, in a time that depends on their length alone: for comparing secrets.
bool EqualInConstantTime(absl::string_view a, absl::string_view b);

}  // namespace sweepd
