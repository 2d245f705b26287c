#include "server/strategy/gp/domain.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "common/rng.h"

namespace sweepd::gp {
namespace {

Eigen::Index FeaturesOf(const Dimension& dimension) {
  if (dimension.kind != Dimension::Kind::kCategorical) return 1;
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
  }
}

std::optional<uint64_t> Domain::PointCount() const {
  uint64_t points = 1;
  for (const Dimension& dimension : dimensions_) {
    if (!dimension.is_discrete()) return std::nullopt;
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
    const double clamped = std::clamp(coordinates[i], 0.0, 1.0);
    const uint64_t count = dimension(i).count;
    coordinates[i] = dimension(i).is_discrete() ? CellCentre(CellOf(clamped, count), count) : clamped;
  }
  return coordinates;
}

Eigen::MatrixXd Domain::Embed(const Eigen::MatrixXd& points) const {
  Eigen::MatrixXd features(static_cast<Eigen::Index>(dimension_of_feature_.size()), points.cols());
  for (Eigen::Index i = 0; i < size(); ++i) {
    if (dimension(i).kind != Dimension::Kind::kCategorical) {
      features.row(first_feature(i)) = points.row(i);
      continue;
    }
    for (Eigen::Index column = 0; column < points.cols(); ++column) {
      WriteCategory(dimension(i), CellOf(points(i, column), dimension(i).count),
                    features.col(column).segment(first_feature(i), FeaturesOf(dimension(i))));
    }
  }
  return features;
}

}  // namespace sweepd::gp
