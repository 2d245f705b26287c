#include "client/output/state_text.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "common/closest_word.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/generated_enum_reflection.h"

namespace sweepd::client {
namespace {

template <class Enum>
std::string Word(Enum value, absl::string_view prefix) {
  if (static_cast<int>(value) == 0) return "";
  const auto* descriptor = google::protobuf::GetEnumDescriptor<Enum>()->FindValueByNumber(static_cast<int>(value));
  if (descriptor == nullptr) return absl::StrCat(static_cast<int>(value));
  return std::string(absl::StripPrefix(descriptor->name(), prefix));
}

template <class Enum>
std::string LowerWord(Enum value, absl::string_view prefix) {
  return absl::AsciiStrToLower(Word(value, prefix));
}

template <class Enum>
absl::StatusOr<std::vector<Enum>> ParseStates(const std::vector<std::string>& words, absl::string_view prefix) {
  const google::protobuf::EnumDescriptor* type = google::protobuf::GetEnumDescriptor<Enum>();
  std::vector<std::string> known;
  for (int i = 1; i < type->value_count(); ++i)
    known.push_back(Word(static_cast<Enum>(type->value(i)->number()), prefix));
  std::vector<Enum> states;
  for (absl::string_view word : absl::StrSplit(absl::StrJoin(words, ","), ',', absl::SkipWhitespace())) {
    const std::string upper = absl::AsciiStrToUpper(absl::StripAsciiWhitespace(word));
    const auto* value = type->FindValueByName(absl::StrCat(prefix, upper));
    if (value == nullptr || value->number() == 0) {
      const std::string nearest = ClosestWord(upper, known);
      return absl::InvalidArgumentError(absl::StrCat("no state \"", word, "\"; ",
                                                     nearest.empty()
                                                         ? absl::StrCat("states are ", absl::StrJoin(known, ", "))
                                                         : absl::StrCat("did you mean ", nearest, "?")));
    }
    states.push_back(static_cast<Enum>(value->number()));
  }
  return states;
}

}  // namespace

std::string SweepStateText(v1::SweepState state) { return Word(state, "SWEEP_STATE_"); }
std::string SweepReasonText(v1::SweepReason reason) { return Word(reason, "SWEEP_REASON_"); }
std::string TrialStateText(v1::TrialState state) { return Word(state, "TRIAL_STATE_"); }
std::string TrialReasonText(v1::TrialReason reason) { return Word(reason, "TRIAL_REASON_"); }
std::string AttemptStateText(v1::AttemptState state) { return Word(state, "ATTEMPT_STATE_"); }
std::string EventKindText(v1::EventKind kind) { return Word(kind, "EVENT_KIND_"); }

std::string MethodText(v1::Method method) { return LowerWord(method, "METHOD_"); }
std::string GoalText(v1::Goal goal) { return LowerWord(goal, "GOAL_"); }
std::string AggregationText(v1::Aggregation aggregation) { return LowerWord(aggregation, "AGGREGATION_"); }
std::string ImputeText(v1::Impute impute) { return LowerWord(impute, "IMPUTE_"); }
std::string StdoutMetricsText(v1::StdoutMetrics mode) { return LowerWord(mode, "STDOUT_METRICS_"); }

absl::StatusOr<std::vector<v1::SweepState>> ParseSweepStates(const std::vector<std::string>& words) {
  return ParseStates<v1::SweepState>(words, "SWEEP_STATE_");
}

absl::StatusOr<std::vector<v1::TrialState>> ParseTrialStates(const std::vector<std::string>& words) {
  return ParseStates<v1::TrialState>(words, "TRIAL_STATE_");
}

Style StyleOfState(absl::string_view word) {
  if (word == "RUNNING" || word == "ACTIVE" || word == "STOPPING") return Style::kBlue;
  if (word == "SUCCEEDED" || word == "FINISHED" || word == "ALIVE") return Style::kGreen;
  if (word == "LOST" || word == "PAUSED" || word == "PREEMPTED") return Style::kYellow;
  if (word == "FAILED" || word == "SILENT") return Style::kRed;
  if (word == "CANCELLED" || word == "STOPPED" || word == "PENDING") return Style::kDim;
  return Style::kPlain;
}

}  // namespace sweepd::client
