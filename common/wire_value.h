// Value <-> its wire type.
#pragma once

#include "absl/status/statusor.h"
#include "common/value.h"
#include "sweepd/v1/value.pb.h"

namespace sweepd {

v1::Value ValueToWire(const Value& value);

// INVALID_ARGUMENT for a value without a kind, a number that is not finite, or nesting beyond 64 levels.
absl::StatusOr<Value> ValueFromWire(const v1::Value& wire);

// The same for named values: the `map<string, Value>` fields.
void MapToWire(const Value::Map& map, google::protobuf::Map<std::string, v1::Value>& wire);
absl::StatusOr<Value::Map> MapFromWire(const google::protobuf::Map<std::string, v1::Value>& wire);

}  // namespace sweepd
