#include "bench/objective_functions.h"

#include <array>
#include <cmath>
#include <numbers>

#include "absl/strings/str_cat.h"

namespace sweepd {
namespace {

constexpr double kPi = std::numbers::pi;

double BraninAt(const std::vector<double>& x) {
  const double valley = x[1] - 5.1 / (4 * kPi * kPi) * x[0] * x[0] + 5 / kPi * x[0] - 6;
  return valley * valley + 10 * (1 - 1 / (8 * kPi)) * std::cos(x[0]) + 10;
}

double Hartmann6At(const std::vector<double>& x) {
  constexpr std::array<double, 4> kWeight = {1.0, 1.2, 3.0, 3.2};
  constexpr double kScale[4][6] = {
      {10, 3, 17, 3.5, 1.7, 8}, {0.05, 10, 17, 0.1, 8, 14}, {3, 3.5, 1.7, 10, 17, 8}, {17, 8, 0.05, 10, 0.1, 14}};
  constexpr double kCentre[4][6] = {{0.1312, 0.1696, 0.5569, 0.0124, 0.8283, 0.5886},
                                    {0.2329, 0.4135, 0.8307, 0.3736, 0.1004, 0.9991},
                                    {0.2348, 0.1451, 0.3522, 0.2883, 0.3047, 0.6650},
                                    {0.4047, 0.8828, 0.8732, 0.5743, 0.1091, 0.0381}};
  double sum = 0;
  for (size_t i = 0; i < kWeight.size(); ++i) {
    double exponent = 0;
    for (size_t j = 0; j < 6; ++j) exponent += kScale[i][j] * (x[j] - kCentre[i][j]) * (x[j] - kCentre[i][j]);
    sum -= kWeight[i] * std::exp(-exponent);
  }
  return sum;
}

double AckleyAt(const std::vector<double>& x) {
  double squares = 0;
  double cosines = 0;
  for (const double xi : x) {
    squares += xi * xi;
    cosines += std::cos(2 * kPi * xi);
  }
  const auto n = static_cast<double>(x.size());
  return -20 * std::exp(-0.2 * std::sqrt(squares / n)) - std::exp(cosines / n) + 20 + std::numbers::e;
}

double LevyAt(const std::vector<double>& x) {
  const auto w = [&](size_t i) { return 1 + (x[i] - 1) / 4; };
  const auto square = [](double v) { return v * v; };
  const size_t last = x.size() - 1;
  double sum = square(std::sin(kPi * w(0))) + square(w(last) - 1) * (1 + square(std::sin(2 * kPi * w(last))));
  for (size_t i = 0; i < last; ++i) sum += square(w(i) - 1) * (1 + 10 * square(std::sin(kPi * w(i) + 1)));
  return sum;
}

double RosenbrockAt(const std::vector<double>& x) {
  double sum = 0;
  for (size_t i = 0; i + 1 < x.size(); ++i) {
    sum += 100 * std::pow(x[i + 1] - x[i] * x[i], 2) + std::pow(x[i] - 1, 2);
  }
  return sum;
}

double StyblinskiTangAt(const std::vector<double>& x) {
  double sum = 0;
  for (const double xi : x) sum += 0.5 * (std::pow(xi, 4) - 16 * xi * xi + 5 * xi);
  return sum;
}

double MichalewiczAt(const std::vector<double>& x) {
  double sum = 0;
  for (size_t i = 0; i < x.size(); ++i) {
    sum -= std::sin(x[i]) * std::pow(std::sin(static_cast<double>(i + 1) * x[i] * x[i] / kPi), 20);
  }
  return sum;
}

std::string ParameterName(size_t i) { return absl::StrCat("x", i + 1); }

std::vector<Bounds> Cube(int dimensions, double lower, double upper) {
  return std::vector<Bounds>(static_cast<size_t>(dimensions), {lower, upper});
}

}  // namespace

SearchSpace ObjectiveFunction::Space() const {
  std::vector<Parameter> parameters;
  for (size_t i = 0; i < bounds.size(); ++i) {
    parameters.push_back({ParameterName(i), Uniform{bounds[i].lower, bounds[i].upper}});
  }
  return *SearchSpace::Create(std::move(parameters));
}

double ObjectiveFunction::Evaluate(const Assignment& assignment) const {
  std::vector<double> x(bounds.size());
  for (size_t i = 0; i < x.size(); ++i) x[i] = assignment.at(ParameterName(i)).as_double();
  return at(x);
}

ObjectiveFunction Branin() { return {"branin", {{-5, 10}, {0, 15}}, 0.39788735772973816, BraninAt}; }
ObjectiveFunction Hartmann6() { return {"hartmann6", Cube(6, 0, 1), -3.322368011391339, Hartmann6At}; }
ObjectiveFunction Ackley(int dimensions) { return {"ackley", Cube(dimensions, -10, 15), 0, AckleyAt}; }
ObjectiveFunction Levy(int dimensions) { return {"levy", Cube(dimensions, -10, 10), 0, LevyAt}; }
ObjectiveFunction Rosenbrock(int dimensions) { return {"rosenbrock", Cube(dimensions, -5, 10), 0, RosenbrockAt}; }
ObjectiveFunction StyblinskiTang(int dimensions) {
  return {"styblinski_tang", Cube(dimensions, -5, 5), -39.16616570377142 * dimensions, StyblinskiTangAt};
}
ObjectiveFunction Michalewicz5() { return {"michalewicz", Cube(5, 0, kPi), -4.687658179088148, MichalewiczAt}; }

}  // namespace sweepd
