// The box the model lives in: one coordinate in [0, 1] per search dimension, and the features the kernel sees.
//
// A *point* is a vector of `size()` coordinates. A continuous coordinate is any number in [0, 1]. An ordinal or
// categorical one has `count` equally wide cells and is always at a cell's centre, (cell + 0.5) / count. Several points
// are the columns of a matrix.
//
// A *feature vector* is what the kernel measures distances in. Continuous and ordinal dimensions have one feature,
// their coordinate. A categorical one has a one-hot code scaled by 1/sqrt(2), so that two different categories are at
// distance 1 and the kernel's length scale of that dimension weighs a Hamming distance. Beyond kMaxOneHot categories
// the code is a fixed pseudo-random direction of that many features instead, which keeps pairs nearly as far apart at a
// bounded cost.
//
// Immutable; safe to share between threads.
#pragma once

#include <Eigen/Core>
#include <cstdint>
#include <optional>
#include <vector>

namespace sweepd::gp {

inline constexpr uint64_t kMaxOneHot = 64;

struct Dimension {
  enum class Kind { kContinuous, kOrdinal, kCategorical };
  Kind kind = Kind::kContinuous;
  uint64_t count = 0;  // number of cells, at least 1; unused when continuous

  bool is_discrete() const { return kind != Kind::kContinuous; }
};

class Domain {
 public:
  explicit Domain(std::vector<Dimension> dimensions);

  Eigen::Index size() const { return static_cast<Eigen::Index>(dimensions_.size()); }
  const Dimension& dimension(Eigen::Index i) const { return dimensions_[static_cast<size_t>(i)]; }

  // The dimension of every feature, ascending.
  const std::vector<Eigen::Index>& dimension_of_feature() const { return dimension_of_feature_; }

  // The first feature of a dimension.
  Eigen::Index first_feature(Eigen::Index dimension) const { return first_feature_[static_cast<size_t>(dimension)]; }

  // Number of points; nullopt when a dimension is continuous. Saturates at 2^64 - 1. The domain without dimensions has
  // one point.
  std::optional<uint64_t> PointCount() const;

  // The index-th point of a finite domain, the last dimension fastest; index < PointCount().
  Eigen::VectorXd PointAt(uint64_t index) const;

  // The nearest point: coordinates are clamped to [0, 1], discrete ones moved to their cell's centre.
  Eigen::VectorXd Snap(Eigen::VectorXd coordinates) const;

  // The features of the points in the columns: one column per point.
  Eigen::MatrixXd Embed(const Eigen::MatrixXd& points) const;

 private:
  std::vector<Dimension> dimensions_;
  std::vector<Eigen::Index> dimension_of_feature_;
  std::vector<Eigen::Index> first_feature_;
};

// The cell of a coordinate among `count` equally wide ones, and the centre of a cell.
uint64_t CellOf(double coordinate, uint64_t count);
double CellCentre(uint64_t cell, uint64_t count);

}  // namespace sweepd::gp
