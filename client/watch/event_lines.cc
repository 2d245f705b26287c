#include "client/watch/event_lines.h"

#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "client/output/number_text.h"
#include "client/output/resource_json.h"
#include "client/output/state_text.h"
#include "client/output/styled_text.h"

namespace sweepd::client {

std::string EventLine(const v1::Event& event, const std::string& metric, bool is_best, absl::TimeZone zone) {
  const std::string kind = EventKindText(event.kind());
  absl::string_view word = kind;
  std::string line = absl::StrCat(ClockText(event.time(), zone), " ");
  if (event.trial() != 0) {
    absl::ConsumePrefix(&word, "TRIAL_");
    absl::StrAppend(&line, "trial ", event.trial(), " ", word);
  } else {
    absl::ConsumePrefix(&word, "SWEEP_");
    absl::StrAppend(&line, "sweep ", word);
  }
  if (event.attempt() > 1) absl::StrAppend(&line, " attempt=", event.attempt());
  if (event.has_objective()) {
    absl::StrAppend(&line, " ", metric.empty() ? "objective" : metric, "=", NumberText(event.objective()));
  }
  if (is_best) absl::StrAppend(&line, " (best)");
  if (!event.detail().empty()) absl::StrAppend(&line, " ", OneLine(event.detail()));
  return line;
}

void ConnectionNotes::OnConnection(bool connected) {
  if (connected) {
    err_ << "connected to " << controller_ << " again\n";
  } else {
    err_ << "lost the controller at " << controller_ << "; trying again\n";
  }
  err_.flush();
}

void EventLines::OnEvent(const v1::WatchSweepResponse& response) {
  if (json_) {
    out_ << ToJson(EventJson(response.event())) << '\n';
    return;
  }
  out_ << EventLine(response.event(), response.sweep().spec().objective().metric(), IsBest(response), zone_) << '\n';
}

bool EventLines::IsBest(const v1::WatchSweepResponse& response) {
  const v1::Event& event = response.event();
  const bool counts = event.kind() == v1::EVENT_KIND_TRIAL_SUCCEEDED || event.kind() == v1::EVENT_KIND_TRIAL_STOPPED;
  if (!counts || !event.has_objective() || !std::isfinite(event.objective())) return false;
  // With repeats the best one is that of the best mean, which events do not tell.
  const bool by_mean = response.sweep().spec().repeats() > 1;
  if (!complete_ || by_mean) return response.sweep().best_trial() == event.trial();
  const bool maximize = response.sweep().spec().objective().goal() == v1::GOAL_MAXIMIZE;
  if (best_.has_value() && (maximize ? event.objective() <= *best_ : event.objective() >= *best_)) return false;
  best_ = event.objective();
  return true;
}

}  // namespace sweepd::client
