// An assignment, or a part of one, as somebody wrote it down (see sweep_draft.h).
#pragma once

#include <string>
#include <vector>

#include "common/value.h"
#include "server/spec/draft_field.h"
#include "server/spec/problem.h"

namespace sweepd {

struct AssignmentDraft {
  struct Part {
    std::string name;
    Field<Value> value;
    // Of the members of `value`, and of theirs: what holds them is a group, or a value that is a map. Empty in a typed
    // spec.
    std::vector<Part> members;
  };

  Place place;              // where it begins
  std::vector<Part> parts;  // in the order of the text, no name twice
};

}  // namespace sweepd
