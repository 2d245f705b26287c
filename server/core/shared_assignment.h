// An assignment that is not copied with the trial that has it: trials are copied for every command, and their
// assignment never changes.
//
// Immutable; copies share the values and may be used on different threads.
#pragma once

#include <initializer_list>
#include <memory>
#include <utility>

#include "server/core/search_space.h"

namespace sweepd {

class SharedAssignment {
 public:
  SharedAssignment() : values_(Empty()) {}
  SharedAssignment(Assignment values) : values_(std::make_shared<const Assignment>(std::move(values))) {}  // NOLINT
  SharedAssignment(std::initializer_list<Assignment::value_type> values) : SharedAssignment(Assignment(values)) {}

  operator const Assignment&() const { return *values_; }  // NOLINT
  const Assignment& operator*() const { return *values_; }
  const Assignment* operator->() const { return values_.get(); }

  // Whether both are copies of one: a quick way to know that the values are the same.
  bool IsCopyOf(const SharedAssignment& other) const { return values_ == other.values_; }

  // Whether the values are the same.
  bool operator==(const SharedAssignment& other) const { return *values_ == *other.values_; }

 private:
  static const std::shared_ptr<const Assignment>& Empty() {
    static const auto& empty = *new std::shared_ptr<const Assignment>(std::make_shared<const Assignment>());
    return empty;
  }

  std::shared_ptr<const Assignment> values_;  // not null
};

}  // namespace sweepd
