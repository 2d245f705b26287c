#include "client/output/format.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/closest_word.h"

namespace sweepd::client {

// In the order of the enum.
std::vector<std::string> FormatNames() { return {"table", "json", "jsonl", "csv", "id"}; }

absl::StatusOr<Format> ParseFormat(absl::string_view name) {
  const std::vector<std::string> names = FormatNames();
  const auto it = std::find(names.begin(), names.end(), std::string(name));
  if (it != names.end()) return static_cast<Format>(it - names.begin());
  const std::string nearest = ClosestWord(name, names);
  return absl::InvalidArgumentError(absl::StrCat("no output format \"", name, "\"; ",
                                                 nearest.empty()
                                                     ? absl::StrCat("formats are ", absl::StrJoin(names, ", "))
                                                     : absl::StrCat("did you mean ", nearest, "?")));
}

}  // namespace sweepd::client
