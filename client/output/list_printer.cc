#include "client/output/list_printer.h"

#include <utility>

#include "client/output/csv.h"

namespace sweepd::client {
namespace {

std::string CsvRow(const Value& json, const std::vector<std::string>& paths) {
  std::vector<std::string> fields;
  fields.reserve(paths.size());
  for (const std::string& path : paths) fields.push_back(CsvField(json, path));
  return CsvLine(fields);
}

}  // namespace

ListPrinter::ListPrinter(std::ostream& out, const Terminal& terminal, Format format, std::vector<Column> columns,
                         std::vector<std::string> csv_paths)
    : out_(out), terminal_(terminal), format_(format), table_(std::move(columns)), csv_paths_(std::move(csv_paths)) {
  if (format_ == Format::kCsv) out_ << CsvLine(csv_paths_);
}

void ListPrinter::Add(ListRow row) {
  switch (format_) {
    case Format::kTable: table_.Add(std::move(row.cells)); break;
    case Format::kJson: items_.push_back(std::move(row.json)); break;
    case Format::kJsonl: out_ << ToJson(row.json) << '\n'; break;
    case Format::kCsv: out_ << CsvRow(row.json, csv_paths_); break;
    case Format::kId: out_ << row.id << '\n'; break;
  }
}

void ListPrinter::Finish(absl::string_view when_empty) {
  if (format_ == Format::kJson) {
    out_ << ToPrettyJson(std::move(items_)) << '\n';
  } else if (format_ == Format::kTable && table_.empty()) {
    out_ << Paint(when_empty, Style::kDim, terminal_.colour) << '\n';
  } else if (format_ == Format::kTable) {
    table_.Print(out_, terminal_);
  }
}

void PrintOne(std::ostream& out, Format format, const std::string& id, const Value& json,
              const std::vector<std::string>& csv_paths, absl::FunctionRef<void()> table) {
  switch (format) {
    case Format::kTable: table(); break;
    case Format::kJson: out << ToPrettyJson(json) << '\n'; break;
    case Format::kJsonl: out << ToJson(json) << '\n'; break;
    case Format::kCsv: out << CsvLine(csv_paths) << CsvRow(json, csv_paths); break;
    case Format::kId: out << id << '\n'; break;
  }
}

}  // namespace sweepd::client
