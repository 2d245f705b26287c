#include "bench/load/call_log.h"

#include "absl/strings/str_cat.h"
#include "bench/load/percentile.h"

namespace sweepd::load {
const char* CallKindName(CallKind kind) {
  switch (kind) {
    case CallKind::kRequestTrial: return "RequestTrial";
    case CallKind::kReportMetrics: return "ReportMetrics";
    case CallKind::kHeartbeat: return "Heartbeat";
    case CallKind::kFinishTrial: break;
  }
  return "FinishTrial";
}

void CallLog::AddCall(CallKind kind, absl::Duration latency) {
  latencies_[static_cast<size_t>(kind)].push_back(static_cast<uint32_t>(absl::ToInt64Microseconds(latency)));
}

void CallLog::AddError(CallKind kind, const absl::Status& status) {
  ++errors_[absl::StrCat(CallKindName(kind), ": ", status.ToString())];
}

void CallLog::Merge(const CallLog& other) {
  for (size_t kind = 0; kind < latencies_.size(); ++kind) {
    latencies_[kind].insert(latencies_[kind].end(), other.latencies_[kind].begin(), other.latencies_[kind].end());
  }
  for (const auto& [text, count] : other.errors_) errors_[text] += count;
  lifecycles_ += other.lifecycles_;
  points_ += other.points_;
}

int64_t CallLog::calls() const {
  size_t calls = 0;
  for (const auto& latencies : latencies_) calls += latencies.size();
  return static_cast<int64_t>(calls);
}

int64_t CallLog::errors() const {
  int64_t errors = 0;
  for (const auto& [text, count] : errors_) errors += count;
  return errors;
}

absl::Duration CallLog::Percentile(double fraction) const {
  std::vector<uint32_t> all;
  for (const auto& latencies : latencies_) all.insert(all.end(), latencies.begin(), latencies.end());
  return absl::Microseconds(load::Percentile(std::move(all), fraction));
}

absl::Duration CallLog::Percentile(CallKind kind, double fraction) const {
  return absl::Microseconds(load::Percentile(latencies_[static_cast<size_t>(kind)], fraction));
}

}  // namespace sweepd::load
