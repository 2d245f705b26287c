// A JSON value that keeps integers and floating-point numbers apart.
//
// Values are finite: ParseJson refuses NaN and infinities. Maps are ordered by key, so that two equal values have one
// text. Value types without identity: copy, move and compare them freely; const access is thread-safe.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace sweepd {

class Value {
 public:
  struct Null {
    bool operator==(const Null&) const = default;
  };
  using List = std::vector<Value>;
  using Map = std::map<std::string, Value, std::less<>>;

  Value() = default;
  Value(bool b) : data_(b) {}                      // NOLINT(google-explicit-constructor)
  Value(int64_t i) : data_(i) {}                   // NOLINT(google-explicit-constructor)
  Value(int i) : data_(int64_t{i}) {}              // NOLINT(google-explicit-constructor)
  Value(double d) : data_(d) {}                    // NOLINT(google-explicit-constructor)
  Value(std::string s) : data_(std::move(s)) {}    // NOLINT(google-explicit-constructor)
  Value(const char* s) : data_(std::string(s)) {}  // NOLINT(google-explicit-constructor)
  Value(List list) : data_(std::move(list)) {}     // NOLINT(google-explicit-constructor)
  Value(Map map) : data_(std::move(map)) {}        // NOLINT(google-explicit-constructor)

  bool is_null() const { return std::holds_alternative<Null>(data_); }
  bool is_bool() const { return std::holds_alternative<bool>(data_); }
  bool is_int() const { return std::holds_alternative<int64_t>(data_); }
  bool is_double() const { return std::holds_alternative<double>(data_); }
  bool is_number() const { return is_int() || is_double(); }
  bool is_string() const { return std::holds_alternative<std::string>(data_); }
  bool is_list() const { return std::holds_alternative<List>(data_); }
  bool is_map() const { return std::holds_alternative<Map>(data_); }

  // The caller has checked the kind; a wrong one ends the process.
  bool as_bool() const { return std::get<bool>(data_); }
  int64_t as_int() const { return std::get<int64_t>(data_); }
  // The number, whether integer or floating point.
  double as_double() const { return is_int() ? static_cast<double>(as_int()) : std::get<double>(data_); }
  const std::string& as_string() const { return std::get<std::string>(data_); }
  const List& as_list() const { return std::get<List>(data_); }
  const Map& as_map() const { return std::get<Map>(data_); }
  Map& as_map() { return std::get<Map>(data_); }

  // Same kind and same content: 1 and 1.0 differ.
  bool operator==(const Value& other) const { return data_ == other.data_; }

 private:
  std::variant<Null, bool, int64_t, double, std::string, List, Map> data_;
};

// Compact JSON in one line. A floating-point number is the shortest text that reads back to the same bits and always
// holds a '.', an 'e' or both, so that its kind survives the trip. NaN and infinities, which values should not hold,
// are written as NaN, Infinity, -Infinity.
std::string ToJson(const Value& value);
std::string ToJson(const Value::Map& map);

// The same with two spaces of indentation, for people.
std::string ToPrettyJson(const Value& value);

// A floating-point number as ToJson writes it.
std::string FormatDouble(double number);

// INVALID_ARGUMENT with the byte offset when the text is not one JSON value, or when a number overflows.
absl::StatusOr<Value> ParseJson(absl::string_view text);

}  // namespace sweepd
