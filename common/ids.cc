#include "common/ids.h"

#include <sys/random.h>

#include <cstdlib>

#include "absl/strings/str_cat.h"

namespace sweepd {

uint64_t RandomIdSource::NextWord() {
  uint64_t word = 0;
  // Requests of up to 256 bytes are never cut short once the pool is ready; without randomness no token is safe.
  if (getrandom(&word, sizeof(word), 0) != static_cast<ssize_t>(sizeof(word))) std::abort();
  return word;
}

uint64_t SeededIdSource::NextWord() {
  absl::MutexLock lock(&mutex_);
  return rng_.NextUint64();
}

std::string MakeBase32Id(IdSource& ids, int length) {
  constexpr char kAlphabet[] = "abcdefghijklmnopqrstuvwxyz234567";
  uint64_t word = ids.NextWord();
  std::string id;
  for (int i = 0; i < length; ++i, word >>= 5) id += kAlphabet[word & 31];
  return id;
}

std::string MakeTimeOrderedId(IdSource& ids, absl::Time now) {
  const auto milliseconds = static_cast<uint64_t>(absl::ToUnixMillis(now)) & 0xffff'ffff'ffff;
  const uint64_t high = milliseconds << 16 | (ids.NextWord() & 0xffff);
  return absl::StrCat(absl::Hex(high, absl::kZeroPad16), absl::Hex(ids.NextWord(), absl::kZeroPad16));
}

std::string MakeToken(IdSource& ids) {
  return absl::StrCat(absl::Hex(ids.NextWord(), absl::kZeroPad16), absl::Hex(ids.NextWord(), absl::kZeroPad16));
}

}  // namespace sweepd
