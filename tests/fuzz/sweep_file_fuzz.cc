// Any text at all: either a spec or problems come out of it, each problem points into the text, and a spec is stored
// and read back unchanged.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <iostream>

#include "absl/strings/string_view.h"
#include "server/spec/sweep_file.h"

namespace sweepd {
namespace {

void Require(bool holds, absl::string_view what) {
  if (holds) return;
  std::cerr << "broken: " << what << "\n";
  std::abort();
}

void RequireAPlace(const Problem& problem, absl::string_view text) {
  // The last line may be one that has not begun.
  int lines = 1;
  for (const char c : text) lines += c == '\n' || c == '\r' ? 1 : 0;
  Require(problem.line >= 0 && problem.line <= lines, "a problem lies behind the end of the file");
  Require(problem.line == 0 || problem.column >= 1, "a problem has a line without a column");
  Require(!problem.message.empty(), "a problem says nothing");
}

void Check(absl::string_view text) {
  const ParsedSweep parsed = ParseSweepFile("fuzz.yaml", text);
  Require(parsed.spec.has_value() == parsed.problems.empty(), "neither a spec nor a problem, or both");
  for (const Problem& problem : parsed.problems) RequireAPlace(problem, text);
  for (const Problem& warning : parsed.warnings) RequireAPlace(warning, text);
  if (!parsed.spec.has_value()) return;
  const absl::StatusOr<SweepSpec> again = SpecFromValue(SpecToValue(*parsed.spec));
  Require(again.ok() && *again == *parsed.spec, "a spec is read back differently");
}

}  // namespace
}  // namespace sweepd

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  sweepd::Check(absl::string_view(reinterpret_cast<const char*>(data), size));
  return 0;
}
