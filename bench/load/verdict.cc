#include "bench/load/verdict.h"

#include "absl/strings/str_format.h"

namespace sweepd::load {

void Verdict::AtLeast(absl::string_view name, double measured, double threshold) {
  Print(name, measured, "at least", threshold, measured >= threshold);
}

void Verdict::AtMost(absl::string_view name, double measured, double threshold) {
  Print(name, measured, "at most", threshold, measured <= threshold);
}

void Verdict::Print(absl::string_view name, double measured, const char* relation, double threshold, bool holds) {
  passed_ = passed_ && holds;
  absl::PrintF("%s %s: %.6g (%s %.6g)\n", holds ? "PASS" : "FAIL", name, measured, relation, threshold);
}

}  // namespace sweepd::load
