#include "client/watch/live_view.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"

namespace sweepd::client {
namespace {

constexpr absl::Duration kFetchAfterChange = absl::Seconds(1);
constexpr absl::Duration kFetchAnyway = absl::Seconds(3);  // running trials' objectives move without an event
constexpr int kMaxRunningRows = 12;

}  // namespace

LiveView::LiveView(SweepClient& client, const v1::Sweep& sweep, std::ostream& out, std::function<Terminal()> measure,
                   const Clock& clock)
    : client_(client), out_(out), measure_(std::move(measure)), clock_(clock) {
  snapshot_.sweep = sweep;
  snapshot_.controller = client.address();
}

void LiveView::OnEvent(const v1::WatchSweepResponse& response) {
  snapshot_.sweep = response.sweep();
  changed_ = true;
}

void LiveView::OnConnection(bool connected) {
  snapshot_.connected = connected;
  changed_ = true;
}

void LiveView::OnTick() {
  const absl::Duration age = clock_.Monotonic() - fetched_at_;
  if (snapshot_.connected && age > (changed_ ? kFetchAfterChange : kFetchAnyway)) Fetch();
  Draw();
}

void LiveView::OnEnd(const v1::Sweep& sweep) {
  snapshot_.sweep = sweep;
  snapshot_.running.clear();
  FetchBest();
  Draw();
}

// What cannot be had now stays as it was: the watch itself reports a controller that is gone.
void LiveView::Fetch() {
  FetchBest();
  FetchRunning();
  changed_ = false;
  fetched_at_ = clock_.Monotonic();
}

void LiveView::FetchBest() {
  const v1::Sweep& sweep = snapshot_.sweep;
  if (!sweep.has_best_trial()) return;
  if (snapshot_.best.has_value() && snapshot_.best->number() == sweep.best_trial()) return;
  absl::StatusOr<v1::GetTrialResponse> best = client_.GetTrial(sweep.id(), sweep.best_trial());
  if (best.ok()) snapshot_.best = std::move(*best->mutable_trial());
}

void LiveView::FetchRunning() {
  v1::ListTrialsRequest request;
  request.set_sweep(snapshot_.sweep.id());
  request.add_states(v1::TRIAL_STATE_RUNNING);
  request.set_page_size(kMaxRunningRows);
  const absl::StatusOr<v1::ListTrialsResponse> running = client_.ListTrials(request);
  if (running.ok()) snapshot_.running.assign(running->trials().begin(), running->trials().end());
}

void LiveView::Draw() {
  snapshot_.now = clock_.Now();
  const std::vector<std::string> lines = RenderFrame(snapshot_, measure_());
  std::string text;
  if (drawn_lines_ > 0) absl::StrAppend(&text, "\x1b[", drawn_lines_, "A");
  text += '\r';
  // Each line is overwritten and its rest erased, which does not flicker as erasing first would.
  for (const std::string& line : lines) absl::StrAppend(&text, line, "\x1b[K\n");
  text += "\x1b[J";
  out_ << text << std::flush;
  drawn_lines_ = lines.size();
}

}  // namespace sweepd::client
