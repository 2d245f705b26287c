// The log of refused connections: the first of a kind at once, then one line a minute with how many there were.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/clock.h"

namespace sweepd {

enum class Refusal {
  kAddressLimit,   // as many connections as one address may have
  kTotalLimit,     // as many as the open-file limit leaves room for
  kNoDescriptors,  // the system or the process has no descriptor left
};
inline constexpr size_t kRefusals = 3;

// Not thread-safe.
class RefusalLog {
 public:
  // One line: why, how many since the last line of that kind, where the latest came from, what to do.
  using Sink =
      std::function<void(absl::string_view message, int64_t count, const std::string& peer, absl::string_view hint)>;

  // Writes warnings; `clock` must outlive it.
  explicit RefusalLog(const Clock& clock);
  RefusalLog(const Clock& clock, Sink sink);

  // `peer` may be empty: unknown.
  void Add(Refusal refusal, const std::string& peer);

  // Writes what is still uncounted; once more at the end.
  void Flush();

 private:
  struct Kind {
    int64_t count = 0;  // not yet written
    std::string last_peer;
    absl::Duration next_line = -absl::InfiniteDuration();
  };

  void Write(Refusal refusal, Kind& kind);

  const Clock& clock_;
  const Sink sink_;
  std::array<Kind, kRefusals> kinds_;
};

}  // namespace sweepd
