#include "server/wire/early_terminate_wire.h"

namespace sweepd {
namespace {

struct RuleWriter {
  v1::EarlyTerminate& wire;

  void operator()(const Hyperband& rule) const {
    v1::EarlyTerminate::Hyperband& hyperband = *wire.mutable_hyperband();
    if (const auto* below = std::get_if<BandsFromBelow>(&rule.bands)) {
      hyperband.set_min_iter(below->min_iter);
    } else {
      hyperband.set_max_iter(std::get<BandsFromAbove>(rule.bands).max_iter);
      hyperband.set_s(std::get<BandsFromAbove>(rule.bands).s);
    }
    hyperband.set_eta(rule.eta);
    hyperband.set_strict(rule.strict);
  }
  void operator()(const MedianStop& rule) const {
    wire.mutable_median()->set_min_iter(rule.min_iter);
    wire.mutable_median()->set_min_trials(rule.min_trials);
  }
  void operator()(const Asha& rule) const {
    wire.mutable_asha()->set_min_iter(rule.min_iter);
    wire.mutable_asha()->set_eta(rule.eta);
  }
};

EarlyTerminateDraft ReadHyperband(const v1::EarlyTerminate::Hyperband& wire) {
  EarlyTerminateDraft draft;
  draft.type.value = "hyperband";
  if (wire.has_min_iter()) draft.min_iter.value = wire.min_iter();
  if (wire.has_max_iter()) draft.max_iter.value = wire.max_iter();
  if (wire.has_s()) draft.s.value = wire.s();
  if (wire.has_eta()) draft.eta.value = wire.eta();
  draft.strict.value = wire.strict();
  return draft;
}

EarlyTerminateDraft ReadMedian(const v1::EarlyTerminate::Median& wire) {
  EarlyTerminateDraft draft;
  draft.type.value = "median";
  if (wire.has_min_iter()) draft.min_iter.value = wire.min_iter();
  if (wire.has_min_trials()) draft.min_trials.value = wire.min_trials();
  return draft;
}

EarlyTerminateDraft ReadAsha(const v1::EarlyTerminate::Asha& wire) {
  EarlyTerminateDraft draft;
  draft.type.value = "asha";
  if (wire.has_min_iter()) draft.min_iter.value = wire.min_iter();
  if (wire.has_eta()) draft.eta.value = wire.eta();
  return draft;
}

}  // namespace

v1::EarlyTerminate EarlyTerminateToWire(const EarlyTerminate& rule) {
  v1::EarlyTerminate wire;
  std::visit(RuleWriter{wire}, rule);
  return wire;
}

EarlyTerminateDraft EarlyTerminateFromWire(const v1::EarlyTerminate& wire) {
  switch (wire.rule_case()) {
    case v1::EarlyTerminate::kHyperband: return ReadHyperband(wire.hyperband());
    case v1::EarlyTerminate::kMedian: return ReadMedian(wire.median());
    case v1::EarlyTerminate::kAsha: return ReadAsha(wire.asha());
    case v1::EarlyTerminate::RULE_NOT_SET: break;
  }
  return {};
}

}  // namespace sweepd
