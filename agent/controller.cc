#include "agent/controller.h"

#include "absl/strings/cord.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace sweepd::agent {
namespace {

constexpr char kRefusalUrl[] = "sweepd.agent/refusal";
constexpr char kExpectedUrl[] = "sweepd.agent/expected-sequence";

absl::Status WithRefusal(absl::Status status, absl::string_view refusal) {
  status.SetPayload(kRefusalUrl, absl::Cord(refusal));
  return status;
}

bool HasRefusal(const absl::Status& status, absl::string_view refusal) {
  const absl::optional<absl::Cord> payload = status.GetPayload(kRefusalUrl);
  return payload.has_value() && *payload == refusal;
}

}  // namespace

absl::Status SweepNotFound(absl::string_view message) {
  return WithRefusal(absl::NotFoundError(message), "SWEEP_NOT_FOUND");
}

absl::Status LeaseLost(absl::string_view message) {
  return WithRefusal(absl::FailedPreconditionError(message), "LEASE_LOST");
}

absl::Status SequenceGap(int64_t expected_sequence, absl::string_view message) {
  absl::Status status = WithRefusal(absl::FailedPreconditionError(message), "SEQUENCE_GAP");
  status.SetPayload(kExpectedUrl, absl::Cord(absl::StrCat(expected_sequence)));
  return status;
}

bool IsSweepNotFound(const absl::Status& status) { return HasRefusal(status, "SWEEP_NOT_FOUND"); }

bool IsLeaseLost(const absl::Status& status) { return HasRefusal(status, "LEASE_LOST"); }

std::optional<int64_t> ExpectedSequence(const absl::Status& status) {
  const absl::optional<absl::Cord> payload = status.GetPayload(kExpectedUrl);
  int64_t expected = 0;
  if (!payload.has_value() || !absl::SimpleAtoi(std::string(*payload), &expected)) return std::nullopt;
  return expected;
}

}  // namespace sweepd::agent
