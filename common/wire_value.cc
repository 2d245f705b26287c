#include "common/wire_value.h"

#include <cmath>

#include "absl/strings/str_cat.h"
#include "common/status_macros.h"

namespace sweepd {
namespace {

constexpr int kMaxDepth = 64;

absl::StatusOr<Value> FromWire(const v1::Value& wire, int depth);

absl::StatusOr<Value::Map> MapFromWireAt(const google::protobuf::Map<std::string, v1::Value>& wire, int depth) {
  Value::Map map;
  for (const auto& [name, item] : wire) {
    absl::StatusOr<Value> value = FromWire(item, depth);
    if (!value.ok()) return absl::InvalidArgumentError(absl::StrCat(name, ": ", value.status().message()));
    map.emplace(name, *std::move(value));
  }
  return map;
}

absl::StatusOr<Value> FromWire(const v1::Value& wire, int depth) {
  if (depth > kMaxDepth) return absl::InvalidArgumentError("a value is nested more than 64 levels deep");
  switch (wire.kind_case()) {
    case v1::Value::kNullValue: return Value();
    case v1::Value::kBoolValue: return Value(wire.bool_value());
    case v1::Value::kIntValue: return Value(int64_t{wire.int_value()});
    case v1::Value::kDoubleValue:
      if (!std::isfinite(wire.double_value())) return absl::InvalidArgumentError("a number must be finite");
      return Value(wire.double_value());
    case v1::Value::kStringValue: return Value(wire.string_value());
    case v1::Value::kListValue: {
      Value::List list;
      for (const v1::Value& item : wire.list_value().values()) {
        ASSIGN_OR_RETURN(Value value, FromWire(item, depth + 1));
        list.push_back(std::move(value));
      }
      return Value(std::move(list));
    }
    case v1::Value::kMapValue: {
      ASSIGN_OR_RETURN(Value::Map map, MapFromWireAt(wire.map_value().values(), depth + 1));
      return Value(std::move(map));
    }
    case v1::Value::KIND_NOT_SET: break;
  }
  return absl::InvalidArgumentError("a value has no kind");
}

}  // namespace

v1::Value ValueToWire(const Value& value) {
  v1::Value wire;
  if (value.is_null()) {
    wire.mutable_null_value();
  } else if (value.is_bool()) {
    wire.set_bool_value(value.as_bool());
  } else if (value.is_int()) {
    wire.set_int_value(value.as_int());
  } else if (value.is_double()) {
    wire.set_double_value(value.as_double());
  } else if (value.is_string()) {
    wire.set_string_value(value.as_string());
  } else if (value.is_list()) {
    v1::Value::List& list = *wire.mutable_list_value();
    for (const Value& item : value.as_list()) *list.add_values() = ValueToWire(item);
  } else {
    MapToWire(value.as_map(), *wire.mutable_map_value()->mutable_values());
  }
  return wire;
}

absl::StatusOr<Value> ValueFromWire(const v1::Value& wire) { return FromWire(wire, 0); }

void MapToWire(const Value::Map& map, google::protobuf::Map<std::string, v1::Value>& wire) {
  for (const auto& [name, item] : map) wire[name] = ValueToWire(item);
}

absl::StatusOr<Value::Map> MapFromWire(const google::protobuf::Map<std::string, v1::Value>& wire) {
  return MapFromWireAt(wire, 0);
}

}  // namespace sweepd
