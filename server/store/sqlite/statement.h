// One use of a prepared statement: bind, step, read the columns.
//
//     Statement find = connection.Prepare("SELECT slots FROM agents WHERE id = ?1");
//     ASSIGN_OR_RETURN(const bool found, find.Bind(id).Step());
//
// Not thread-safe. Lives no longer than its connection, and goes back to the connection's cache at the end of its
// scope. A failed preparation or bind is reported by Step and Run.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

struct sqlite3_stmt;

namespace sweepd {

class Connection;

// Bytes that are not text.
struct Blob {
  absl::string_view bytes;
};

class Statement {
 public:
  // `statement` is null when it could not be prepared, and `status` says why then.
  Statement(Connection& connection, absl::string_view sql, sqlite3_stmt* statement, absl::Status status)
      : connection_(connection), sql_(sql), statement_(statement), status_(std::move(status)) {}
  ~Statement();
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  // Gives the next parameters their values, in order. A double, optional or not, fills two parameters: see the schema's
  // convention on x and x_bits.
  template <class... Values>
  Statement& Bind(const Values&... values) {
    (BindNext(values), ...);
    return *this;
  }

  // Whether there is a (further) row. All parameters must be bound.
  absl::StatusOr<bool> Step();

  // Runs a statement that gives no rows.
  absl::Status Run();

  sqlite3_stmt* handle() const { return statement_; }

 private:
  void BindNext(int64_t value);
  void BindNext(absl::string_view text);
  void BindNext(Blob blob);
  void BindNext(double value) { BindNext(std::optional(value)); }
  void BindNext(absl::Time time) { BindNext(absl::ToUnixMicros(time)); }
  void BindNext(const std::string& text) { BindNext(absl::string_view(text)); }
  void BindNext(const std::optional<double>& value);
  void BindNext(const std::optional<int64_t>& value) { value.has_value() ? BindNext(*value) : BindNull(); }
  void BindNext(const std::optional<absl::Time>& time) { time.has_value() ? BindNext(*time) : BindNull(); }
  void BindNext(const std::optional<std::string>& text) { text.has_value() ? BindNext(*text) : BindNull(); }
  void BindNull();
  void Check(int code);

  Connection& connection_;
  absl::string_view sql_;
  sqlite3_stmt* statement_;
  absl::Status status_;
  int bound_ = 0;
};

}  // namespace sweepd
