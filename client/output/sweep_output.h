// How sweeps look: one on its own, and as rows of a list.
#pragma once

#include <string>
#include <vector>

#include "absl/time/time.h"
#include "client/output/list_printer.h"
#include "sweepd/v1/sweep.pb.h"

namespace sweepd::client {

// "grid, 12 points", "random, at most 30 trials".
std::string MethodSummary(const v1::Sweep& sweep);

// "hyperband eta=3 min_iter=3"; "none" without a rule.
std::string EarlyTerminateSummary(const v1::SweepSpec& spec);

// Trials in a final state, and how many there can be (0: unknown).
int64_t EndedTrials(const v1::TrialCounts& counts);
int64_t TotalTrials(const v1::TrialCounts& counts);
uint64_t PlannedTrials(const v1::Sweep& sweep);

// "4 succeeded, 1 failed, 2 running"; states without trials are left out.
std::string CountsText(const v1::TrialCounts& counts);

// No more trials will come: FINISHED or CANCELLED.
bool IsOver(const v1::Sweep& sweep);

// A trial succeeded, or was stopped early with an objective that counts.
bool HasSuccess(const v1::Sweep& sweep);

std::vector<Column> SweepColumns();
std::vector<std::string> SweepCsvPaths();
ListRow SweepRow(const v1::Sweep& sweep, absl::Time now);

// A block of labelled lines.
void PrintSweep(std::ostream& out, const Terminal& terminal, const v1::Sweep& sweep, absl::TimeZone zone);

}  // namespace sweepd::client
