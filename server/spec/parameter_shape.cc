#include "server/spec/parameter_shape.h"

#include <iterator>

namespace sweepd {
namespace {

constexpr unsigned kBounds = kMinKey | kMaxKey;
constexpr unsigned kMoments = kMuKey | kSigmaKey;
constexpr unsigned kBetaShapes = kAKey | kBKey;

constexpr Shape kShapes[] = {
    {"constant", kValueKey},
    {"categorical", kValuesKey},
    {"categorical_w_probabilities", kValuesKey | kProbabilitiesKey},
    {"int_uniform", kBounds},
    {"uniform", kBounds},
    {"log_uniform_values", kBounds},
    {"inv_log_uniform_values", kBounds},
    {"log_uniform", kBounds, 0, "log_uniform_values"},
    {"inv_log_uniform", kBounds, 0, "log_uniform_values"},
    {"normal", 0, kMoments},
    {"log_normal", 0, kMoments},
    {"beta", 0, kBetaShapes},
    {"q_uniform", kBounds, kQKey},
    {"q_log_uniform_values", kBounds, kQKey},
    {"q_log_uniform", kBounds, kQKey, "q_log_uniform_values"},
    {"q_normal", 0, kMoments | kQKey},
    {"q_log_normal", 0, kMoments | kQKey},
    {"q_beta", 0, kBetaShapes | kQKey},
};

constexpr absl::string_view kKeyNames[] = {"value", "values", "probabilities", "min", "max", "mu", "sigma", "a",
                                           "b",     "q"};

}  // namespace

absl::string_view ShapeKeyName(ShapeKey key) { return kKeyNames[__builtin_ctz(key)]; }

std::vector<GivenKey> KeysOf(const ParameterDraft& draft) {
  std::vector<GivenKey> keys;
  const auto add = [&keys](const auto& field, ShapeKey key) {
    if (field.is_given()) keys.push_back({key, ShapeKeyName(key), field.key_place});
  };
  add(draft.value, kValueKey);
  add(draft.values, kValuesKey);
  add(draft.probabilities, kProbabilitiesKey);
  add(draft.min, kMinKey);
  add(draft.max, kMaxKey);
  add(draft.mu, kMuKey);
  add(draft.sigma, kSigmaKey);
  add(draft.a, kAKey);
  add(draft.b, kBKey);
  add(draft.q, kQKey);
  return keys;
}

std::vector<std::string> ShapeNames() {
  std::vector<std::string> names;
  for (const Shape& shape : kShapes) names.emplace_back(shape.name);
  return names;
}

const Shape* FindShapeNamed(absl::string_view name) {
  for (const Shape& shape : kShapes) {
    if (shape.name == name) return &shape;
  }
  return nullptr;
}

const Shape* InferShape(const ParameterDraft& draft) {
  const auto is_integer = [](const Field<Value>& field) { return field.value.has_value() && field.value->is_int(); };
  if (draft.value.is_given()) return FindShapeNamed("constant");
  if (draft.values.is_given()) {
    return FindShapeNamed(draft.probabilities.is_given() ? "categorical_w_probabilities" : "categorical");
  }
  if (!draft.min.is_given() && !draft.max.is_given()) return nullptr;
  if (draft.q.is_given()) return FindShapeNamed("q_uniform");
  return FindShapeNamed(is_integer(draft.min) && is_integer(draft.max) ? "int_uniform" : "uniform");
}

}  // namespace sweepd
