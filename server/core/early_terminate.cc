#include "server/core/early_terminate.h"

#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/status_macros.h"

namespace sweepd {
namespace {

struct RuleWriter {
  Value::Map& map;

  void operator()(const Hyperband& rule) const {
    if (const auto* below = std::get_if<BandsFromBelow>(&rule.bands)) {
      map["min_iter"] = below->min_iter;
    } else {
      map["max_iter"] = std::get<BandsFromAbove>(rule.bands).max_iter;
      map["s"] = std::get<BandsFromAbove>(rule.bands).s;
    }
    map["eta"] = rule.eta;
    map["strict"] = rule.strict;
  }
  void operator()(const MedianStop& rule) const {
    map["min_iter"] = rule.min_iter;
    map["min_trials"] = rule.min_trials;
  }
  void operator()(const Asha& rule) const {
    map["min_iter"] = rule.min_iter;
    map["eta"] = rule.eta;
  }
};

absl::Status BadMember(absl::string_view name) {
  return absl::InvalidArgumentError(absl::StrCat("stored spec: bad \"early_terminate.", name, "\""));
}

const Value* Find(const Value::Map& map, absl::string_view name) {
  const auto found = map.find(name);
  return found == map.end() ? nullptr : &found->second;
}

absl::StatusOr<int64_t> ReadCount(const Value::Map& map, absl::string_view name) {
  const Value* value = Find(map, name);
  if (value == nullptr || !value->is_int() || value->as_int() < 1) return BadMember(name);
  return value->as_int();
}

absl::StatusOr<double> ReadEta(const Value::Map& map) {
  const Value* value = Find(map, "eta");
  if (value == nullptr || !value->is_number() || !(value->as_double() >= kMinEta)) return BadMember("eta");
  return value->as_double();
}

absl::StatusOr<EarlyTerminate> ReadHyperband(const Value::Map& map) {
  Hyperband rule;
  if (Find(map, "min_iter") != nullptr) {
    ASSIGN_OR_RETURN(const int64_t min_iter, ReadCount(map, "min_iter"));
    rule.bands = BandsFromBelow{min_iter};
  } else {
    ASSIGN_OR_RETURN(const int64_t max_iter, ReadCount(map, "max_iter"));
    ASSIGN_OR_RETURN(const int64_t s, ReadCount(map, "s"));
    rule.bands = BandsFromAbove{max_iter, s};
  }
  ASSIGN_OR_RETURN(rule.eta, ReadEta(map));
  const Value* strict = Find(map, "strict");
  if (strict == nullptr || !strict->is_bool()) return BadMember("strict");
  rule.strict = strict->as_bool();
  return rule;
}

absl::StatusOr<EarlyTerminate> ReadMedian(const Value::Map& map) {
  ASSIGN_OR_RETURN(const int64_t min_iter, ReadCount(map, "min_iter"));
  ASSIGN_OR_RETURN(const int64_t min_trials, ReadCount(map, "min_trials"));
  return MedianStop{min_iter, min_trials};
}

absl::StatusOr<EarlyTerminate> ReadAsha(const Value::Map& map) {
  ASSIGN_OR_RETURN(const int64_t min_iter, ReadCount(map, "min_iter"));
  ASSIGN_OR_RETURN(const double eta, ReadEta(map));
  return Asha{min_iter, eta};
}

}  // namespace

absl::string_view EarlyTerminateName(const EarlyTerminate& rule) {
  constexpr absl::string_view kNames[] = {"hyperband", "median", "asha"};
  return kNames[rule.index()];
}

Value EarlyTerminateToValue(const EarlyTerminate& rule) {
  Value::Map map{{"type", std::string(EarlyTerminateName(rule))}};
  std::visit(RuleWriter{map}, rule);
  return Value(std::move(map));
}

absl::StatusOr<EarlyTerminate> EarlyTerminateFromValue(const Value& value) {
  if (!value.is_map()) return absl::InvalidArgumentError("stored spec: bad \"early_terminate\"");
  const Value::Map& map = value.as_map();
  const Value* type = Find(map, "type");
  if (type != nullptr && type->is_string()) {
    if (type->as_string() == "hyperband") return ReadHyperband(map);
    if (type->as_string() == "median") return ReadMedian(map);
    if (type->as_string() == "asha") return ReadAsha(map);
  }
  return BadMember("type");
}

}  // namespace sweepd
