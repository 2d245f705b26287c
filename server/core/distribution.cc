#include "server/core/distribution.h"

#include <type_traits>

#include "absl/strings/str_cat.h"
#include "server/core/continuous_laws.h"
#include "server/core/finite_laws.h"
#include "server/core/stepped_laws.h"

namespace sweepd {
namespace {

template <class Law>
concept IsFinite = requires(const Law& law) {
  laws::IndexAt(law, 0.0);
};

template <class Law>
concept IsContinuous = requires(const Law& law) {
  laws::Quantile(law, 0.0);
};

absl::Status OutsideDomain(const Value& value, const Distribution& distribution) {
  return absl::InvalidArgumentError(
      absl::StrCat(ToJson(value), " is outside the domain of this ", DistributionName(distribution), " parameter"));
}

struct Sampler {
  double u;

  Value operator()(const auto& law) const {
    if constexpr (IsFinite<std::decay_t<decltype(law)>>) return laws::NthValue(law, laws::IndexAt(law, u));
    if constexpr (IsContinuous<std::decay_t<decltype(law)>>) return Value(laws::Quantile(law, u));
    if constexpr (requires { laws::StepsOf(law); }) return laws::ValueAt(law, u);
  }
};

// nullopt: outside the domain.
struct Inverse {
  const Value& value;

  std::optional<double> operator()(const auto& law) const {
    if constexpr (IsFinite<std::decay_t<decltype(law)>>) {
      const std::optional<uint64_t> index = laws::IndexOf(law, value);
      if (!index.has_value()) return std::nullopt;
      return laws::UnitOfIndex(law, *index);
    } else if constexpr (IsContinuous<std::decay_t<decltype(law)>>) {
      const laws::Bounds bounds = laws::BoundsOf(law);
      if (!value.is_number() || !(value.as_double() >= bounds.min && value.as_double() <= bounds.max))
        return std::nullopt;
      return laws::Cdf(law, value.as_double());
    } else {
      return laws::UnitOf(law, value);
    }
  }
};

}  // namespace

absl::string_view DistributionName(const Distribution& distribution) {
  constexpr absl::string_view kNames[] = {"constant",
                                          "categorical",
                                          "categorical_w_probabilities",
                                          "int_uniform",
                                          "uniform",
                                          "log_uniform_values",
                                          "normal",
                                          "log_normal",
                                          "beta",
                                          "q_uniform",
                                          "q_log_uniform_values",
                                          "q_normal",
                                          "q_log_normal",
                                          "q_beta"};
  static_assert(std::size(kNames) == std::variant_size_v<Distribution>);
  return kNames[distribution.index()];
}

absl::Status ValidateDistribution(const Distribution& distribution) {
  return std::visit([](const auto& law) { return laws::Validate(law); }, distribution);
}

Value ValueAt(const Distribution& distribution, double u) { return std::visit(Sampler{u}, distribution); }

absl::StatusOr<double> UnitOf(const Distribution& distribution, const Value& value) {
  const std::optional<double> unit = std::visit(Inverse{value}, distribution);
  if (!unit.has_value()) return OutsideDomain(value, distribution);
  return *unit;
}

std::optional<uint64_t> ValueCount(const Distribution& distribution) {
  return std::visit(
      [](const auto& law) -> std::optional<uint64_t> {
        if constexpr (IsContinuous<std::decay_t<decltype(law)>>)
          return std::nullopt;
        else
          return laws::CountOf(law);
      },
      distribution);
}

Value NthValue(const Distribution& distribution, uint64_t index) {
  return std::visit(
      [index](const auto& law) -> Value {
        if constexpr (IsContinuous<std::decay_t<decltype(law)>>)
          return Value();
        else
          return laws::NthValue(law, index);
      },
      distribution);
}

absl::StatusOr<uint64_t> IndexOf(const Distribution& distribution, const Value& value) {
  const auto index = std::visit(
      [&value](const auto& law) -> std::optional<uint64_t> {
        if constexpr (IsContinuous<std::decay_t<decltype(law)>>)
          return std::nullopt;
        else
          return laws::IndexOf(law, value);
      },
      distribution);
  if (!index.has_value()) return OutsideDomain(value, distribution);
  return *index;
}

}  // namespace sweepd
