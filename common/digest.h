// SHA-256 and HMAC-SHA-256, as lower-case hexadecimal text of 64 characters.
#pragma once

#include <string>

#include "absl/strings/string_view.h"

struct evp_md_ctx_st;

namespace sweepd {

std::string Sha256Hex(absl::string_view data);

// The same for data that comes in pieces.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;

  void Add(absl::string_view piece);
  // Once, after the last piece.
  std::string Hex();

 private:
  evp_md_ctx_st* context_;
};

std::string HmacSha256Hex(absl::string_view key, absl::string_view data);

// Whether two texts are equal, in a time that depends on their length alone: for comparing secrets.
bool EqualInConstantTime(absl::string_view a, absl::string_view b);

}  // namespace sweepd
