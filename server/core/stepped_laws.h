// The laws over multiples of q: a continuous law, rounded. Laws are valid unless it is said otherwise. Implementation
// of distribution.h, which says what the functions do.
#pragma once

#include <cmath>
#include <cstdint>
#include <optional>

#include "absl/status/status.h"
#include "common/status_macros.h"
#include "server/core/continuous_laws.h"
#include "server/core/laws.h"

namespace sweepd::laws {

// The multiples factor * q that a law can give, first <= factor <= last.
class Steps {
 public:
  // The multiples inside the bounds; a bound that is a multiple up to rounding counts as one (0.3 is a multiple of
  // 0.1). Where there is no bound they end where whole numbers cease to be distinct, or numbers to be finite.
  Steps(Bounds bounds, double q, bool integral);

  double first() const { return first_; }
  double last() const { return last_; }

  // The multiple nearest to x, kept to those inside.
  Value Nearest(double x) const { return Multiple(std::fmax(first_, std::fmin(last_, std::round(x / q_)))); }
  Value Nth(uint64_t index) const { return Multiple(first_ + static_cast<double>(index)); }

  // The factor of a value; nullopt when it is no multiple inside.
  std::optional<double> FactorOf(const Value& value) const;

  // nullopt when there are no bounds.
  std::optional<uint64_t> Count() const;

  // INVALID_ARGUMENT when q is not a step, when no multiple lies inside, or too many do.
  absl::Status Check() const;

 private:
  Value Multiple(double factor) const;

  Bounds bounds_;
  double q_;
  bool integral_;
  double first_;
  double last_;
};

template <class Base>
Steps StepsOf(const Stepped<Base>& law) {
  return Steps(BoundsOf(law.base), law.q, law.integral);
}

// The values of a log-normal law come as close to 0 as one likes.
inline Steps StepsOf(const QLogNormal& law) { return Steps({0, BoundsOf(law.base).max}, law.q, law.integral); }

template <class Base>
Value ValueAt(const Stepped<Base>& law, double u) {
  return StepsOf(law).Nearest(Quantile(law.base, u));
}

// The middle of the u that give `value`; nullopt when it is outside the domain.
template <class Base>
std::optional<double> UnitOf(const Stepped<Base>& law, const Value& value) {
  const Steps steps = StepsOf(law);
  const std::optional<double> factor = steps.FactorOf(value);
  if (!factor.has_value()) return std::nullopt;
  const Bounds bounds = BoundsOf(law.base);
  const auto cdf_between = [&](double between) {
    return Cdf(law.base, std::fmax(bounds.min, std::fmin(bounds.max, between * law.q)));
  };
  const double low = *factor > steps.first() ? cdf_between(*factor - 0.5) : 0;
  const double high = *factor < steps.last() ? cdf_between(*factor + 0.5) : 1;
  return (low + high) / 2;
}

template <class Base>
std::optional<uint64_t> CountOf(const Stepped<Base>& law) {
  return StepsOf(law).Count();
}

template <class Base>
Value NthValue(const Stepped<Base>& law, uint64_t index) {
  return StepsOf(law).Nth(index);
}

// nullopt when the value is outside the domain.
template <class Base>
std::optional<uint64_t> IndexOf(const Stepped<Base>& law, const Value& value) {
  const Steps steps = StepsOf(law);
  const std::optional<double> factor = steps.FactorOf(value);
  if (!factor.has_value()) return std::nullopt;
  return static_cast<uint64_t>(*factor - steps.first());
}

// Any law may be given.
template <class Base>
absl::Status Validate(const Stepped<Base>& law) {
  RETURN_IF_ERROR(Validate(law.base));
  return StepsOf(law).Check();
}

}  // namespace sweepd::laws
