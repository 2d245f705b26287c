#include "bench/quality/instance.h"

#include <cmath>
#include <cstdio>
#include <cstdlib>

namespace sweepd::quality {
namespace {

double Wrapped(double place) {
  const double unit = (place - 0.1) / 0.8;
  return 0.1 + 0.8 * (unit - std::floor(unit));
}

}  // namespace

double Shift(uint64_t seed, int64_t j) {
  const double hashed =
      std::sin(12.9898 * static_cast<double>(seed) + 78.233 * static_cast<double>(j + 1)) * 43758.5453;
  return 0.1 + 0.8 * (hashed - std::floor(hashed));
}

Rng InstanceRng(absl::string_view task, uint64_t seed, uint64_t purpose) {
  uint64_t name = 0;
  for (const char c : task) name = MixSeed(name, static_cast<unsigned char>(c));
  return Rng(MixSeed(name, seed), purpose);
}

bool Instance::Has(const Assignment& assignment, absl::string_view name) {
  return assignment.find(name) != assignment.end();
}

size_t Instance::Find(absl::string_view name) const {
  for (size_t i = 0; i < space_.parameters().size(); ++i) {
    if (space_.parameters()[i].name == name) return i;
  }
  std::fprintf(stderr, "a task reads \"%s\", which its space does not have\n", std::string(name).c_str());
  std::abort();
}

double Instance::Offset(const Assignment& assignment, absl::string_view name, double moved) const {
  const size_t i = Find(name);
  const Distribution& law = space_.parameters()[i].distribution;
  const double place = Wrapped(Shift(seed_, static_cast<int64_t>(i)) + moved);
  return *UnitOf(law, assignment.find(name)->second) - *UnitOf(law, ValueAt(law, place));
}

int64_t Instance::Index(const Assignment& assignment, absl::string_view name) const {
  return static_cast<int64_t>(*IndexOf(space_.parameters()[Find(name)].distribution, assignment.find(name)->second));
}

double Instance::Penalty(const Assignment& assignment, absl::string_view name) const {
  const size_t i = Find(name);
  const uint64_t values = *ValueCount(space_.parameters()[i].distribution);
  const auto index = static_cast<uint64_t>(Index(assignment, name));
  Rng rng = InstanceRng(name, seed_, kLandscape);
  const uint64_t best = rng.NextBelow(values);
  if (index == best) return 0;
  return 0.25 + 0.75 * Rng(rng.NextUint64(), index).NextUnit();
}

}  // namespace sweepd::quality
