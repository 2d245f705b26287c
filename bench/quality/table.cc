#include "bench/quality/table.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/status_macros.h"

namespace sweepd::quality {
namespace {

struct Column {
  std::string name;
  bool is_int = false;
  std::string parent;            // empty: always there
  std::set<std::string> needed;  // of the parent's cells
  std::set<std::string> values;  // that occur
  std::set<int64_t> numbers;     // the same of an int
};

// `name:int` or `name:kind`, then `?parent=a|b` or nothing.
absl::StatusOr<Column> ParseColumn(absl::string_view heading) {
  const std::pair<absl::string_view, absl::string_view> parts = absl::StrSplit(heading, absl::MaxSplits('?', 1));
  const std::pair<absl::string_view, absl::string_view> name = absl::StrSplit(parts.first, absl::MaxSplits(':', 1));
  if (name.second != "int" && name.second != "kind") {
    return absl::InvalidArgumentError(absl::StrCat("the column \"", heading, "\" should be name:int or name:kind"));
  }
  Column column;
  column.name = std::string(name.first);
  column.is_int = name.second == "int";
  if (parts.second.empty()) return column;
  const std::pair<absl::string_view, absl::string_view> need = absl::StrSplit(parts.second, absl::MaxSplits('=', 1));
  column.parent = std::string(need.first);
  for (const absl::string_view value : absl::StrSplit(need.second, '|')) column.needed.emplace(value);
  return column;
}

absl::StatusOr<Value> ParseCell(const Column& column, const std::string& cell) {
  if (!column.is_int) return Value(cell);
  int64_t number = 0;
  if (absl::SimpleAtoi(cell, &number)) return Value(number);
  return absl::InvalidArgumentError(absl::StrCat("\"", cell, "\" is no integer of ", column.name));
}

Parameter ToParameter(const Column& column) {
  Parameter parameter{column.name, Constant{}};
  if (!column.is_int) {
    Categorical law;
    for (const std::string& value : column.values) law.values.emplace_back(value);
    parameter.distribution = law;
  } else {
    parameter.distribution = IntUniform{*column.numbers.begin(), *column.numbers.rbegin()};
  }
  if (column.parent.empty()) return parameter;
  Condition condition{column.parent, {}};
  for (const std::string& value : column.needed) condition.values.emplace_back(value);
  parameter.when.push_back(std::move(condition));
  return parameter;
}

struct Row {
  Assignment assignment;
  double error = 0;
};

absl::StatusOr<Row> ParseRow(std::vector<Column>& columns, absl::string_view line) {
  const std::vector<std::string> cells = absl::StrSplit(line, ',');
  if (cells.size() != columns.size() + 1) return absl::InvalidArgumentError("a row has a cell for each column");
  Row row;
  for (size_t i = 0; i < columns.size(); ++i) {
    if (cells[i].empty()) continue;
    ASSIGN_OR_RETURN(Value value, ParseCell(columns[i], cells[i]));
    columns[i].values.insert(cells[i]);
    if (value.is_int()) columns[i].numbers.insert(value.as_int());
    row.assignment.emplace(columns[i].name, std::move(value));
  }
  if (!absl::SimpleAtod(cells.back(), &row.error)) return absl::InvalidArgumentError("the error is no number");
  return row;
}

}  // namespace

absl::StatusOr<Table> Table::Parse(absl::string_view text) {
  std::vector<absl::string_view> lines = absl::StrSplit(text, '\n', absl::SkipEmpty());
  if (lines.size() < 2) return absl::InvalidArgumentError("a table has a heading and rows");
  std::vector<absl::string_view> headings = absl::StrSplit(lines[0], ',');
  if (headings.back() != "error") return absl::InvalidArgumentError("the last column should be \"error\"");
  headings.pop_back();
  std::vector<Column> columns;
  for (const absl::string_view heading : headings) {
    ASSIGN_OR_RETURN(columns.emplace_back(), ParseColumn(heading));
  }
  Table table;
  std::vector<double> sorted;
  std::vector<Assignment> assignments;
  for (size_t i = 1; i < lines.size(); ++i) {
    absl::StatusOr<Row> row = ParseRow(columns, lines[i]);
    if (!row.ok()) return absl::InvalidArgumentError(absl::StrCat("line ", i + 1, ": ", row.status().message()));
    if (!table.errors_.emplace(ToJson(row->assignment), row->error).second) {
      return absl::InvalidArgumentError(absl::StrCat("line ", i + 1, ": this combination is there twice"));
    }
    sorted.push_back(row->error);
    assignments.push_back(std::move(row->assignment));
  }
  std::vector<Parameter> parameters;
  for (const Column& column : columns) {
    if (column.values.empty()) return absl::InvalidArgumentError(absl::StrCat(column.name, " never has a value"));
    parameters.push_back(ToParameter(column));
  }
  ASSIGN_OR_RETURN(table.space_, SearchSpace::Create(std::move(parameters)));
  // Different rows, each of them in the space, and as many as the space has points: all of it.
  for (const Assignment& assignment : assignments) RETURN_IF_ERROR(table.space_.CheckAssignment(assignment));
  const std::optional<uint64_t> points = table.space_.GridSize();
  if (points != assignments.size()) {
    return absl::InvalidArgumentError(
        absl::StrCat("the table has ", assignments.size(), " of ", points.value_or(0), " combinations"));
  }
  std::sort(sorted.begin(), sorted.end());
  table.least_ = sorted.front();
  table.median_ = sorted[sorted.size() / 2];
  return table;
}

double Table::ErrorOf(const Assignment& assignment) const { return errors_.at(ToJson(assignment)); }

}  // namespace sweepd::quality
