// Typed members of a stored map.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/value.h"

namespace sweepd {

// Reads typed members of a map. A missing or mistyped member is remembered as an error and read as a default, so that
// the code that uses this is a list of members; status() is asked once at the end.
class MemberReader {
 public:
  explicit MemberReader(const Value::Map& map) : map_(map) {}

  const Value& Any(absl::string_view name) {
    const auto found = map_.find(name);
    if (found != map_.end()) return found->second;
    Fail(name);
    return null_;
  }
  const Value* Optional(absl::string_view name) const {
    const auto found = map_.find(name);
    return found == map_.end() ? nullptr : &found->second;
  }
  std::string String(absl::string_view name) {
    const Value& value = Any(name);
    return value.is_string() ? value.as_string() : (Fail(name), "");
  }
  int64_t Int(absl::string_view name) {
    const Value& value = Any(name);
    return value.is_int() ? value.as_int() : (Fail(name), 0);
  }
  double Number(absl::string_view name) {
    const Value& value = Any(name);
    return value.is_number() ? value.as_double() : (Fail(name), 0);
  }
  bool Bool(absl::string_view name) {
    const Value& value = Any(name);
    return value.is_bool() ? value.as_bool() : (Fail(name), false);
  }
  Value::List List(absl::string_view name) {
    const Value& value = Any(name);
    return value.is_list() ? value.as_list() : (Fail(name), Value::List());
  }
  Value::Map Map(absl::string_view name) {
    const Value& value = Any(name);
    return value.is_map() ? value.as_map() : (Fail(name), Value::Map());
  }
  // As absl::FormatDuration writes it.
  absl::Duration Duration(absl::string_view name) {
    absl::Duration duration;
    return absl::ParseDuration(String(name), &duration) ? duration : (Fail(name), duration);
  }
  // A word of an enum.
  template <class Enum>
  Enum Word(absl::string_view name, std::optional<Enum> (*parse)(absl::string_view)) {
    const std::optional<Enum> word = parse(String(name));
    return word.has_value() ? *word : (Fail(name), Enum{});
  }

  void Fail(absl::string_view name) {
    if (status_.ok()) status_ = absl::InvalidArgumentError(absl::StrCat("stored spec: bad \"", name, "\""));
  }
  const absl::Status& status() const { return status_; }

 private:
  const Value::Map& map_;
  Value null_;
  absl::Status status_;
};

}  // namespace sweepd
