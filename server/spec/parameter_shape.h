// The shapes a parameter can have in a sweep file: distributions by name, with the keys that belong to each.
#pragma once

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "server/spec/sweep_draft.h"

namespace sweepd {

// The keys of a parameter that describe its law, as bits.
enum ShapeKey : unsigned {
  kValueKey = 1 << 0,
  kValuesKey = 1 << 1,
  kProbabilitiesKey = 1 << 2,
  kMinKey = 1 << 3,
  kMaxKey = 1 << 4,
  kMuKey = 1 << 5,
  kSigmaKey = 1 << 6,
  kAKey = 1 << 7,
  kBKey = 1 << 8,
  kQKey = 1 << 9,
};

struct Shape {
  absl::string_view name;
  unsigned required = 0;
  unsigned optional = 0;
  // Of a distribution over exponents: the one over values, which says the same more plainly.
  absl::string_view plainer = "";

  bool has(ShapeKey key) const { return ((required | optional) & key) != 0; }
};

// A key that was written.
struct GivenKey {
  ShapeKey key;
  absl::string_view name;
  Place place;
};

// Every key of a law that the draft gives, in the order of ShapeKey.
std::vector<GivenKey> KeysOf(const ParameterDraft& draft);

absl::string_view ShapeKeyName(ShapeKey key);

// The names of all distributions.
std::vector<std::string> ShapeNames();

// Null when there is none of that name.
const Shape* FindShapeNamed(absl::string_view name);

// The shape of a draft without a distribution, by its keys; null when they do not tell.
const Shape* InferShape(const ParameterDraft& draft);

}  // namespace sweepd
