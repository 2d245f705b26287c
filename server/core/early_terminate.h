// Which rule stops trials early, and its numbers. The rules themselves are in server/stopping.
//
// An iteration is the ordinal of a value, from 1, among the values of the objective that an attempt reported. Values
// here are as validate.h accepts them: every iteration and count is at least 1, and eta at least kMinEta.
#pragma once

#include <cstdint>
#include <variant>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/value.h"

namespace sweepd {

// Closer to 1, nearly every iteration would be a band.
inline constexpr double kMinEta = 1.01;

// Bands at trunc(min_iter * eta^i), i = 0, 1, ...
struct BandsFromBelow {
  int64_t min_iter = 1;
  bool operator==(const BandsFromBelow&) const = default;
};

// Bands at trunc(max_iter / eta^i), i = 1..s, while they are at least 1. There is one.
struct BandsFromAbove {
  int64_t max_iter = 1;
  int64_t s = 1;
  bool operator==(const BandsFromAbove&) const = default;
};

struct Hyperband {
  std::variant<BandsFromBelow, BandsFromAbove> bands;
  double eta = 3;
  bool strict = false;  // a trial is judged by its value at the band, not by its best so far
  bool operator==(const Hyperband&) const = default;
};

struct MedianStop {
  int64_t min_iter = 1;    // no trial is judged before this iteration
  int64_t min_trials = 5;  // nor by fewer other trials
  bool operator==(const MedianStop&) const = default;
};

// Rungs at trunc(min_iter * eta^i), i = 0, 1, ...
struct Asha {
  int64_t min_iter = 1;
  double eta = 4;
  bool operator==(const Asha&) const = default;
};

using EarlyTerminate = std::variant<Hyperband, MedianStop, Asha>;

// The rule's name in the sweep file: "hyperband", "median", "asha".
absl::string_view EarlyTerminateName(const EarlyTerminate& rule);

// In the words of the sweep file with every default spelt out. FromValue inverts it and returns INVALID_ARGUMENT for
// anything that ToValue would not write.
Value EarlyTerminateToValue(const EarlyTerminate& rule);
absl::StatusOr<EarlyTerminate> EarlyTerminateFromValue(const Value& value);

}  // namespace sweepd
