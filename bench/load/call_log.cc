#include "bench/load/call_log.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"

namespace sweepd::load {
namespace {

absl::Duration PercentileOf(std::vector<uint32_t> latencies, double fraction) {
  if (latencies.empty()) return absl::ZeroDuration();
  const auto rank = static_cast<size_t>(std::ceil(fraction * static_cast<double>(latencies.size())));
  const size_t index = std::min(latencies.size() - 1, rank == 0 ? 0 : rank - 1);
  std::nth_element(latencies.begin(), latencies.begin() + static_cast<std::ptrdiff_t>(index), latencies.end());
  return absl::Microseconds(latencies[index]);
}

}  // namespace

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
  return PercentileOf(std::move(all), fraction);
}

absl::Duration CallLog::Percentile(CallKind kind, double fraction) const {
  return PercentileOf(latencies_[static_cast<size_t>(kind)], fraction);
}

}  // namespace sweepd::load
