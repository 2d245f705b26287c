#include "tests/fuzz/sweep_text.h"

#include <cmath>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/value.h"

namespace sweepd {
namespace {

// A finite number: often a usual one, sometimes any.
double DrawNumber(FuzzedDataProvider& bytes) {
  constexpr double kUsual[] = {
      0, 1, -1, 0.1, 0.5, 2, 10, 1e-5, 1e-300, 5e-324, 1e300, 1.7976931348623157e308, 4503599627370496};
  if (bytes.ConsumeIntegralInRange(0, 3) > 0) return bytes.PickValueInArray(kUsual);
  const auto number = bytes.ConsumeFloatingPoint<double>();
  return std::isfinite(number) ? number : 3;
}

Value DrawBound(FuzzedDataProvider& bytes) {
  if (bytes.ConsumeBool()) return Value(bytes.ConsumeIntegral<int64_t>());
  if (bytes.ConsumeBool()) return Value(int64_t{bytes.ConsumeIntegral<int8_t>()});
  return Value(DrawNumber(bytes));
}

Value DrawCategory(FuzzedDataProvider& bytes) {
  switch (bytes.ConsumeIntegralInRange(0, 5)) {
    case 0: return Value();
    case 1: return Value(bytes.ConsumeBool());
    case 2: return Value(std::string(1, static_cast<char>('a' + bytes.ConsumeIntegralInRange(0, 25))));
    case 3: return Value(Value::List{DrawBound(bytes), Value("x")});
    default: return DrawBound(bytes);
  }
}

Value::List DrawCategories(FuzzedDataProvider& bytes) {
  Value::List values;
  for (int left = bytes.ConsumeIntegralInRange(1, 6); left > 0; --left) values.push_back(DrawCategory(bytes));
  return values;
}

Value DrawParameter(FuzzedDataProvider& bytes, int depth);

Value::Map DrawParameters(FuzzedDataProvider& bytes, int depth) {
  Value::Map parameters;
  for (int left = bytes.ConsumeIntegralInRange(1, depth == 0 ? 6 : 3); left > 0; --left) {
    parameters.emplace(std::string(1, static_cast<char>('a' + left)), DrawParameter(bytes, depth));
  }
  return parameters;
}

void AddLaw(FuzzedDataProvider& bytes, Value::Map& parameter) {
  constexpr const char* kBounded[] = {
      "uniform",     "int_uniform",   "q_uniform",           "log_uniform_values", "inv_log_uniform_values",
      "log_uniform", "q_log_uniform", "q_log_uniform_values"};
  constexpr const char* kNormal[] = {"normal", "log_normal", "q_normal", "q_log_normal"};
  constexpr const char* kBeta[] = {"beta", "q_beta"};
  switch (bytes.ConsumeIntegralInRange(0, 3)) {
    case 0:
      parameter["distribution"] = Value(bytes.PickValueInArray(kNormal));
      parameter["mu"] = Value(DrawNumber(bytes));
      parameter["sigma"] = Value(std::fabs(DrawNumber(bytes)));
      break;
    case 1:
      parameter["distribution"] = Value(bytes.PickValueInArray(kBeta));
      parameter["a"] = Value(std::fabs(DrawNumber(bytes)));
      parameter["b"] = Value(std::fabs(DrawNumber(bytes)));
      break;
    default:
      parameter["distribution"] = Value(bytes.PickValueInArray(kBounded));
      parameter["min"] = DrawBound(bytes);
      parameter["max"] = DrawBound(bytes);
  }
  if (parameter.at("distribution").as_string().starts_with("q_") && bytes.ConsumeBool()) {
    parameter["q"] = Value(std::fabs(DrawNumber(bytes)));
  }
}

Value DrawParameter(FuzzedDataProvider& bytes, int depth) {
  Value::Map parameter;
  switch (bytes.ConsumeIntegralInRange(0, 5)) {
    case 0: parameter["value"] = DrawCategory(bytes); break;
    case 1: parameter["values"] = Value(DrawCategories(bytes)); break;
    case 2:
      parameter["min"] = DrawBound(bytes);
      parameter["max"] = DrawBound(bytes);
      break;
    case 3:
      if (depth < 3) {
        parameter["parameters"] = Value(DrawParameters(bytes, depth + 1));
        break;
      }
      [[fallthrough]];
    default: AddLaw(bytes, parameter);
  }
  if (bytes.ConsumeIntegralInRange(0, 4) == 0) {
    const std::string parent(1, static_cast<char>('a' + bytes.ConsumeIntegralInRange(1, 6)));
    parameter["when"] = Value(Value::Map{{parent, DrawCategory(bytes)}});
  }
  return Value(std::move(parameter));
}

}  // namespace

std::string DrawSweepText(FuzzedDataProvider& bytes) {
  constexpr const char* kMethods[] = {"grid", "random", "bayes"};
  Value::Map sweep;
  sweep["method"] = Value(bytes.PickValueInArray(kMethods));
  sweep["program"] = Value("train.py");
  sweep["metric"] = Value(Value::Map{{"name", Value("loss")}});
  sweep["seed"] = Value(int64_t{bytes.ConsumeIntegral<uint16_t>()});
  if (bytes.ConsumeBool()) sweep["grid"] = Value(Value::Map{{"order", Value("shuffled")}});
  sweep["parameters"] = Value(DrawParameters(bytes, 0));
  return ToJson(Value(std::move(sweep)));
}

}  // namespace sweepd
