// The frame, kept up to date in place on a terminal.
#pragma once

#include <functional>
#include <ostream>

#include "client/watch/follow.h"
#include "client/watch/frame.h"
#include "common/clock.h"

namespace sweepd::client {

// Plain ANSI: it goes back over its own lines and touches nothing else of the screen.
class LiveView : public SweepObserver {
 public:
  // References must outlive the view. `client` is asked for the running trials at most once a second.
  LiveView(SweepClient& client, const v1::Sweep& sweep, std::ostream& out, std::function<Terminal()> measure,
           const Clock& clock);

  void OnEvent(const v1::WatchSweepResponse& response) override;
  void OnConnection(bool connected) override;
  void OnTick() override;
  void OnEnd(const v1::Sweep& sweep) override;

 private:
  void Fetch();
  void FetchBest();
  void FetchRunning();
  void Draw();

  SweepClient& client_;
  std::ostream& out_;
  const std::function<Terminal()> measure_;
  const Clock& clock_;
  SweepSnapshot snapshot_;
  bool changed_ = true;
  absl::Duration fetched_at_ = -absl::InfiniteDuration();
  size_t drawn_lines_ = 0;
};

}  // namespace sweepd::client
