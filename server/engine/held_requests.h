// Requests for a trial that wait until a sweep has one for them, or until their time is over.
//
// Requests for the same sweeps form a group: what one of them is answered, each of them would be. So after a change it
// is enough to ask for the first of a group, and for the next only when that one got a trial.
//
// Not thread-safe. O(log n) per call unless said otherwise.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/functional/any_invocable.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "server/engine/requests.h"

namespace sweepd {

// Engine::RequestTrial, held open: a WaitAnswer is given only at the deadline.
struct HeldRequest {
  TrialRequest request;
  absl::Duration deadline;  // on Clock::Monotonic()
  // True when nobody waits for the answer any more: the request is dropped without leasing a trial.
  std::function<bool()> abandoned;
  absl::AnyInvocable<void(absl::StatusOr<TrialAnswer>)> reply;
};

class HeldRequests {
 public:
  using Group = std::vector<std::string>;  // TrialRequest::sweeps

  // Puts the request at the end of its group. A request of the same agent with the same id takes the place of the
  // earlier one, which is returned: its caller asks again.
  std::optional<HeldRequest> Add(HeldRequest held);

  // Puts back, at the front of its group, a request that TakeFirst or TakeDue gave.
  void PutBack(HeldRequest held);

  // The group's request that has waited longest.
  std::optional<HeldRequest> TakeFirst(const Group& group);

  // A request whose deadline is not after `now`.
  std::optional<HeldRequest> TakeDue(absl::Duration now);

  // Any request; for the end.
  std::optional<HeldRequest> TakeAny();

  // The groups that a change of one of these sweeps concerns. O(groups).
  std::vector<Group> GroupsThatWant(const std::set<std::string>& changed) const;

  // The earliest deadline; InfiniteDuration when nothing is held.
  absl::Duration NextDeadline() const;

  size_t size() const { return by_place_.size(); }

 private:
  using Place = int64_t;  // ascending in the order of waiting

  void Insert(Place place, HeldRequest held);
  HeldRequest Take(Place place);

  std::map<Place, HeldRequest> by_place_;
  std::map<Group, std::set<Place>> groups_;
  std::set<std::pair<absl::Duration, Place>> by_deadline_;
  absl::flat_hash_map<std::pair<std::string, std::string>, Place> by_request_;  // agent id, request id
  Place front_ = 0;
  Place back_ = 0;
};

}  // namespace sweepd
