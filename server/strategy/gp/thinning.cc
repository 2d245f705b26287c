#include "server/strategy/gp/thinning.h"

#include <algorithm>
#include <numeric>
#include <vector>

namespace sweepd::gp {

TrainingSet Thin(const TrainingSet& data, Eigen::Index size) {
  const Eigen::Index n = data.labels.size();
  if (n <= size) return data;
  std::vector<Eigen::Index> order(static_cast<size_t>(n));
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(),
                   [&](Eigen::Index a, Eigen::Index b) { return data.labels[a] < data.labels[b]; });
  const Eigen::Index best = size / 2;
  const Eigen::Index others = size - best;
  std::vector<Eigen::Index> chosen(order.begin(), order.begin() + best);
  for (Eigen::Index i = 0; i < others; ++i) {
    chosen.push_back(order[static_cast<size_t>(best + i * (n - best) / others)]);
  }
  std::sort(chosen.begin(), chosen.end());
  TrainingSet thinned{data.features(Eigen::all, chosen), data.labels(chosen), data.dimension_of_feature};
  if (data.noise_scales.size() > 0) thinned.noise_scales = data.noise_scales(chosen);
  return thinned;
}

}  // namespace sweepd::gp
