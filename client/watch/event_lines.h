// A sweep's events as lines, for logs and pipes.
#pragma once

#include <optional>
#include <ostream>
#include <string>

#include "absl/time/time.h"
#include "client/watch/follow.h"

namespace sweepd::client {

// "12:34:56 trial 3 SUCCEEDED val_acc=0.93 (best)", without the newline.
std::string EventLine(const v1::Event& event, const std::string& metric, bool is_best, absl::TimeZone zone);

// Says on `err` that the controller went away or came back.
class ConnectionNotes : public SweepObserver {
 public:
  ConnectionNotes(std::ostream& err, std::string controller) : err_(err), controller_(std::move(controller)) {}

  void OnEvent(const v1::WatchSweepResponse&) override {}
  void OnConnection(bool connected) override;

 private:
  std::ostream& err_;
  const std::string controller_;
};

// Lines on `out`, for people or (with `json`) for programs: one compact JSON object each, see EventJson.
class EventLines : public ConnectionNotes {
 public:
  // `complete`: the events come from the sweep's beginning, so that each one's place in history is known.
  EventLines(std::ostream& out, std::ostream& err, std::string controller, absl::TimeZone zone, bool json,
             bool complete)
      : ConnectionNotes(err, std::move(controller)), out_(out), zone_(zone), json_(json), complete_(complete) {}

  void OnEvent(const v1::WatchSweepResponse& response) override;
  void OnTick() override { out_.flush(); }

 private:
  // Whether the event's trial was the best when it ended.
  bool IsBest(const v1::WatchSweepResponse& response);

  std::ostream& out_;
  const absl::TimeZone zone_;
  const bool json_;
  const bool complete_;
  std::optional<double> best_;
};

}  // namespace sweepd::client
