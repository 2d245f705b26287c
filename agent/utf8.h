// Text that may go on the wire.
#pragma once

#include <string>

#include "absl/strings/string_view.h"

namespace sweepd::agent {

// The text with every byte that is not part of valid UTF-8 (RFC 3629), and every NUL, replaced by '?'.
std::string ValidUtf8(absl::string_view text);

}  // namespace sweepd::agent
