// Where fresh identifiers come from, so that tests get the same ones every time.
#pragma once

#include <cstdint>
#include <string>

#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "common/rng.h"

namespace sweepd {

// Thread-safe.
class IdSource {
 public:
  virtual ~IdSource() = default;

  // 64 fresh bits. Unpredictable in RandomIdSource.
  virtual uint64_t NextWord() = 0;
};

// Bits from the operating system: tokens made of them cannot be guessed.
class RandomIdSource : public IdSource {
 public:
  uint64_t NextWord() override;
};

// The same bits for the same seed. For tests and simulations only.
class SeededIdSource : public IdSource {
 public:
  explicit SeededIdSource(uint64_t seed) : rng_(seed, 0) {}
  uint64_t NextWord() override;

 private:
  absl::Mutex mutex_;
  Rng rng_ ABSL_GUARDED_BY(mutex_);
};

// `length` (at most 12) characters of a-z and 2-7, five bits each.
std::string MakeBase32Id(IdSource& ids, int length);

// 32 hexadecimal characters, 128 bits.
std::string MakeToken(IdSource& ids);

// 32 hexadecimal characters: the milliseconds since the Unix epoch (48 bits), then 80 fresh bits. Ids of later
// milliseconds sort behind earlier ones, which keeps an index of them dense; the idea of UUID version 7 (RFC 9562).
std::string MakeTimeOrderedId(IdSource& ids, absl::Time now);

}  // namespace sweepd
