#include "server/store/sqlite/statement.h"

#include <sqlite3.h>

#include <cmath>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "common/status_macros.h"
#include "server/store/sqlite/connection.h"

namespace sweepd {

Statement::~Statement() {
  if (statement_ != nullptr) connection_.TakeBack(sql_, statement_);
}

void Statement::Check(int code) {
  if (code != SQLITE_OK && status_.ok()) status_ = connection_.Error(code, absl::StrCat("bind a value in ", sql_));
}

void Statement::BindNull() {
  if (status_.ok()) Check(sqlite3_bind_null(statement_, ++bound_));
}

void Statement::BindNext(int64_t value) {
  if (status_.ok()) Check(sqlite3_bind_int64(statement_, ++bound_, value));
}

void Statement::BindNext(absl::string_view text) {
  // A null pointer would bind NULL.
  const char* begin = text.data() == nullptr ? "" : text.data();
  if (status_.ok()) {
    Check(sqlite3_bind_text64(statement_, ++bound_, begin, text.size(), SQLITE_TRANSIENT, SQLITE_UTF8));
  }
}

void Statement::BindNext(Blob blob) {
  const char* begin = blob.bytes.data() == nullptr ? "" : blob.bytes.data();
  if (status_.ok()) Check(sqlite3_bind_blob64(statement_, ++bound_, begin, blob.bytes.size(), SQLITE_TRANSIENT));
}

void Statement::BindNext(const std::optional<double>& value) {
  if (!status_.ok()) return;
  if (!value.has_value()) {
    BindNull();
    BindNull();
    return;
  }
  Check(sqlite3_bind_double(statement_, ++bound_, *value));
  if (std::isnan(*value) || (*value == 0 && std::signbit(*value))) {
    int64_t bits;
    std::memcpy(&bits, &*value, sizeof(bits));
    BindNext(bits);
  } else {
    BindNull();
  }
}

absl::StatusOr<bool> Statement::Step() {
  RETURN_IF_ERROR(status_);
  if (bound_ != sqlite3_bind_parameter_count(statement_)) {
    return absl::InternalError(absl::StrCat(bound_, " values are bound in ", sql_));
  }
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  status_ = connection_.Error(code, absl::StrCat("run ", sql_));
  return status_;
}

absl::Status Statement::Run() {
  ASSIGN_OR_RETURN(const bool row, Step());
  return row ? absl::InternalError(absl::StrCat("an unexpected row from ", sql_)) : absl::OkStatus();
}

}  // namespace sweepd
