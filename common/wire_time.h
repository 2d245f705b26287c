// Times on the wire.
#pragma once

#include <google/protobuf/duration.pb.h>
#include <google/protobuf/timestamp.pb.h>

#include "absl/time/time.h"

namespace sweepd {

inline void TimeToWire(absl::Time time, google::protobuf::Timestamp* wire) {
  const int64_t seconds = absl::ToUnixSeconds(time);
  wire->set_seconds(seconds);
  wire->set_nanos(static_cast<int32_t>((time - absl::FromUnixSeconds(seconds)) / absl::Nanoseconds(1)));
}

inline absl::Time TimeFromWire(const google::protobuf::Timestamp& wire) {
  return absl::FromUnixSeconds(wire.seconds()) + absl::Nanoseconds(wire.nanos());
}

inline void DurationToWire(absl::Duration duration, google::protobuf::Duration* wire) {
  wire->set_seconds(absl::IDivDuration(duration, absl::Seconds(1), &duration));
  wire->set_nanos(static_cast<int32_t>(duration / absl::Nanoseconds(1)));
}

inline absl::Duration DurationFromWire(const google::protobuf::Duration& wire) {
  return absl::Seconds(wire.seconds()) + absl::Nanoseconds(wire.nanos());
}

}  // namespace sweepd
