#include "client/flat_trial.h"

#include "absl/strings/str_cat.h"

namespace sweepd::client {
namespace {

void Flatten(const std::string& name, const Value& value, Value::Map& flat) {
  if (!value.is_map()) {
    flat[name] = value;
    return;
  }
  for (const auto& [key, inner] : value.as_map()) Flatten(absl::StrCat(name, ".", key), inner, flat);
}

}  // namespace

Value::Map FlatAssignment(const Value::Map& assignment, const v1::SweepSpec& spec) {
  Value::Map flat;
  for (const auto& [name, value] : assignment) {
    const auto law = spec.parameters().find(name);
    const bool is_value =
        law != spec.parameters().end() && (law->second.has_categorical() || law->second.has_constant());
    if (is_value) {
      flat[name] = value;
    } else {
      Flatten(name, value, flat);
    }
  }
  return flat;
}

}  // namespace sweepd::client
