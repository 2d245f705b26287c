#include "server/core/stop_decision.h"

#include "absl/strings/str_cat.h"
#include "common/value.h"

namespace sweepd {

std::string DescribeStop(const StopDecision& decision) {
  return absl::StrCat(decision.rule, " at iteration ", decision.iteration, ": ", FormatDouble(decision.value),
                      " is worse than ", FormatDouble(decision.threshold), ", by ", decision.trials,
                      decision.trials == 1 ? " trial" : " trials");
}

}  // namespace sweepd
