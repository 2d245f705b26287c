#include "server/rpc/watch_session.h"

#include <vector>

#include "server/core/errors.h"
#include "server/engine/queries.h"
#include "server/wire/error_wire.h"
#include "server/wire/sweep_wire.h"

namespace sweepd {
namespace {

// Events read at a time; the next ones are read when these are written, so a slow watcher holds little.
constexpr int64_t kEventsPerRead = 100;

}  // namespace

WatchSession::WatchSession(Controller& controller, const std::atomic<bool>& closing,
                           const v1::WatchSweepRequest& request)
    : controller_(controller),
      closing_(closing),
      sweep_id_(request.sweep()),
      follow_(request.follow()),
      after_(request.after_revision()) {}

grpc::ServerWriteReactor<v1::WatchSweepResponse>* WatchSession::Start(Controller& controller,
                                                                      const std::atomic<bool>& closing,
                                                                      const v1::WatchSweepRequest& request) {
  std::shared_ptr<WatchSession> session(new WatchSession(controller, closing, request));
  session->self_ = session;
  const std::weak_ptr<WatchSession> weak = session;
  session->subscription_ = controller.watch_hub().Subscribe(session->sweep_id_, [weak] {
    if (const std::shared_ptr<WatchSession> alive = weak.lock()) alive->Wake();
  });
  session->Wake();
  return session.get();
}

void WatchSession::Wake() {
  absl::MutexLock lock(&mutex_);
  if (finished_) return;
  if (reading_ || writing_ || !ready_.empty()) {
    read_again_ = true;
  } else {
    StartRead();
  }
}

void WatchSession::StartRead() {
  reading_ = true;
  read_again_ = false;
  controller_.read_pool().Run([session = shared_from_this()](StoreReader& reader) { session->Read(reader); });
}

void WatchSession::Read(StoreReader& reader) {
  int64_t after = 0;
  {
    absl::MutexLock lock(&mutex_);
    after = after_;
  }
  // The sweep first: if it is over there, its last event is among the events read after it.
  absl::StatusOr<SweepView> view = FindSweepView(reader, sweep_id_);
  absl::StatusOr<std::vector<Event>> events = std::vector<Event>();
  if (view.ok()) events = reader.ListEvents(sweep_id_, after, kEventsPerRead);

  absl::MutexLock lock(&mutex_);
  reading_ = false;
  if (closing_) {
    end_ = ErrorToWire(ShuttingDown());
  } else if (!view.ok() || !events.ok()) {
    end_ = ErrorToWire(view.ok() ? events.status() : view.status());
  } else {
    for (const Event& event : *events) {
      v1::WatchSweepResponse& response = ready_.emplace_back();
      *response.mutable_event() = EventToWire(event);
      *response.mutable_sweep() = SweepToWire(*view);
      after_ = event.revision;
    }
    const bool all = static_cast<int64_t>(events->size()) < kEventsPerRead;
    if (!all) read_again_ = true;
    if (all && !follow_ && IsTerminal(view->sweep.state)) end_ = grpc::Status::OK;
  }
  Continue();
}

void WatchSession::Continue() {
  if (finished_ || writing_) return;
  if (!ready_.empty()) {
    writing_ = true;
    StartWrite(&ready_.front());
  } else if (end_.has_value()) {
    finished_ = true;
    Finish(*end_);
  } else if (read_again_ && !reading_) {
    StartRead();
  }
}

void WatchSession::OnWriteDone(bool ok) {
  absl::MutexLock lock(&mutex_);
  writing_ = false;
  ready_.pop_front();
  if (!ok) {
    ready_.clear();
    end_ = grpc::Status::CANCELLED;
  }
  Continue();
}

void WatchSession::OnCancel() {
  absl::MutexLock lock(&mutex_);
  end_ = grpc::Status::CANCELLED;
  // The response being written, if any, stays until OnWriteDone.
  if (!ready_.empty()) ready_.erase(ready_.begin() + (writing_ ? 1 : 0), ready_.end());
  if (!reading_) Continue();
}

void WatchSession::OnDone() {
  controller_.watch_hub().Unsubscribe(sweep_id_, subscription_);
  self_.reset();
}

}  // namespace sweepd
