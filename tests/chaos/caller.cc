#include "tests/chaos/caller.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "absl/time/clock.h"
#include "common/clock.h"
#include "common/retry.h"
#include "common/wire_status.h"

namespace sweepd::chaos {
namespace {

// How long calls are repeated after the program was told to stop.
constexpr double kFarewellSeconds = 60;

// Bounds of the waits between tries: short, so that a controller that is back is under load at once.
constexpr absl::Duration kFirstPause = absl::Milliseconds(5);
constexpr absl::Duration kLongestPause = absl::Milliseconds(40);

bool MayBeRepeated(const grpc::Status& status, const std::string& reason) {
  if (IsTransient(StatusFromWire(status))) return true;
  // Without a reason of the controller these come from a connection that broke.
  const bool transport = status.error_code() == grpc::UNKNOWN || status.error_code() == grpc::INTERNAL ||
                         status.error_code() == grpc::CANCELLED;
  return transport && reason.empty();
}

}  // namespace

Caller::Caller(std::string agent, const std::shared_ptr<grpc::Channel>& channel, absl::Duration timeout, Rng rng,
               CallLog& log, const std::atomic<bool>& stopping)
    : agent_(std::move(agent)),
      stub_(v1::AgentService::NewStub(channel)),
      timeout_(timeout),
      rng_(rng),
      log_(log),
      stopping_(stopping) {}

double Caller::Now() { return absl::ToDoubleSeconds(SystemClock().Monotonic()); }

void Caller::SetDeadline(grpc::ClientContext& context) const {
  context.set_wait_for_ready(true);  // sent the moment that the controller is back
  context.set_deadline(std::chrono::system_clock::now() + absl::ToChronoMilliseconds(timeout_));
}

CallError Caller::Log(const char* rpc, int tries, const grpc::Status& status, nlohmann::json line) {
  const std::string reason = DetailFromWire(status).reason();
  line["kind"] = "call";
  line["rpc"] = rpc;
  line["agent"] = agent_;
  line["try"] = tries;
  line["ended"] = Now();
  line["code"] = static_cast<int>(status.error_code());
  if (!status.ok()) {
    line["reason"] = reason;
    line["message"] = status.error_message();
  }
  log_.Write(line);
  if (status.ok()) return CallError::kNone;
  if (reason == "LEASE_LOST") return CallError::kLeaseLost;
  if (reason == "AGENT_NOT_FOUND") return CallError::kAgentNotFound;
  return MayBeRepeated(status, reason) ? CallError::kUnanswered : CallError::kRefused;
}

bool Caller::PauseBeforeTry(int tries) {
  if (stopping_) {
    if (stopping_since_ == 0) stopping_since_ = Now();
    if (Now() - stopping_since_ > kFarewellSeconds) return false;
  }
  const absl::Duration bound = std::min(kLongestPause, kFirstPause * (1 << std::min(tries, 8)));
  absl::SleepFor(bound * rng_.NextUnit());
  return true;
}

}  // namespace sweepd::chaos
