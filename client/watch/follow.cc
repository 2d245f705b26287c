#include "client/watch/follow.h"

#include <memory>

#include "client/output/sweep_output.h"
#include "common/status_macros.h"

namespace sweepd::client {
namespace {

constexpr absl::Duration kTick = absl::Milliseconds(500);

// Delivers events until the stream ends.
absl::Status DeliverEvents(SweepWatch& watch, SweepObserver& observer, absl::FunctionRef<absl::Status()> check) {
  bool connected = true;
  const auto set_connected = [&](bool now) {
    if (connected != now) observer.OnConnection(now);
    connected = now;
  };
  // A burst of events is taken without waiting; the tick comes after it.
  absl::Duration patience = absl::ZeroDuration();
  while (true) {
    ASSIGN_OR_RETURN(const SweepWatch::Step step, watch.Next(patience));
    switch (step) {
      case SweepWatch::Step::kEvent:
        set_connected(true);
        observer.OnEvent(watch.response());
        patience = absl::ZeroDuration();
        continue;
      case SweepWatch::Step::kEnd: return absl::OkStatus();
      case SweepWatch::Step::kDisconnected: set_connected(false); break;
      case SweepWatch::Step::kNothing: break;
    }
    RETURN_IF_ERROR(check());
    observer.OnTick();
    patience = kTick;
  }
}

}  // namespace

absl::StatusOr<v1::Sweep> FollowSweep(SweepClient& client, const v1::Sweep& sweep, int64_t after_revision,
                                      SweepObserver& observer, absl::FunctionRef<absl::Status()> check) {
  v1::Sweep last = sweep;
  if (!IsOver(sweep) || after_revision < sweep.revision()) {
    const std::unique_ptr<SweepWatch> watch = client.WatchSweep(sweep.id(), after_revision);
    RETURN_IF_ERROR(DeliverEvents(*watch, observer, check));
    ASSIGN_OR_RETURN(last, client.GetSweep(sweep.id()));
  }
  observer.OnEnd(last);
  return last;
}

}  // namespace sweepd::client
