// What all parts of one simulated world share.
#pragma once

#include <cstdint>
#include <cstdio>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "common/rng.h"
#include "tests/simulation/coverage.h"
#include "tests/simulation/event_queue.h"
#include "tests/simulation/machine_clock.h"
#include "tests/simulation/scenario.h"

namespace sweepd::simulation {

// The course of a world: as one number, so that two runs can be compared, and for people when asked for.
class Trace {
 public:
  Trace(const EventQueue& queue, bool verbose) : queue_(queue), verbose_(verbose) {}

  // `parts` are texts and numbers.
  template <class... Parts>
  void Add(const Parts&... parts) {
    const std::string line = absl::StrCat(parts...);
    for (const char c : line) hash_ = (hash_ ^ static_cast<unsigned char>(c)) * 0x100000001b3;
    hash_ = MixSeed(hash_, static_cast<uint64_t>(absl::ToInt64Microseconds(queue_.now())));
    if (verbose_) absl::FPrintF(stderr, "%12.6f %s\n", absl::ToDoubleSeconds(queue_.now()), line);
  }
  bool verbose() const { return verbose_; }
  uint64_t hash() const { return hash_; }

 private:
  const EventQueue& queue_;
  const bool verbose_;
  uint64_t hash_ = 0xcbf29ce484222325;
};

struct Scene {
  Scene(const Scenario& with, bool verbose) : scenario(with), trace(queue, verbose), clock(queue) {}

  // An invariant is broken. The first one ends the world.
  void Violate(const std::string& what) {
    trace.Add("VIOLATION ", what);
    if (violation.empty()) violation = absl::StrCat(what, " (at ", absl::FormatDuration(queue.now()), ")");
  }

  const Scenario scenario;
  EventQueue queue;
  Trace trace;
  MachineClock clock;
  Coverage coverage;
  int64_t calls = 0;   // that the controller took
  bool faulty = true;  // faults may still happen
  std::string violation;
};

}  // namespace sweepd::simulation
