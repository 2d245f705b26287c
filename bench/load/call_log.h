// What a client's thread saw of its calls within the window of a round.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"

namespace sweepd::load {

enum class CallKind { kRequestTrial, kReportMetrics, kHeartbeat, kFinishTrial };
inline constexpr std::array kCallKinds = {CallKind::kRequestTrial, CallKind::kReportMetrics, CallKind::kHeartbeat,
                                          CallKind::kFinishTrial};

// Name of the rpc.
const char* CallKindName(CallKind kind);

// Not thread-safe.
class CallLog {
 public:
  void AddCall(CallKind kind, absl::Duration latency);
  void AddLifecycle() { ++lifecycles_; }
  void AddPoints(int64_t points) { points_ += points; }
  // Errors are counted whenever they happen, also outside the window.
  void AddError(CallKind kind, const absl::Status& status);

  void Merge(const CallLog& other);

  int64_t calls() const;
  int64_t lifecycles() const { return lifecycles_; }
  int64_t points() const { return points_; }
  int64_t errors() const;
  // Count by "RPC: CODE: message".
  const std::map<std::string, int64_t>& errors_by_text() const { return errors_; }

  // The latency that a fraction of the calls does not exceed; zero without calls.
  absl::Duration Percentile(double fraction) const;
  absl::Duration Percentile(CallKind kind, double fraction) const;

 private:
  // Microseconds by kind.
  std::array<std::vector<uint32_t>, kCallKinds.size()> latencies_;
  std::map<std::string, int64_t> errors_;
  int64_t lifecycles_ = 0;
  int64_t points_ = 0;
};

}  // namespace sweepd::load
