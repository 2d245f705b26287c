// The stored metric values of attempts: every acknowledged report is there, and a trial's objective is their aggregate.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "server/audit/audited_sweep.h"

namespace sweepd {

class MetricAudit {
 public:
  struct AttemptId {
    int64_t key = 0;
    int64_t number = 0;
    int64_t acked_sequence = 0;
  };

  // Both outlive it.
  MetricAudit(const AuditContext& context, const AuditedSweep& sweep) : context_(context), sweep_(sweep) {}

  // Reads the names of the metrics. Call once, before Judge.
  absl::Status Prepare();

  // Reads the values of one attempt of `trial`. O(values).
  absl::Status Judge(const AttemptId& attempt, const AuditedTrial& trial);

 private:
  struct Aggregate {
    std::optional<double> value;
    int64_t step = 0;
    int64_t sequence = 0;
  };

  // Takes one value of the sweep's metric into the aggregate. Values come in any order of their sequences.
  void Take(double value, int64_t step, int64_t sequence, Aggregate& aggregate) const;
  void JudgeSequences(const AttemptId& attempt, const AuditedTrial& trial);
  void JudgeObjective(const AuditedTrial& trial, const Aggregate& aggregate) const;

  const AuditContext& context_;
  const AuditedSweep& sweep_;
  absl::flat_hash_set<int64_t> name_keys_;
  int64_t objective_key_ = 0;       // of the sweep's metric; 0: nobody ever reported one of that name
  std::vector<int64_t> sequences_;  // of the attempt at hand
};

}  // namespace sweepd
