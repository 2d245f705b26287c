// Aligned columns, and blocks of labelled lines.
#pragma once

#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "client/output/styled_text.h"
#include "client/output/terminal.h"

namespace sweepd::client {

enum class Align { kLeft, kRight };

struct Column {
  std::string header;
  Align align = Align::kLeft;
};

// Rows of one table; every row has one cell for each column. Cells are shown on one line.
class Table {
 public:
  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

  void Add(std::vector<StyledText> row);
  bool empty() const { return rows_.empty(); }

  // A header row, then the rows, two spaces between columns, each line starting with `indent` spaces. Columns whose
  // cells are all empty are left out. Lines longer than a terminal's width are cut; other lines never are.
  std::vector<std::string> Lines(const Terminal& terminal, int indent = 0) const;
  void Print(std::ostream& out, const Terminal& terminal, int indent = 0) const;

 private:
  std::vector<int> Widths() const;

  std::vector<Column> columns_;
  std::vector<std::vector<StyledText>> rows_;
};

// Lines "label  text" with the texts aligned; a line with an empty label continues the one above.
class Block {
 public:
  void Add(std::string label, StyledText text);
  void Print(std::ostream& out, const Terminal& terminal) const;

 private:
  std::vector<std::pair<std::string, StyledText>> lines_;
};

}  // namespace sweepd::client
