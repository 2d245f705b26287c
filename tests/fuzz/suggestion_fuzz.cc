// From a sweep to its suggestions: whatever the space, every suggestion of every method lies inside it, and the same
// question gets the same answer.
#include <fuzzer/FuzzedDataProvider.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <limits>

#include "absl/status/statusor.h"
#include "server/spec/sweep_file.h"
#include "server/strategy/strategy.h"
#include "tests/fuzz/sweep_text.h"

namespace sweepd {
namespace {

constexpr int64_t kSuggestions = 12;
constexpr int64_t kBayesSuggestions = 3;

[[noreturn]] void Fail(const std::string& text, const std::string& what) {
  std::cerr << "broken: " << what << "\nby " << text << "\n";
  std::abort();
}

Observation Observe(FuzzedDataProvider& bytes, int64_t trial, const Assignment& assignment) {
  using enum Observation::Outcome;
  constexpr double kObjectives[] = {0, 1, -1, 1e300, -1e300, 1e-300, 3.5, std::numeric_limits<double>::denorm_min()};
  const auto outcome = bytes.PickValueInArray({kValue, kValue, kFailed, kPending});
  return {trial, assignment, outcome, outcome == kValue ? bytes.PickValueInArray(kObjectives) : 0};
}

void Check(FuzzedDataProvider& bytes) {
  const std::string text = DrawSweepText(bytes);
  const ParsedSweep parsed = ParseSweepFile("fuzz.json", text);
  if (!parsed.spec.has_value()) return;
  const std::unique_ptr<Strategy> strategy = MakeStrategy(*parsed.spec);
  SuggestRequest request;
  const int64_t count = strategy->UsesHistory() ? kBayesSuggestions : kSuggestions;
  for (request.index = 0; request.index < count; ++request.index) {
    const absl::StatusOr<std::optional<Assignment>> suggestion = strategy->Suggest(request);
    if (!suggestion.ok()) Fail(text, suggestion.status().ToString());
    if (!suggestion->has_value()) return;
    const absl::Status inside = parsed.spec->space.CheckAssignment(**suggestion);
    if (!inside.ok()) Fail(text, ToJson(Value(**suggestion)) + ": " + inside.ToString());
    if (*strategy->Suggest(request) != *suggestion) Fail(text, "the same question has two answers");
    if (strategy->UsesHistory()) request.history.push_back(Observe(bytes, request.index + 1, **suggestion));
  }
}

}  // namespace
}  // namespace sweepd

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  FuzzedDataProvider bytes(data, size);
  sweepd::Check(bytes);
  return 0;
}
