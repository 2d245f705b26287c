#include "server/core/law_value.h"

#include <string>
#include <utility>

#include "common/status_macros.h"
#include "server/core/member_reader.h"

namespace sweepd {
namespace {

struct LawWriter {
  Value::Map& map;

  void operator()(const Constant& law) const { map["value"] = law.value; }
  void operator()(const Categorical& law) const { map["values"] = law.values; }
  void operator()(const WeightedCategorical& law) const {
    map["values"] = law.values;
    map["probabilities"] = Value::List(law.probabilities.begin(), law.probabilities.end());
  }
  void operator()(const IntUniform& law) const { WriteBounds(law); }
  void operator()(const Uniform& law) const { WriteBounds(law); }
  void operator()(const LogUniformValues& law) const { WriteBounds(law); }
  void operator()(const Normal& law) const { WriteMoments(law); }
  void operator()(const LogNormal& law) const { WriteMoments(law); }
  void operator()(const Beta& law) const {
    map["a"] = law.a;
    map["b"] = law.b;
  }
  template <class Base>
  void operator()(const Stepped<Base>& law) const {
    (*this)(law.base);
    map["q"] = law.q;
    map["integral"] = law.integral;
  }

  template <class Law>
  void WriteBounds(const Law& law) const {
    map["min"] = law.min;
    map["max"] = law.max;
  }
  template <class Law>
  void WriteMoments(const Law& law) const {
    map["mu"] = law.mu;
    map["sigma"] = law.sigma;
  }
};

struct LawReader {
  MemberReader& reader;

  void operator()(Constant& law) const { law.value = reader.Any("value"); }
  void operator()(Categorical& law) const { law.values = reader.List("values"); }
  void operator()(WeightedCategorical& law) const {
    law.values = reader.List("values");
    for (const Value& probability : reader.List("probabilities")) {
      if (!probability.is_number()) return reader.Fail("probabilities");
      law.probabilities.push_back(probability.as_double());
    }
  }
  void operator()(IntUniform& law) const { law = {reader.Int("min"), reader.Int("max")}; }
  void operator()(Uniform& law) const { law = {reader.Number("min"), reader.Number("max")}; }
  void operator()(LogUniformValues& law) const { law = {reader.Number("min"), reader.Number("max")}; }
  void operator()(Normal& law) const { law = {reader.Number("mu"), reader.Number("sigma")}; }
  void operator()(LogNormal& law) const { law = {reader.Number("mu"), reader.Number("sigma")}; }
  void operator()(Beta& law) const { law = {reader.Number("a"), reader.Number("b")}; }
  template <class Base>
  void operator()(Stepped<Base>& law) const {
    (*this)(law.base);
    law.q = reader.Number("q");
    law.integral = reader.Bool("integral");
  }
};

// The law of that name with default members; nullopt when there is none.
template <size_t index = 0>
std::optional<Distribution> LawNamed(absl::string_view name) {
  if constexpr (index < std::variant_size_v<Distribution>) {
    Distribution law(std::in_place_index<index>);
    if (DistributionName(law) == name) return law;
    return LawNamed<index + 1>(name);
  }
  return std::nullopt;
}

}  // namespace

Value::Map LawToValue(const Distribution& distribution) {
  Value::Map map{{"distribution", std::string(DistributionName(distribution))}};
  std::visit(LawWriter{map}, distribution);
  return map;
}

absl::StatusOr<Distribution> LawFromValue(const Value::Map& map) {
  MemberReader reader(map);
  std::optional<Distribution> law = LawNamed(reader.String("distribution"));
  if (law.has_value()) {
    std::visit(LawReader{reader}, *law);
  } else {
    reader.Fail("distribution");
  }
  RETURN_IF_ERROR(reader.status());
  return *std::move(law);
}

}  // namespace sweepd
