// Rows for the store's tests: every field is filled with a value that is neither a default nor another field's.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "server/store/store.h"

namespace sweepd {

// `micros` microseconds after a fixed instant in 2024.
absl::Time At(int64_t micros);

// A valid spec; without a goal it has no objective.
SweepSpec SampleSpec(std::optional<Goal> goal);

Sweep SampleSweep(absl::string_view id, std::optional<Goal> goal = Goal::kMinimize);
Trial SampleTrial(absl::string_view sweep_id, int64_t number);
Trial SampleTrial(absl::string_view sweep_id, int64_t number, TrialState state, std::optional<double> objective);
Attempt SampleAttempt(const TrialKey& trial, int64_t number, AttemptState state = AttemptState::kRunning);
StopDecision SampleStop(double value, double threshold);
MetricReport SampleReport(int64_t sequence, int64_t step, std::map<std::string, double> values);
Event SampleEvent(int64_t revision);
Agent SampleAgent(absl::string_view id);

// The double with these bits.
double DoubleOf(uint64_t bits);

// One line with every field, floating-point numbers as their bits: two rows are the same if their lines are.
std::string Describe(const Sweep& sweep);
std::string Describe(const Trial& trial);
std::string Describe(const Attempt& attempt);
std::string Describe(const StopDecision& decision);
std::string Describe(const MetricPoint& point);
std::string Describe(const Agent& agent);
std::string Describe(const Event& event);

template <class Row>
std::vector<std::string> Describe(const std::vector<Row>& rows) {
  std::vector<std::string> lines;
  for (const Row& row : rows) lines.push_back(Describe(row));
  return lines;
}

}  // namespace sweepd
