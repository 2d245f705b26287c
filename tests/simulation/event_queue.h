// The one queue of everything that happens in a simulation, and its time.
//
// Time is the age of the simulated world. It moves only from event to event; events of one moment happen in the order
// in which they were put in. Not thread-safe.
#pragma once

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/time/time.h"

namespace sweepd::simulation {

class EventQueue {
 public:
  using Action = absl::AnyInvocable<void()>;

  absl::Duration now() const { return now_; }
  bool empty() const { return events_.empty(); }

  // A moment that has passed means now.
  void At(absl::Duration time, Action action) {
    events_.push_back({time < now_ ? now_ : time, ++count_, std::move(action)});
    std::push_heap(events_.begin(), events_.end(), Later);
  }
  void After(absl::Duration delay, Action action) { At(now_ + delay, std::move(action)); }

  // Moves the time to the next event and lets it happen. There must be one.
  void RunNext() {
    std::pop_heap(events_.begin(), events_.end(), Later);
    Event event = std::move(events_.back());
    events_.pop_back();
    now_ = event.time;
    event.action();
  }

 private:
  struct Event {
    absl::Duration time;
    int64_t order;
    Action action;
  };

  static bool Later(const Event& a, const Event& b) { return a.time != b.time ? a.time > b.time : a.order > b.order; }

  absl::Duration now_;
  int64_t count_ = 0;
  std::vector<Event> events_;  // a heap
};

}  // namespace sweepd::simulation
