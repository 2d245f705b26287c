#include "server/store/sqlite/metric_rows.h"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include "common/status_macros.h"
#include "server/store/sqlite/row.h"

namespace sweepd {
namespace {

// Most names that are remembered.
constexpr size_t kMaxNames = 10'000;

// Points that one statement inserts, which costs a third less than a statement for each. One is prepared for every
// number of points that occurs.
constexpr size_t kMaxPointsPerInsert = 32;

// The statement for `points` of them.
absl::string_view InsertOf(size_t points) {
  static const auto& texts = *new auto([] {
    std::array<std::string, kMaxPointsPerInsert + 1> inserts;
    std::string text =
        "INSERT INTO metric_points (attempt_key, name_key, step, sequence, value, value_bits, time) VALUES";
    for (size_t count = 1; count <= kMaxPointsPerInsert; ++count) {
      text += count == 1 ? " (?, ?, ?, ?, ?, ?, ?)" : ", (?, ?, ?, ?, ?, ?, ?)";
      inserts[count] = text;
    }
    return inserts;
  }());
  return texts[points];
}

}  // namespace

absl::StatusOr<std::optional<MetricRows::AttemptId>> MetricRows::Resolve(const TrialKey& trial, int64_t attempt) {
  if (attempt == 0) {
    ASSIGN_OR_RETURN(const Trial found, trials_.Find(trial));
    attempt = found.attempt;
    if (attempt == 0) return std::nullopt;
  }
  ASSIGN_OR_RETURN(const int64_t key, attempts_.KeyOf(trial, attempt));
  return AttemptId{key, attempt};
}

absl::StatusOr<std::vector<MetricRows::Curve>> MetricRows::CurvesOf(int64_t attempt_key) {
  // Goes from name to name in the primary key instead of reading every point.
  Statement list = connection_.Prepare(
      "WITH RECURSIVE reported (name_key) AS ("
      "  SELECT min(name_key) FROM metric_points WHERE attempt_key = ?1"
      "  UNION ALL"
      "  SELECT (SELECT min(name_key) FROM metric_points WHERE attempt_key = ?1 AND name_key > reported.name_key)"
      "  FROM reported WHERE reported.name_key IS NOT NULL)"
      " SELECT name_key, name FROM reported JOIN metric_names USING (name_key) ORDER BY name");
  list.Bind(attempt_key);
  return ReadAll(list, [](Row& row) {
    Curve curve;
    curve.name_key = row.Int();
    curve.name = row.Text();
    return curve;
  });
}

absl::Status MetricRows::AddPoints(const AttemptId& attempt, const Curve& curve, const MetricQuery& query,
                                   std::vector<MetricPoint>& points) {
  const bool resumes = query.after.has_value() && query.after->name == curve.name;
  const int64_t first = std::numeric_limits<int64_t>::min();
  Statement list = connection_.Prepare(
      "SELECT step, sequence, value, value_bits, time FROM metric_points"
      " WHERE attempt_key = ?1 AND name_key = ?2 AND (step, sequence) > (?3, ?4)"
      " ORDER BY step, sequence LIMIT ?5");
  list.Bind(attempt.key, curve.name_key, resumes ? query.after->step : first, resumes ? query.after->sequence : first,
            query.limit - static_cast<int64_t>(points.size()));
  ASSIGN_OR_RETURN(auto found, ReadAll(list, [&](Row& row) {
                     MetricPoint point;
                     point.name = curve.name;
                     point.attempt = attempt.number;
                     point.step = row.Int();
                     point.sequence = row.Int();
                     point.value = row.Double();
                     point.time = row.Time();
                     return point;
                   }));
  std::move(found.begin(), found.end(), std::back_inserter(points));
  return absl::OkStatus();
}

absl::StatusOr<std::vector<MetricPoint>> MetricRows::List(const TrialKey& trial, const MetricQuery& query) {
  std::vector<MetricPoint> points;
  ASSIGN_OR_RETURN(const auto attempt, Resolve(trial, query.attempt));
  if (!attempt.has_value()) return points;
  ASSIGN_OR_RETURN(const std::vector<Curve> curves, CurvesOf(attempt->key));
  for (const Curve& curve : curves) {
    if (static_cast<int64_t>(points.size()) >= query.limit) break;
    if (query.after.has_value() && curve.name < query.after->name) continue;
    const auto& names = query.names;
    if (!names.empty() && std::find(names.begin(), names.end(), curve.name) == names.end()) continue;
    RETURN_IF_ERROR(AddPoints(*attempt, curve, query, points));
  }
  return points;
}

absl::StatusOr<std::vector<std::string>> MetricRows::ListNames(const TrialKey& trial, int64_t attempt) {
  std::vector<std::string> names;
  ASSIGN_OR_RETURN(const auto found, Resolve(trial, attempt));
  if (!found.has_value()) return names;
  ASSIGN_OR_RETURN(std::vector<Curve> curves, CurvesOf(found->key));
  for (Curve& curve : curves) names.push_back(std::move(curve.name));
  return names;
}

absl::StatusOr<int64_t> MetricRows::Intern(const std::string& name) {
  const auto known = name_keys_.find(name);
  if (known != name_keys_.end()) return known->second;
  Statement find = connection_.Prepare("SELECT name_key FROM metric_names WHERE name = ?1");
  find.Bind(name);
  ASSIGN_OR_RETURN(std::optional<int64_t> key, ReadOne(find, [](Row& row) { return row.Int(); }));
  if (!key.has_value()) {
    interned_ = true;
    RETURN_IF_ERROR(connection_.Prepare("INSERT INTO metric_names (name) VALUES (?1)").Bind(name).Run());
    key = connection_.last_insert_key();
  }
  if (name_keys_.size() >= kMaxNames) name_keys_.clear();
  name_keys_.emplace(name, *key);
  return *key;
}

absl::StatusOr<std::vector<MetricRows::Point>> MetricRows::PointsOf(const std::vector<MetricReport>& reports) {
  std::vector<Point> points;
  for (const MetricReport& report : reports) {
    for (const auto& [name, value] : report.values) {
      ASSIGN_OR_RETURN(const int64_t name_key, Intern(name));
      points.push_back({name_key, value, &report});
    }
  }
  return points;
}

absl::Status MetricRows::Append(const TrialKey& trial, int64_t attempt, const std::vector<MetricReport>& reports) {
  if (reports.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const int64_t attempt_key, attempts_.KeyOf(trial, attempt));
  ASSIGN_OR_RETURN(const std::vector<Point> points, PointsOf(reports));
  for (size_t begin = 0; begin < points.size(); begin += kMaxPointsPerInsert) {
    const size_t end = std::min(begin + kMaxPointsPerInsert, points.size());
    Statement insert = connection_.Prepare(InsertOf(end - begin));
    for (size_t i = begin; i < end; ++i) {
      const auto& [name_key, value, report] = points[i];
      insert.Bind(attempt_key, name_key, report->step, report->sequence, value, report->time);
    }
    RETURN_IF_ERROR(insert.Run());
  }
  return attempts_.Acknowledge(attempt_key, reports.back().sequence);
}

void MetricRows::OnRollback() {
  if (interned_) name_keys_.clear();
}

}  // namespace sweepd
