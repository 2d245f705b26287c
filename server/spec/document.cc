#include "server/spec/document.h"

#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <sstream>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "server/spec/document_builder.h"
#include "server/spec/source_text.h"

namespace sweepd {
namespace {

// How what the parser says begins, and what it means to the author of a sweep file.
struct SyntaxMessage {
  absl::string_view parser;
  absl::string_view message;
  absl::string_view hint;
};

constexpr SyntaxMessage kSyntaxMessages[] = {
    {"illegal map value", "a \":\" is not expected here",
     "check the indentation, write a space after each \":\", and quote text that holds \": \""},
    {"illegal map key", "a \"?\" is not expected here", "quote text that begins with \"? \""},
    {"illegal block entry", "a list item is not expected here",
     "begin it on a line of its own, and check the indentation"},
    {"end of map not found", "this line does not continue the map above", "check the indentation"},
    {"end of sequence not found", "this line does not continue the list above", "check the indentation"},
    {"end of sequence flow not found", "a list in [ ] is not closed, or lacks a comma",
     "between brackets, quote text that holds any of []{},"},
    {"end of map flow not found", "a map in { } is not closed, or lacks a comma or a colon",
     "between brackets, quote text that holds any of []{},"},
    {"illegal flow end", "a closing bracket that fits no opening one", ""},
    {"illegal tab when looking for indentation", "a tab is used as indentation", "indent with spaces"},
    {"unknown token", "this character cannot begin a value", "quote the text"},
    {"illegal EOF in scalar", "a quote is never closed", ""},
    {"the referenced anchor is not defined", "an alias to an anchor that does not exist above",
     "define it with &name, or quote text that begins with *"},
    {"anchor not found after &", "a name is missing after \"&\"", "quote text that begins with &"},
    {"unknown escape character", "an escape that does not exist",
     "in double quotes write \\\\ for a backslash, or use single quotes"},
    {"invalid unicode", "an escape that is no character", "one such as \\ud83d needs its second half right after it"},
};

Problem SyntaxProblem(absl::string_view parser_message, Place place) {
  for (const SyntaxMessage& known : kSyntaxMessages) {
    if (absl::StartsWith(parser_message, known.parser)) {
      return MakeProblem(place, "", absl::StrCat("not valid YAML: ", known.message), std::string(known.hint));
    }
  }
  return MakeProblem(place, "", absl::StrCat("not valid YAML: ", parser_message));
}

// Lines of other notations, which the parser takes for text until the next line does not fit.
struct ForeignLine {
  absl::string_view beginning;
  absl::string_view message;
  absl::string_view hint;
};

constexpr ForeignLine kForeignLines[] = {
    {"//", "\"//\" does not begin a comment", "in YAML \"#\" does; JSON has no comments"},
    {"<<<<<<<", "a conflict of a merge is left in this file", "resolve it"},
    {"=======", "a conflict of a merge is left in this file", "resolve it"},
    {">>>>>>>", "a conflict of a merge is left in this file", "resolve it"},
};

// The foreign line at the place of a syntax problem, or just above it.
std::optional<Problem> FindForeignLine(absl::string_view text, int line) {
  const std::vector<absl::string_view> lines = absl::StrSplit(text, absl::MaxSplits('\n', line));
  for (int number = std::max(line - 1, 1); number <= line && number <= static_cast<int>(lines.size()); ++number) {
    const absl::string_view current = lines[static_cast<size_t>(number - 1)];
    const absl::string_view content = absl::StripLeadingAsciiWhitespace(current);
    for (const ForeignLine& foreign : kForeignLines) {
      if (!absl::StartsWith(content, foreign.beginning)) continue;
      return MakeProblem({number, static_cast<int>(current.size() - content.size()) + 1}, "", foreign.message,
                         foreign.hint);
    }
  }
  return std::nullopt;
}

// What stands in the line before a problem's column is often the true mistake: a tab that nobody sees.
bool HasTabBefore(absl::string_view text, size_t line_start) {
  const absl::string_view line = text.substr(std::min(line_start, text.size()));
  return absl::StrContains(line.substr(0, line.find_first_not_of(" \t")), "\t");
}

Problem ExplainSyntax(absl::string_view text, size_t line_start, absl::string_view parser_message, Place place) {
  if (!IsFlowDocument(text) && HasTabBefore(text, line_start)) {
    return MakeProblem(place, "", "a tab is used as indentation", "indent with spaces");
  }
  if (std::optional<Problem> foreign = FindForeignLine(text, place.line); foreign.has_value()) return *foreign;
  return SyntaxProblem(parser_message, place);
}

}  // namespace

Document ParseDocument(absl::string_view text) {
  if (std::optional<Problem> problem = FindTextProblem(text); problem.has_value()) {
    return {std::nullopt, {*std::move(problem)}};
  }
  const std::string prepared = PrepareText(text);
  std::istringstream stream(prepared);
  DocumentBuilder builder(prepared);
  try {
    YAML::Parser parser(stream);
    // A second document is a mistake, and what comes after it does not matter.
    for (int i = 0; i < 2 && !builder.stopped() && parser.HandleNextDocument(builder); ++i) {
    }
  } catch (const YAML::Exception& error) {
    Document document{std::nullopt, builder.TakeProblems()};
    if (builder.stopped()) return document;
    const auto offset = static_cast<size_t>(std::max(error.mark.pos, 0));
    const size_t line_start = offset - std::min(offset, static_cast<size_t>(std::max(error.mark.column, 0)));
    const Place place = PlaceFinder(prepared).At(std::max(error.mark.line, 0) + 1, line_start, offset);
    // What the builder made of the same characters is no second mistake.
    std::erase_if(document.problems, [place](const Problem& problem) {
      return problem.line == place.line && problem.column == place.column;
    });
    document.problems.push_back(ExplainSyntax(prepared, line_start, error.msg, place));
    return document;
  } catch (const std::exception& error) {
    return {std::nullopt, {MakeProblem({1, 1}, "", absl::StrCat("not valid YAML: ", error.what()))}};
  }
  return builder.Take();
}

}  // namespace sweepd
