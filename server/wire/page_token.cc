#include "server/wire/page_token.h"

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "server/core/limits.h"
#include "server/wire/error_wire.h"

namespace sweepd {

std::string MakePageToken(absl::string_view list, absl::string_view last_row) {
  return absl::WebSafeBase64Escape(absl::StrCat(list, ":", last_row));
}

absl::StatusOr<std::string> ReadPageToken(absl::string_view list, absl::string_view token) {
  if (token.empty()) return std::string();
  std::string text;
  absl::string_view last_row;
  if (absl::WebSafeBase64Unescape(token, &text)) {
    last_row = text;
    if (absl::ConsumePrefix(&last_row, absl::StrCat(list, ":"))) return std::string(last_row);
  }
  return BadField("page_token", "not a token of this list; take next_page_token of the previous page");
}

absl::StatusOr<int64_t> ReadPageSize(int32_t page_size) {
  if (page_size < 0 || page_size > kMaxPageSize) {
    return BadField("page_size", absl::StrCat("must be between 0 and ", kMaxPageSize, ", but is ", page_size));
  }
  return page_size == 0 ? kDefaultPageSize : int64_t{page_size};
}

}  // namespace sweepd
