// Comparisons with thresholds, one PASS or FAIL line each.
#pragma once

#include "absl/strings/string_view.h"

namespace sweepd::load {

class Verdict {
 public:
  // Print the line at once. `name` says what is measured, with its unit.
  void AtLeast(absl::string_view name, double measured, double threshold);
  void AtMost(absl::string_view name, double measured, double threshold);

  bool passed() const { return passed_; }

 private:
  void Print(absl::string_view name, double measured, const char* relation, double threshold, bool holds);

  bool passed_ = true;
};

}  // namespace sweepd::load
