// How data is written to standard output.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace sweepd::client {

enum class Format {
  kTable,  // for people
  kJson,   // pretty; an array for a list, an object for one resource
  kJsonl,  // one compact object a line
  kCsv,    // a header, then one line for each resource
  kId,     // ids or numbers, one a line
};

// The words of -o.
std::vector<std::string> FormatNames();

// INVALID_ARGUMENT with the nearest word.
absl::StatusOr<Format> ParseFormat(absl::string_view name);

}  // namespace sweepd::client
