// The index of a value of one law, for many values: a list of categories is searched once, not for each.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>

#include "server/core/distribution.h"

namespace sweepd {

class ValueLookup {
 public:
  // The law has a ValueCount, and must outlive this.
  explicit ValueLookup(const Distribution& law);

  // As IndexOf; nullopt when the value is outside the domain.
  std::optional<uint64_t> IndexOf(const Value& value) const;

 private:
  const Distribution& law_;
  std::unordered_map<std::string, uint64_t> categories_;  // by GridKey; empty unless the law lists its values
};

}  // namespace sweepd
