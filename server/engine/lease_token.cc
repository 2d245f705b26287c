#include "server/engine/lease_token.h"

#include "absl/strings/str_cat.h"
#include "common/digest.h"

namespace sweepd {

std::string LeaseTokens::TokenFor(const Attempt& attempt) const {
  // Newlines stand in none of the parts but the last, so two identities never have one text.
  return HmacSha256Hex(key_, absl::StrCat(attempt.trial.sweep_id, "\n", attempt.trial.number, "\n", attempt.number,
                                          "\n", attempt.agent_id, "\n", attempt.request_id))
      .substr(0, 32);
}

bool LeaseTokens::Matches(const Attempt& attempt, const std::string& token) const {
  return EqualInConstantTime(TokenFor(attempt), token);
}

}  // namespace sweepd
