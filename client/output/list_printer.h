// One list of resources in whichever format was asked for.
#pragma once

#include <ostream>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"
#include "client/output/format.h"
#include "client/output/table.h"
#include "client/output/terminal.h"
#include "common/value.h"

namespace sweepd::client {

// What a list prints of one resource.
struct ListRow {
  std::string id;                 // for -o id
  Value json;                     // for json, jsonl and csv
  std::vector<StyledText> cells;  // for table
};

// csv, jsonl and id are written as rows come, so that a list of any length needs no memory.
class ListPrinter {
 public:
  // `csv_paths` are the header of csv; each field is CsvField(json, path). `out` must outlive the printer.
  ListPrinter(std::ostream& out, const Terminal& terminal, Format format, std::vector<Column> columns,
              std::vector<std::string> csv_paths);

  void Add(ListRow row);

  // Writes what was kept back; once, after the last row. `when_empty` is what a table says without rows.
  void Finish(absl::string_view when_empty);

 private:
  std::ostream& out_;
  const Terminal terminal_;
  const Format format_;
  Table table_;
  const std::vector<std::string> csv_paths_;
  Value::List items_;
};

// One resource; `table` prints it for people.
void PrintOne(std::ostream& out, Format format, const std::string& id, const Value& json,
              const std::vector<std::string>& csv_paths, absl::FunctionRef<void()> table);

}  // namespace sweepd::client
