#include "common/wire_value.h"
#include "server/wire/space_wire.h"

namespace sweepd {
namespace {

void WriteLaw(const Constant& law, v1::Distribution& wire) {
  *wire.mutable_constant()->mutable_value() = ValueToWire(law.value);
}

void WriteLaw(const Categorical& law, v1::Distribution& wire) {
  for (const Value& value : law.values) *wire.mutable_categorical()->add_values() = ValueToWire(value);
}

void WriteLaw(const WeightedCategorical& law, v1::Distribution& wire) {
  v1::Distribution::WeightedCategorical& weighted = *wire.mutable_weighted_categorical();
  for (const Value& value : law.values) *weighted.add_values() = ValueToWire(value);
  for (const double probability : law.probabilities) weighted.add_probabilities(probability);
}

// The numbers of a law, into any message that has fields for them.
template <class Law, class Wire>
void WriteBounds(const Law& law, Wire& wire) {
  wire.set_min(law.min);
  wire.set_max(law.max);
}

template <class Law, class Wire>
void WriteMoments(const Law& law, Wire& wire) {
  wire.set_mu(law.mu);
  wire.set_sigma(law.sigma);
}

template <class Wire>
void WriteShapes(const Beta& law, Wire& wire) {
  wire.set_a(law.a);
  wire.set_b(law.b);
}

template <class Base, class Wire>
void WriteStep(const Stepped<Base>& law, Wire& wire) {
  wire.set_q(law.q);
  wire.set_integral(law.integral);
}

void WriteLaw(const IntUniform& law, v1::Distribution& wire) { WriteBounds(law, *wire.mutable_int_uniform()); }
void WriteLaw(const Uniform& law, v1::Distribution& wire) { WriteBounds(law, *wire.mutable_uniform()); }
void WriteLaw(const LogUniformValues& law, v1::Distribution& wire) {
  WriteBounds(law, *wire.mutable_log_uniform_values());
}
void WriteLaw(const Normal& law, v1::Distribution& wire) { WriteMoments(law, *wire.mutable_normal()); }
void WriteLaw(const LogNormal& law, v1::Distribution& wire) { WriteMoments(law, *wire.mutable_log_normal()); }
void WriteLaw(const Beta& law, v1::Distribution& wire) { WriteShapes(law, *wire.mutable_beta()); }

void WriteLaw(const QUniform& law, v1::Distribution& wire) {
  WriteBounds(law.base, *wire.mutable_q_uniform());
  WriteStep(law, *wire.mutable_q_uniform());
}
void WriteLaw(const QLogUniformValues& law, v1::Distribution& wire) {
  WriteBounds(law.base, *wire.mutable_q_log_uniform_values());
  WriteStep(law, *wire.mutable_q_log_uniform_values());
}
void WriteLaw(const QNormal& law, v1::Distribution& wire) {
  WriteMoments(law.base, *wire.mutable_q_normal());
  WriteStep(law, *wire.mutable_q_normal());
}
void WriteLaw(const QLogNormal& law, v1::Distribution& wire) {
  WriteMoments(law.base, *wire.mutable_q_log_normal());
  WriteStep(law, *wire.mutable_q_log_normal());
}
void WriteLaw(const QBeta& law, v1::Distribution& wire) {
  WriteShapes(law.base, *wire.mutable_q_beta());
  WriteStep(law, *wire.mutable_q_beta());
}

}  // namespace

void SpaceToWire(const SearchSpace& space, WireParameters& wire) {
  for (const Parameter& parameter : space.parameters()) {
    WireParameters* map = &wire;
    for (const std::string& group : parameter.groups) map = (*map)[group].mutable_group()->mutable_parameters();
    v1::Distribution& written = (*map)[parameter.name];
    std::visit([&written](const auto& law) { WriteLaw(law, written); }, parameter.distribution);
    for (const Condition& condition : parameter.when) {
      v1::Condition& when = *written.add_when();
      when.set_parameter(condition.parameter);
      for (const Value& value : condition.values) *when.add_values() = ValueToWire(value);
    }
  }
}

}  // namespace sweepd
