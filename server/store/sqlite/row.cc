#include "server/store/sqlite/row.h"

#include <sqlite3.h>

#include <cstring>

namespace sweepd {

bool Row::NextIsNull() const { return sqlite3_column_type(statement_, column_) == SQLITE_NULL; }

int64_t Row::Int() { return sqlite3_column_int64(statement_, column_++); }

std::string Row::Text() {
  const void* begin = sqlite3_column_blob(statement_, column_);
  const int size = sqlite3_column_bytes(statement_, column_++);
  return begin == nullptr ? std::string() : std::string(static_cast<const char*>(begin), static_cast<size_t>(size));
}

std::optional<int64_t> Row::OptionalInt() {
  const bool absent = NextIsNull();
  const int64_t value = Int();
  return absent ? std::nullopt : std::optional(value);
}

std::optional<absl::Time> Row::OptionalTime() {
  const std::optional<int64_t> micros = OptionalInt();
  return micros.has_value() ? std::optional(absl::FromUnixMicros(*micros)) : std::nullopt;
}

std::optional<double> Row::OptionalDouble() {
  const bool absent = NextIsNull();
  double value = sqlite3_column_double(statement_, column_++);
  const std::optional<int64_t> bits = OptionalInt();
  if (bits.has_value()) {
    std::memcpy(&value, &*bits, sizeof(value));
    return value;
  }
  return absent ? std::nullopt : std::optional(value);
}

double Row::Double() {
  const std::optional<double> value = OptionalDouble();
  if (!value.has_value()) Fail("no number where one belongs");
  return value.value_or(0);
}

}  // namespace sweepd
