#include "client/output/table.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace sweepd::client {
namespace {

std::string Spaces(int count) { return std::string(static_cast<size_t>(std::max(0, count)), ' '); }

// Appends pieces to one line until the terminal's width is used up.
class LineBuilder {
 public:
  explicit LineBuilder(const Terminal& terminal)
      : colour_(terminal.colour), left_(terminal.is_terminal ? terminal.width : -1) {}

  void Append(absl::string_view text, Style style) {
    if (left_ == 0) return;
    const std::string shown = left_ < 0 ? std::string(text) : Truncate(text, left_);
    if (left_ > 0) left_ -= DisplayWidth(shown);
    // Spaces wait until something follows them, so that no line ends with them.
    if (shown.find_first_not_of(' ') == std::string::npos) {
      pending_ += shown;
      return;
    }
    absl::StrAppend(&line_, pending_, Paint(shown, style, colour_));
    pending_.clear();
  }

  std::string Take() { return std::move(line_); }

 private:
  const bool colour_;
  int left_;  // columns; negative: no limit
  std::string line_;
  std::string pending_;
};

}  // namespace

void Table::Add(std::vector<StyledText> row) {
  row.resize(columns_.size());
  for (StyledText& cell : row) cell.text = OneLine(cell.text);
  rows_.push_back(std::move(row));
}

std::vector<int> Table::Widths() const {
  std::vector<int> widths(columns_.size(), 0);
  for (const auto& row : rows_) {
    for (size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], DisplayWidth(row[i].text));
  }
  for (size_t i = 0; i < columns_.size(); ++i) {
    if (widths[i] > 0 || rows_.empty()) widths[i] = std::max(widths[i], DisplayWidth(columns_[i].header));
  }
  return widths;
}

std::vector<std::string> Table::Lines(const Terminal& terminal, int indent) const {
  const std::vector<int> widths = Widths();
  const auto line_of = [&](const std::vector<StyledText>& row) {
    LineBuilder line(terminal);
    line.Append(Spaces(indent), Style::kPlain);
    bool first = true;
    for (size_t i = 0; i < row.size(); ++i) {
      if (widths[i] == 0) continue;
      const std::string padding = Spaces(widths[i] - DisplayWidth(row[i].text));
      if (!first) line.Append("  ", Style::kPlain);
      if (columns_[i].align == Align::kRight) line.Append(padding, Style::kPlain);
      line.Append(row[i].text, row[i].style);
      if (columns_[i].align == Align::kLeft) line.Append(padding, Style::kPlain);
      first = false;
    }
    return line.Take();
  };
  std::vector<StyledText> header;
  for (const Column& column : columns_) header.emplace_back(column.header, Style::kBold);
  std::vector<std::string> lines = {line_of(header)};
  for (const auto& row : rows_) lines.push_back(line_of(row));
  return lines;
}

void Table::Print(std::ostream& out, const Terminal& terminal, int indent) const {
  for (const std::string& line : Lines(terminal, indent)) out << line << '\n';
}

void Block::Add(std::string label, StyledText text) {
  text.text = OneLine(text.text);
  lines_.emplace_back(std::move(label), std::move(text));
}

void Block::Print(std::ostream& out, const Terminal& terminal) const {
  int width = 0;
  for (const auto& [label, text] : lines_) width = std::max(width, DisplayWidth(label));
  for (const auto& [label, text] : lines_) {
    out << Paint(label, Style::kDim, terminal.colour) << Spaces(width - DisplayWidth(label)) << "  "
        << Paint(text.text, text.style, terminal.colour) << '\n';
  }
}

}  // namespace sweepd::client
