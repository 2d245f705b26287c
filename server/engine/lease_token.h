// The secrets that fence leases.
//
// A token is the HMAC-SHA-256 of the lease's identity under a key of the controller. So the same lease always has the
// same token, also after a restart, and no token is ever stored. Immutable, thread-safe.
#pragma once

#include <string>
#include <utility>

#include "server/core/trial.h"

namespace sweepd {

class LeaseTokens {
 public:
  // `key` is secret and must outlive a restart: another key makes every running lease invalid.
  explicit LeaseTokens(std::string key) : key_(std::move(key)) {}

  std::string TokenFor(const Attempt& attempt) const;
  bool Matches(const Attempt& attempt, const std::string& token) const;

 private:
  std::string key_;
};

}  // namespace sweepd
