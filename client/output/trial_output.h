// How trials look: one on its own, and as rows of a list.
#pragma once

#include <string>
#include <vector>

#include "absl/time/time.h"
#include "client/output/list_printer.h"
#include "sweepd/v1/sweep_service.pb.h"

namespace sweepd::client {

// The columns that a list of a sweep's trials has, which depend on its parameters: one column for each, or a single one
// when there are too many for a screen.
class TrialListing {
 public:
  explicit TrialListing(const v1::Sweep& sweep);

  std::vector<Column> Columns() const;

  // The fixed keys of TrialJson, then "param.NAME" for each parameter in name order; the prefix keeps a parameter
  // called "state" apart.
  std::vector<std::string> CsvPaths() const;

  ListRow Row(const v1::Trial& trial, absl::Time now) const;

 private:
  std::string metric_;
  std::vector<std::string> parameters_;  // every one, in name order
  std::vector<std::string> shown_;       // those with a column in a table; empty: one column for all
  int64_t best_trial_ = 0;
  bool has_repeats_ = false;
};

// A block of labelled lines. `metric` names the objective; may be empty.
void PrintTrial(std::ostream& out, const Terminal& terminal, const v1::Trial& trial, const std::string& metric,
                absl::Time now, absl::TimeZone zone);

// What a command that changed a trial says of it, in any format: the state it led to.
void PrintTrialState(std::ostream& out, const Terminal& terminal, Format format, const v1::Trial& trial,
                     absl::Time now);

// The attempts as a table.
void PrintAttempts(std::ostream& out, const Terminal& terminal, const v1::GetTrialResponse& response, absl::Time now,
                   absl::TimeZone zone);

}  // namespace sweepd::client
