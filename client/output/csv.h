// Comma-separated values after RFC 4180, but with bare newlines; quotes only where they are needed.
#pragma once

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "common/value.h"

namespace sweepd::client {

// One line with its newline.
std::string CsvLine(const std::vector<std::string>& fields);

// The field of `resource` at a dotted path ("counts.running"); a path that begins with "param." means the parameter of
// that whole name in "assignment". Strings as they are, numbers to the last bit, NaN and infinities by name, lists and
// maps as JSON, null and what is absent empty.
std::string CsvField(const Value& resource, absl::string_view path);

}  // namespace sweepd::client
