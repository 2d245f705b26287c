#include "server/strategy/gp/domain.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "common/rng.h"

namespace sweepd::gp {
namespace {

// The angle that a conditional coordinate spans.
constexpr double kArc = std::numbers::pi / 3;

Eigen::Index FeaturesOf(const Dimension& dimension) {
  if (dimension.kind != Dimension::Kind::kCategorical) return dimension.is_conditional() ? 2 : 1;
  return static_cast<Eigen::Index>(std::min(dimension.count, kMaxOneHot));
}

// The code of one category; `code` has FeaturesOf(dimension) elements.
void WriteCategory(const Dimension& dimension, uint64_t cell, Eigen::Ref<Eigen::VectorXd> code) {
  constexpr double kScale = 1.0 / std::numbers::sqrt2;
  code.setZero();
  if (dimension.count <= kMaxOneHot) {
    code[static_cast<Eigen::Index>(cell)] = kScale;
    return;
  }
  Rng rng(dimension.count, cell);
  for (double& element : code) element = rng.NextNormal();
  code *= kScale / code.norm();
}

}  // namespace

uint64_t CellOf(double coordinate, uint64_t count) {
  const double cell = std::floor(coordinate * static_cast<double>(count));
  if (!(cell > 0)) return 0;
  // The product may round up to a number beyond the last cell, or to 2^64.
  return cell < 0x1p64 ? std::min(static_cast<uint64_t>(cell), count - 1) : count - 1;
}

double CellCentre(uint64_t cell, uint64_t count) {
  return (static_cast<double>(cell) + 0.5) / static_cast<double>(count);
}

Domain::Domain(std::vector<Dimension> dimensions) : dimensions_(std::move(dimensions)) {
  for (size_t i = 0; i < dimensions_.size(); ++i) {
    first_feature_.push_back(static_cast<Eigen::Index>(dimension_of_feature_.size()));
    const auto features = static_cast<size_t>(FeaturesOf(dimensions_[i]));
    dimension_of_feature_.insert(dimension_of_feature_.end(), features, static_cast<Eigen::Index>(i));
    is_conditional_ = is_conditional_ || dimensions_[i].is_conditional();
  }
}

std::optional<uint64_t> Domain::PointCount() const {
  uint64_t points = 1;
  for (const Dimension& dimension : dimensions_) {
    if (!dimension.is_discrete() || dimension.is_conditional()) return std::nullopt;
    if (__builtin_mul_overflow(points, dimension.count, &points)) points = std::numeric_limits<uint64_t>::max();
  }
  return points;
}

Eigen::VectorXd Domain::PointAt(uint64_t index) const {
  Eigen::VectorXd point(size());
  for (Eigen::Index i = size() - 1; i >= 0; --i) {
    const uint64_t count = dimension(i).count;
    point[i] = CellCentre(index % count, count);
    index /= count;
  }
  return point;
}

Eigen::VectorXd Domain::Snap(Eigen::VectorXd coordinates) const {
  for (Eigen::Index i = 0; i < size(); ++i) {
    const double given = coordinates[i] == kAbsent ? 0.5 : coordinates[i];
    const double clamped = std::clamp(given, 0.0, 1.0);
    const uint64_t count = dimension(i).count;
    coordinates[i] = dimension(i).is_discrete() ? CellCentre(CellOf(clamped, count), count) : clamped;
  }
  if (!is_conditional_) return coordinates;
  Eigen::VectorXd point = coordinates;
  for (Eigen::Index i = 0; i < size(); ++i) {
    if (!IsActive(i, coordinates)) point[i] = kAbsent;
  }
  return point;
}

bool Domain::IsActive(Eigen::Index i, const Eigen::VectorXd& point) const {
  const std::vector<Condition>& conditions = dimension(i).conditions;
  return std::all_of(conditions.begin(), conditions.end(), [&](const Condition& condition) {
    const double coordinate = point[condition.parent];
    return coordinate != kAbsent &&
           std::binary_search(condition.cells.begin(), condition.cells.end(),
                              CellOf(coordinate, dimension(condition.parent).count)) &&
           IsActive(condition.parent, point);
  });
}

Eigen::MatrixXd Domain::Embed(const Eigen::MatrixXd& points) const {
  Eigen::MatrixXd features(static_cast<Eigen::Index>(dimension_of_feature_.size()), points.cols());
  for (Eigen::Index i = 0; i < size(); ++i) {
    const Eigen::Index first = first_feature(i);
    if (dimension(i).kind == Dimension::Kind::kCategorical) {
      for (Eigen::Index column = 0; column < points.cols(); ++column) {
        auto code = features.col(column).segment(first, FeaturesOf(dimension(i)));
        if (points(i, column) == kAbsent) {
          code.setZero();
        } else {
          WriteCategory(dimension(i), CellOf(points(i, column), dimension(i).count), code);
        }
      }
    } else if (!dimension(i).is_conditional()) {
      features.row(first) = points.row(i);
    } else {
      for (Eigen::Index column = 0; column < points.cols(); ++column) {
        const double u = points(i, column);
        features(first, column) = u == kAbsent ? 0.0 : std::sin(kArc * u);
        features(first + 1, column) = u == kAbsent ? 0.0 : std::cos(kArc * u);
      }
    }
  }
  return features;
}

Eigen::VectorXd Domain::CoordinateSlope(const Eigen::VectorXd& point, const Eigen::VectorXd& feature_slope) const {
  Eigen::VectorXd slope = Eigen::VectorXd::Zero(size());
  for (Eigen::Index i = 0; i < size(); ++i) {
    if (dimension(i).kind == Dimension::Kind::kCategorical || point[i] == kAbsent) continue;
    const Eigen::Index first = first_feature(i);
    slope[i] = feature_slope[first];
    if (!dimension(i).is_conditional()) continue;
    const double angle = kArc * point[i];
    slope[i] = kArc * (std::cos(angle) * feature_slope[first] - std::sin(angle) * feature_slope[first + 1]);
  }
  return slope;
}

}  // namespace sweepd::gp
