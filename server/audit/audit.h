// Whether a database keeps the promises of the controller: the logical audit behind `sweepd check`.
//
// SQLite's own checks tell whether the file is sound; this tells whether what it says can be true. It reads one
// committed state and verifies, by reading the rows again and in its own words, what the engine promises: counts equal
// recounts, trials and attempts are numbered without a hole, states of trial and attempt and the event log agree, every
// acknowledged report is stored, an objective is the aggregate of the stored values, the best trial is the best one,
// caps hold. It is written apart from the engine on purpose: a mistake there must not hide itself here.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "server/audit/complaint.h"

namespace sweepd {

// kQuick: leaves out what costs a look at every byte: full index checks, assignments and metric values.
enum class AuditDepth { kQuick, kFull };

struct AuditReport {
  Complaints complaints;
  // What was read; metric values only by a full audit.
  int64_t sweeps = 0;
  int64_t trials = 0;
  int64_t attempts = 0;
  int64_t points = 0;
  int64_t events = 0;
};

// Audits the database file at `path`, which another process may be writing meanwhile. Changes nothing. A damaged file
// is a report with complaints about the file alone: its rows cannot be judged.
//
// Errors: NOT_FOUND without the file; FAILED_PRECONDITION when it is of another program, or of a schema other than this
// version's; UNAVAILABLE when it cannot be read.
absl::StatusOr<AuditReport> AuditDatabase(const std::string& path, AuditDepth depth);

}  // namespace sweepd
