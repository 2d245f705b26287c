// Reading the columns of a row in their order.
//
//     Row row(statement);
//     agent.id = row.Text();
//     agent.slots = row.Int();
//     RETURN_IF_ERROR(row.status());
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/status_macros.h"
#include "server/store/sqlite/statement.h"

namespace sweepd {

// Each function reads the next column. status() is DATA_LOSS once a column held something that cannot be understood.
class Row {
 public:
  explicit Row(const Statement& statement) : statement_(statement.handle()) {}

  int64_t Int();
  std::string Text();  // or a blob
  absl::Time Time() { return absl::FromUnixMicros(Int()); }
  std::optional<int64_t> OptionalInt();
  std::optional<absl::Time> OptionalTime();
  // Two columns, as Statement binds them.
  std::optional<double> OptionalDouble();
  double Double();

  // A word that `parse` understands.
  template <class Enum>
  Enum Word(std::optional<Enum> (*parse)(absl::string_view)) {
    const std::string text = Text();
    const std::optional<Enum> value = parse(text);
    if (!value.has_value()) Fail(absl::StrCat("the unknown word \"", text, "\""));
    return value.value_or(Enum());
  }

  void Fail(absl::string_view what) {
    if (status_.ok()) status_ = absl::DataLossError(absl::StrCat("a stored row holds ", what));
  }
  const absl::Status& status() const { return status_; }

 private:
  bool NextIsNull() const;

  sqlite3_stmt* statement_;
  int column_ = 0;
  absl::Status status_;
};

// The first row of a statement as `read` (Row& -> T) makes it; nullopt without a row.
template <class Read>
auto ReadOne(Statement& statement, Read read) -> absl::StatusOr<std::optional<decltype(read(std::declval<Row&>()))>> {
  ASSIGN_OR_RETURN(const bool found, statement.Step());
  if (!found) return std::nullopt;
  Row row(statement);
  auto value = read(row);
  RETURN_IF_ERROR(row.status());
  return value;
}

// All rows.
template <class Read>
auto ReadAll(Statement& statement, Read read) -> absl::StatusOr<std::vector<decltype(read(std::declval<Row&>()))>> {
  std::vector<decltype(read(std::declval<Row&>()))> rows;
  while (true) {
    ASSIGN_OR_RETURN(auto value, ReadOne(statement, read));
    if (!value.has_value()) return rows;
    rows.push_back(*std::move(value));
  }
}

}  // namespace sweepd
