// What a sweep has found out so far, as its method wants to know it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "server/core/event.h"
#include "server/core/sweep.h"
#include "server/core/trial.h"
#include "server/store/store.h"
#include "server/strategy/strategy.h"

namespace sweepd {

// Every assignment of the sweep as a strategy sees it, in the order of its first trial's number. It is pending while a
// trial of it is RUNNING, LOST or PENDING; its objective is the mean of those that ended well; without one it has
// failed, and counts with what metric.impute says; when all were cancelled it is left out. Its place of arrival,
// counted from 1, is that of the moment when its last trial became final, ties by number.
//
// Reads every trial of the sweep; KeptHistory keeps the same up to date.
absl::StatusOr<std::vector<Observation>> GatherHistory(StoreReader& reader, const std::string& sweep_id);

// Whether such an event may change what GatherHistory answers, or the spec by which a method goes on.
bool ChangesHistory(EventKind kind);

// An assignment without its place of arrival, which depends on the others.
struct ObservedAssignment {
  Observation observation;
  absl::Time arrived;  // when the last of its trials became final; InfiniteFuture while it is pending
};

// What `trials`, all those of one assignment by ascending numbers, come to; nullopt when all were cancelled.
absl::StatusOr<std::optional<ObservedAssignment>> ObserveAssignment(StoreReader& reader, const Objective& objective,
                                                                    const std::vector<Trial>& trials);

// All assignments of the sweep, in the order of their first trials' numbers.
absl::StatusOr<std::vector<ObservedAssignment>> ObserveAssignments(StoreReader& reader, const Sweep& sweep);

}  // namespace sweepd
