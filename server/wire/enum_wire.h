// Enums of the domain and of the wire. Both list the same values in the same order, the wire with UNSPECIFIED before
// them (where the domain has a kNone, it is UNSPECIFIED); a test compares every name.
#pragma once

#include <optional>

#include "server/core/event.h"
#include "server/core/objective.h"
#include "server/core/sweep.h"
#include "server/core/trial.h"
#include "server/engine/requests.h"
#include "sweepd/v1/agent_service.pb.h"
#include "sweepd/v1/sweep_service.pb.h"

namespace sweepd {

// Number of the first domain value on the wire: 0 for enums with kNone, otherwise 1.
template <class Domain>
inline constexpr int kFirstOnWire = 1;
template <>
inline constexpr int kFirstOnWire<SweepReason> = 0;
template <>
inline constexpr int kFirstOnWire<TrialReason> = 0;

template <class Wire, class Domain>
Wire EnumToWire(Domain value) {
  return static_cast<Wire>(static_cast<int>(value) + kFirstOnWire<Domain>);
}

// nullopt for UNSPECIFIED and for a value this version does not know. `last` is the domain's last value.
template <class Domain, class Wire>
std::optional<Domain> EnumFromWire(Wire value, Domain last) {
  const int index = static_cast<int>(value) - kFirstOnWire<Domain>;
  if (index < 0 || index > static_cast<int>(last)) return std::nullopt;
  return static_cast<Domain>(index);
}

}  // namespace sweepd
