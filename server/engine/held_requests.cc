#include "server/engine/held_requests.h"

#include <algorithm>

namespace sweepd {

std::optional<HeldRequest> HeldRequests::Add(HeldRequest held) {
  std::optional<HeldRequest> earlier;
  Place place = ++back_;
  const auto same = by_request_.find({held.request.agent_id, held.request.request_id});
  if (same != by_request_.end()) {
    place = same->second;
    earlier = Take(place);
  }
  Insert(place, std::move(held));
  return earlier;
}

void HeldRequests::PutBack(HeldRequest held) { Insert(front_--, std::move(held)); }

std::optional<HeldRequest> HeldRequests::TakeFirst(const Group& group) {
  const auto places = groups_.find(group);
  if (places == groups_.end()) return std::nullopt;
  return Take(*places->second.begin());
}

std::optional<HeldRequest> HeldRequests::TakeDue(absl::Duration now) {
  if (NextDeadline() > now || by_deadline_.empty()) return std::nullopt;
  return Take(by_deadline_.begin()->second);
}

std::optional<HeldRequest> HeldRequests::TakeAny() {
  if (by_place_.empty()) return std::nullopt;
  return Take(by_place_.begin()->first);
}

std::vector<HeldRequests::Group> HeldRequests::GroupsThatWant(const std::set<std::string>& changed) const {
  std::vector<Group> groups;
  if (changed.empty()) return groups;
  for (const auto& [group, places] : groups_) {
    const bool wants = group.empty() || std::any_of(group.begin(), group.end(), [&changed](const std::string& sweep) {
                         return changed.contains(sweep);
                       });
    if (wants) groups.push_back(group);
  }
  return groups;
}

absl::Duration HeldRequests::NextDeadline() const {
  return by_deadline_.empty() ? absl::InfiniteDuration() : by_deadline_.begin()->first;
}

void HeldRequests::Insert(Place place, HeldRequest held) {
  groups_[held.request.sweeps].insert(place);
  by_deadline_.emplace(held.deadline, place);
  by_request_[{held.request.agent_id, held.request.request_id}] = place;
  by_place_.emplace(place, std::move(held));
}

HeldRequest HeldRequests::Take(Place place) {
  auto node = by_place_.extract(place);
  HeldRequest held = std::move(node.mapped());
  const auto group = groups_.find(held.request.sweeps);
  group->second.erase(place);
  if (group->second.empty()) groups_.erase(group);
  by_deadline_.erase({held.deadline, place});
  by_request_.erase({held.request.agent_id, held.request.request_id});
  return held;
}

}  // namespace sweepd
