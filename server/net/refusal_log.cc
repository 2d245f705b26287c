#include "server/net/refusal_log.h"

#include <utility>

#include "common/log.h"

namespace sweepd {
namespace {

constexpr absl::Duration kLineInterval = absl::Minutes(1);

struct Text {
  absl::string_view message;
  absl::string_view hint;
};

Text TextOf(Refusal refusal) {
  switch (refusal) {
    case Refusal::kAddressLimit:
      return {"connections refused: one address has too many", "raise --max-connections-per-address"};
    case Refusal::kTotalLimit:
      return {"connections refused: there are too many", "raise the limit of open files (ulimit -n, LimitNOFILE=)"};
    case Refusal::kNoDescriptors: break;
  }
  return {"connections refused: no file descriptor is left", "raise the limit of open files (ulimit -n, fs.file-max)"};
}

void WriteWarning(absl::string_view message, int64_t count, const std::string& peer, absl::string_view hint) {
  LogWarning(message, {{"count", count}, {"latest", peer}, {"hint", std::string(hint)}});
}

}  // namespace

RefusalLog::RefusalLog(const Clock& clock) : RefusalLog(clock, WriteWarning) {}

RefusalLog::RefusalLog(const Clock& clock, Sink sink) : clock_(clock), sink_(std::move(sink)) {}

void RefusalLog::Add(Refusal refusal, const std::string& peer) {
  Kind& kind = kinds_[static_cast<size_t>(refusal)];
  ++kind.count;
  kind.last_peer = peer;
  if (clock_.Monotonic() >= kind.next_line) Write(refusal, kind);
}

void RefusalLog::Flush() {
  for (size_t i = 0; i < kinds_.size(); ++i) {
    if (kinds_[i].count > 0) Write(static_cast<Refusal>(i), kinds_[i]);
  }
}

void RefusalLog::Write(Refusal refusal, Kind& kind) {
  const Text text = TextOf(refusal);
  sink_(text.message, kind.count, kind.last_peer.empty() ? "unknown" : kind.last_peer, text.hint);
  kind.count = 0;
  kind.next_line = clock_.Monotonic() + kLineInterval;
}

}  // namespace sweepd
