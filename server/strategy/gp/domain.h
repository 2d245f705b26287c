// The box the model lives in: one coordinate per search dimension, and the features the kernel sees.
//
// A *point* is a vector of `size()` coordinates. A continuous coordinate is any number in [0, 1]. An ordinal or
// categorical one has `count` equally wide cells and is always at a cell's centre, (cell + 0.5) / count. A dimension
// with conditions is *active* while its parents are active and in accepted cells; the coordinate of an inactive one is
// kAbsent. Several points are the columns of a matrix.
//
// A *feature vector* is what the kernel measures distances in.
//   * A continuous or ordinal dimension has one feature, its coordinate u.
//   * With conditions it has two: (sin(t u), cos(t u)) with t = pi/3 while active, (0, 0) while not. Two active points
//     are at the distance 2 sin(t |u - u'| / 2), nearly |u - u'|; an active and an inactive one are at distance 1,
//     whatever u is, so that what is learned about u stays in its branch. (The arc embedding of Swersky et al. 2013,
//     arXiv:1409.4011; Euclidean, so the kernel stays positive definite.)
//   * A categorical one has a one-hot code scaled by 1/sqrt(2), so that two different categories are at distance 1 and
//     the kernel's length scale of that dimension weighs a Hamming distance; all zeros while inactive. Beyond
//     kMaxOneHot categories the code is a fixed pseudo-random direction of that many features instead, which keeps
//     pairs nearly as far apart at a bounded cost.
//
// Immutable; safe to share between threads.
#pragma once

#include <Eigen/Core>
#include <cstdint>
#include <optional>
#include <vector>

namespace sweepd::gp {

inline constexpr uint64_t kMaxOneHot = 64;
inline constexpr double kAbsent = -1;

// Holds while dimension `parent`, which is discrete, is active and in one of the cells.
struct Condition {
  Eigen::Index parent = 0;
  std::vector<uint64_t> cells;  // ascending
};

struct Dimension {
  enum class Kind { kContinuous, kOrdinal, kCategorical };
  Kind kind = Kind::kContinuous;
  uint64_t count = 0;  // number of cells, at least 1; unused when continuous
  std::vector<Condition> conditions = {};

  bool is_discrete() const { return kind != Kind::kContinuous; }
  bool is_conditional() const { return !conditions.empty(); }
};

class Domain {
 public:
  // Conditions must not be circular.
  explicit Domain(std::vector<Dimension> dimensions);

  Eigen::Index size() const { return static_cast<Eigen::Index>(dimensions_.size()); }
  const Dimension& dimension(Eigen::Index i) const { return dimensions_[static_cast<size_t>(i)]; }
  bool is_conditional() const { return is_conditional_; }

  // The dimension of every feature, ascending.
  const std::vector<Eigen::Index>& dimension_of_feature() const { return dimension_of_feature_; }

  // Number of points; nullopt when a dimension is continuous or has conditions. Saturates at 2^64 - 1. The domain
  // without dimensions has one point.
  std::optional<uint64_t> PointCount() const;

  // The index-th point of a domain with a PointCount, the last dimension fastest; index < PointCount().
  Eigen::VectorXd PointAt(uint64_t index) const;

  // The nearest point: coordinates are clamped to [0, 1], discrete ones moved to their cell's centre, inactive ones are
  // kAbsent. An active coordinate that is given as kAbsent becomes the middle.
  Eigen::VectorXd Snap(Eigen::VectorXd coordinates) const;

  // Whether the dimension is active at a point whose parents' coordinates are snapped.
  bool IsActive(Eigen::Index i, const Eigen::VectorXd& point) const;

  // The features of the points in the columns: one column per point. Ordinal coordinates need not be at a centre.
  Eigen::MatrixXd Embed(const Eigen::MatrixXd& points) const;

  // The derivatives by the coordinates from those by the features at `point`: 0 for categorical and inactive ones.
  Eigen::VectorXd CoordinateSlope(const Eigen::VectorXd& point, const Eigen::VectorXd& feature_slope) const;

 private:
  Eigen::Index first_feature(Eigen::Index dimension) const { return first_feature_[static_cast<size_t>(dimension)]; }

  std::vector<Dimension> dimensions_;
  std::vector<Eigen::Index> dimension_of_feature_;
  std::vector<Eigen::Index> first_feature_;
  bool is_conditional_ = false;
};

// The cell of a coordinate among `count` equally wide ones, and the centre of a cell.
uint64_t CellOf(double coordinate, uint64_t count);
double CellCentre(uint64_t cell, uint64_t count);

}  // namespace sweepd::gp
