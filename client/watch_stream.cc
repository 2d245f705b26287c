#include "client/watch_stream.h"

#include <algorithm>
#include <utility>

#include "absl/time/clock.h"
#include "client/error_detail.h"
#include "common/wire_status.h"

namespace sweepd::client {
namespace {

// A stream that lived this long was connected, even if it delivered nothing.
constexpr absl::Duration kProofOfLife = absl::Seconds(5);

// Any address does: at most one operation is under way, so the tag carries nothing.
void* Tag(void* self) { return self; }

}  // namespace

WatchStream::WatchStream(v1::SweepService::Stub& stub, const Clock& clock, v1::WatchSweepRequest request,
                         absl::Duration reconnect_for, Rng rng)
    : stub_(stub),
      clock_(clock),
      request_(std::move(request)),
      reconnect_for_(reconnect_for),
      backoff_({.initial_delay = absl::Milliseconds(100), .max_delay = absl::Seconds(2)}, rng) {}

WatchStream::~WatchStream() {
  if (context_ != nullptr) context_->TryCancel();
  queue_.Shutdown();
  void* tag;
  bool ok;
  while (queue_.Next(&tag, &ok)) {
  }
}

absl::StatusOr<SweepWatch::Step> WatchStream::Next(absl::Duration timeout) {
  const absl::Duration deadline = clock_.Monotonic() + timeout;
  while (true) {
    if (reader_ == nullptr) {
      absl::SleepFor(std::min(retry_at_, deadline) - clock_.Monotonic());
      if (clock_.Monotonic() < retry_at_) return Step::kNothing;
      Start();
    } else if (operation_ == Operation::kNone) {
      Read();
    }
    void* tag;
    bool ok = false;
    const absl::Time until = absl::Now() + std::max(absl::ZeroDuration(), deadline - clock_.Monotonic());
    const auto next = queue_.AsyncNext(&tag, &ok, absl::ToChronoTime(until));
    if (next != grpc::CompletionQueue::GOT_EVENT) return Step::kNothing;
    const absl::StatusOr<Step> step = Advance(ok);
    if (!step.ok() || *step != Step::kNothing) return step;
  }
}

void WatchStream::Start() {
  started_ = clock_.Monotonic();
  context_ = std::make_unique<grpc::ClientContext>();
  reader_ = stub_.PrepareAsyncWatchSweep(context_.get(), request_, &queue_);
  operation_ = Operation::kStart;
  reader_->StartCall(Tag(this));
}

void WatchStream::Read() {
  operation_ = Operation::kRead;
  reader_->Read(&response_, Tag(this));
}

void WatchStream::Finish() {
  operation_ = Operation::kFinish;
  reader_->Finish(&status_, Tag(this));
}

void WatchStream::CloseCall() {
  operation_ = Operation::kNone;
  reader_.reset();
  context_.reset();
}

// One operation ended; kNothing: go on waiting.
absl::StatusOr<SweepWatch::Step> WatchStream::Advance(bool ok) {
  const Operation ended = std::exchange(operation_, Operation::kNone);
  if (ended == Operation::kFinish) return OnFinished();
  if (!ok) {
    Finish();
    return Step::kNothing;
  }
  if (ended == Operation::kStart) {
    Read();
    return Step::kNothing;
  }
  away_since_ = absl::InfiniteDuration();
  backoff_.Reset();
  request_.set_after_revision(response_.event().revision());
  return Step::kEvent;
}

absl::StatusOr<SweepWatch::Step> WatchStream::OnFinished() {
  const absl::Duration now = clock_.Monotonic();
  if (now - started_ > kProofOfLife) away_since_ = absl::InfiniteDuration();
  CloseCall();
  if (status_.ok()) return Step::kEnd;
  const absl::Status status = StatusFromWire(status_);
  if (!IsTransient(status)) return WithDetail(status, DetailFromWire(status_));
  if (away_since_ == absl::InfiniteDuration()) {
    away_since_ = now;
    backoff_.Reset();
  }
  if (now - away_since_ > reconnect_for_) return WithDetail(status, DetailFromWire(status_));
  retry_at_ = now + backoff_.NextDelay(status);
  return Step::kDisconnected;
}

}  // namespace sweepd::client
