// The tables metric_names and metric_points.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "server/core/metric.h"
#include "server/store/sqlite/attempt_rows.h"
#include "server/store/sqlite/connection.h"
#include "server/store/sqlite/trial_rows.h"
#include "server/store/store.h"

namespace sweepd {

// The functions mean what store.h says. One of an Append may stay when it fails: the caller undoes it.
class MetricRows {
 public:
  MetricRows(Connection& connection, TrialRows& trials, AttemptRows& attempts)
      : connection_(connection), trials_(trials), attempts_(attempts) {}

  absl::StatusOr<std::vector<MetricPoint>> List(const TrialKey& trial, const MetricQuery& query);
  absl::StatusOr<std::vector<std::string>> ListNames(const TrialKey& trial, int64_t attempt);
  absl::Status Append(const TrialKey& trial, int64_t attempt, const std::vector<MetricReport>& reports);

  void OnCommit() { interned_ = false; }
  void OnRollback();

 private:
  struct Curve {
    int64_t name_key = 0;
    std::string name;
  };
  struct AttemptId {
    int64_t key = 0;
    int64_t number = 0;
  };

  struct Point {
    int64_t name_key = 0;
    double value = 0;
    const MetricReport* report = nullptr;  // the one that holds it
  };

  // In the order of the reports. Their names are made where they are new.
  absl::StatusOr<std::vector<Point>> PointsOf(const std::vector<MetricReport>& reports);
  // 0 means the current attempt; nullopt while the trial has none.
  absl::StatusOr<std::optional<AttemptId>> Resolve(const TrialKey& trial, int64_t attempt);
  // What the attempt reported, by name.
  absl::StatusOr<std::vector<Curve>> CurvesOf(int64_t attempt_key);
  // Adds at most `limit - points.size()` points of one curve.
  absl::Status AddPoints(const AttemptId& attempt, const Curve& curve, const MetricQuery& query,
                         std::vector<MetricPoint>& points);
  // The key of a name, made when it is new.
  absl::StatusOr<int64_t> Intern(const std::string& name);

  Connection& connection_;
  TrialRows& trials_;
  AttemptRows& attempts_;
  absl::flat_hash_map<std::string, int64_t> name_keys_;  // used by the only writer
  bool interned_ = false;                                // a name, in the open transaction
};

}  // namespace sweepd
