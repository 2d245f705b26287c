// The wire's enums as words without their prefix ("SUCCEEDED"), and the colour of each state.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "client/output/styled_text.h"
#include "sweepd/v1/sweep.pb.h"
#include "sweepd/v1/trial.pb.h"

namespace sweepd::client {

// Upper case; empty for UNSPECIFIED. A number that this version does not know is written as the number.
std::string SweepStateText(v1::SweepState state);
std::string SweepReasonText(v1::SweepReason reason);
std::string TrialStateText(v1::TrialState state);
std::string TrialReasonText(v1::TrialReason reason);
std::string AttemptStateText(v1::AttemptState state);
std::string EventKindText(v1::EventKind kind);

// Lower case, as a sweep file writes them.
std::string MethodText(v1::Method method);
std::string GoalText(v1::Goal goal);
std::string AggregationText(v1::Aggregation aggregation);
std::string ImputeText(v1::Impute impute);
std::string StdoutMetricsText(v1::StdoutMetrics mode);

// By the word, in any case; several may be separated by commas. INVALID_ARGUMENT with the nearest word.
absl::StatusOr<std::vector<v1::SweepState>> ParseSweepStates(const std::vector<std::string>& words);
absl::StatusOr<std::vector<v1::TrialState>> ParseTrialStates(const std::vector<std::string>& words);

// Blue: under way; green: good; yellow: needs a look; red: bad; dim: over without a result. For a state's word,
// whichever resource it belongs to.
Style StyleOfState(absl::string_view word);

}  // namespace sweepd::client
