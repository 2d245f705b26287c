#include "server/core/stop_decision.h"

#include <cmath>

#include "absl/strings/str_cat.h"
#include "common/value.h"

namespace sweepd {

std::string DescribeStop(const StopDecision& decision) {
  const std::string value = std::isfinite(decision.value) ? FormatDouble(decision.value) : "a value that is not finite";
  return absl::StrCat(decision.rule, " at iteration ", decision.iteration, ": ", value, " is worse than ",
                      FormatDouble(decision.threshold), ", by ", decision.trials,
                      decision.trials == 1 ? " trial" : " trials");
}

}  // namespace sweepd
