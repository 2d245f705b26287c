#include "server/stopping/stopping_rule.h"

#include "server/stopping/asha_rule.h"
#include "server/stopping/hyperband_rule.h"
#include "server/stopping/median_rule.h"

namespace sweepd {
namespace {

struct RuleMaker {
  std::unique_ptr<const StoppingRule> operator()(const Hyperband& config) const {
    return std::make_unique<HyperbandRule>(config);
  }
  std::unique_ptr<const StoppingRule> operator()(const MedianStop& config) const {
    return std::make_unique<MedianRule>(config);
  }
  std::unique_ptr<const StoppingRule> operator()(const Asha& config) const {
    return std::make_unique<AshaRule>(config);
  }
};

}  // namespace

std::unique_ptr<const StoppingRule> MakeStoppingRule(const EarlyTerminate& config) {
  return std::visit(RuleMaker{}, config);
}

}  // namespace sweepd
