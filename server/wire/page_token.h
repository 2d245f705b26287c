// Page tokens: opaque text for callers, the last row seen for us.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace sweepd {

// `list` names the kind of list, so that a token of one is refused by another.
std::string MakePageToken(absl::string_view list, absl::string_view last_row);

// The last row; "" for the empty token, which is the first page. INVALID_ARGUMENT for any other text.
absl::StatusOr<std::string> ReadPageToken(absl::string_view list, absl::string_view token);

// The number of rows of a page: the default for 0. INVALID_ARGUMENT when negative or above kMaxPageSize.
absl::StatusOr<int64_t> ReadPageSize(int32_t page_size);

}  // namespace sweepd
