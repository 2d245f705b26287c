// An attempt's undelivered reports, and its result, on disk: what keeps them over an agent's restart.
//
// A file of records (spool_record.h) that is only appended to, and written anew without what is delivered when that is
// most of it. The reports lie there in the order of their sequences; memory holds where the first undelivered one is,
// not the reports.
//
// What is promised: after every call that returned OK the agent may be killed at any moment, and Open gives back the
// same state. A record that was being written then is not there, and neither are the reports of an Append that was.
// Nothing is synced to the medium: after a power loss the end of the file may be missing, and Open takes it as it is.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "agent/controller.h"
#include "agent/spool_record.h"

namespace sweepd::agent {

struct SpoolLimits {
  // Of undelivered records; beyond it HasRoom is false.
  int64_t max_bytes = 64 << 20;
  // Delivered bytes that are worth writing the file anew for.
  int64_t compact_bytes = 4 << 20;
};

// Movable, not thread-safe. Destroying it leaves the file. Errors of the file carry the system's reason
// (absl::ErrnoToStatus).
class Spool {
 public:
  // Makes the file, readable by its owner alone: it holds the lease's token.
  static absl::StatusOr<Spool> Create(const std::string& path, const LeaseRef& lease, const SpoolLimits& limits = {});

  // Takes a file up where its writer left it. DATA_LOSS when it does not begin with a lease of this version.
  static absl::StatusOr<Spool> Open(const std::string& path, const SpoolLimits& limits = {});

  Spool(Spool&& other) noexcept;
  Spool& operator=(Spool&&) = delete;
  ~Spool();

  const LeaseRef& lease() const { return lease_; }
  const FeedMark& mark() const { return mark_; }
  // Without lease and last sequence.
  const std::optional<FinishRequest>& finish() const { return finish_; }
  int64_t acked() const { return acked_; }
  int64_t unsettled() const { return reports_ - settled_; }
  bool HasRoom() const { return end_ - head_ < limits_.max_bytes; }

  // Appends reports and how far their source has been read; both or neither are there after a crash. An error has
  // changed nothing.
  absl::Status Append(const std::vector<MetricReport>& reports, const FeedMark& mark);

  // The first undelivered reports in order, with the sequences that follow acked(); not more than `most`, nor more than
  // `most_bytes` of them by `size`, but at least one if there is one. DATA_LOSS when they cannot be read.
  absl::StatusOr<std::vector<MetricReport>> Peek(size_t most, size_t most_bytes,
                                                 absl::FunctionRef<size_t(const MetricReport&)> size) const;

  // The first `count` undelivered reports need no delivery any more, and `acked` is the last stored sequence. That
  // holds for this object also after an error, which means that the file does not know it.
  absl::Status Settle(int64_t count, int64_t acked);

  absl::Status KeepFinish(const FinishRequest& finish);

  // Deletes the file. The object stays usable, but nothing that is added survives it.
  void Remove();

 private:
  Spool(std::string path, int file, const SpoolLimits& limits) : path_(std::move(path)), file_(file), limits_(limits) {}

  absl::Status Recover();
  absl::Status ReadState(Settlement& settlement);
  // Calls `visit` with the place and content of every whole record from `place` on, until it returns false or a record
  // is not whole; returns the place after the last one visited.
  int64_t Scan(int64_t place, absl::FunctionRef<bool(int64_t, const ParsedRecord&)> visit) const;
  std::string ReadAt(int64_t place, size_t bytes) const;
  absl::Status WriteAtEnd(const std::string& bytes);
  // Moves the place of the first undelivered report forward over `count` reports.
  void Advance(int64_t count);
  absl::Status Compact();

  std::string path_;
  int file_;
  SpoolLimits limits_;
  LeaseRef lease_;
  FeedMark mark_;
  std::optional<FinishRequest> finish_;
  int64_t reports_ = 0;  // of the attempt so far, those that a compaction left out included
  int64_t settled_ = 0;  // of them
  int64_t acked_ = 0;
  int64_t head_ =
      0;             // place of the first undelivered report, or any place before it with no undelivered report between
  int64_t end_ = 0;  // of what is written
};

}  // namespace sweepd::agent
