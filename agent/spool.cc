#include "agent/spool.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>
#include <variant>

#include "absl/strings/str_cat.h"
#include "common/status_macros.h"

namespace sweepd::agent {
namespace {

// How much is read at once; a longer record is read alone.
constexpr size_t kPieceBytes = 256 << 10;

absl::Status SystemError(absl::string_view verb, const std::string& path) {
  return absl::ErrnoToStatus(errno, absl::StrCat("cannot ", verb, " ", path));
}

absl::Status WriteAll(int file, int64_t place, absl::string_view bytes, const std::string& path) {
  while (!bytes.empty()) {
    const ssize_t put = pwrite(file, bytes.data(), bytes.size(), place);
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return SystemError("write", path);
    place += put;
    bytes.remove_prefix(static_cast<size_t>(put));
  }
  return absl::OkStatus();
}

// Closed on every way out but Release.
class NewFile {
 public:
  explicit NewFile(const std::string& path)
      : file_(open(path.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600)) {}
  ~NewFile() {
    if (file_ >= 0) close(file_);
  }
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;
  int get() const { return file_; }
  int Release() { return std::exchange(file_, -1); }

 private:
  int file_;
};

}  // namespace

absl::StatusOr<Spool> Spool::Create(const std::string& path, const LeaseRef& lease, const SpoolLimits& limits) {
  const int file = NewFile(path).Release();
  if (file < 0) return SystemError("make", path);
  Spool spool(path, file, limits);
  spool.lease_ = lease;
  std::string bytes;
  AppendRecord(lease, bytes);
  RETURN_IF_ERROR(spool.WriteAtEnd(bytes));
  spool.head_ = spool.end_;
  return spool;
}

absl::StatusOr<Spool> Spool::Open(const std::string& path, const SpoolLimits& limits) {
  const int file = open(path.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW);
  if (file < 0) return SystemError("open", path);
  Spool spool(path, file, limits);
  RETURN_IF_ERROR(spool.Recover());
  return spool;
}

Spool::Spool(Spool&& other) noexcept
    : path_(std::move(other.path_)),
      file_(std::exchange(other.file_, -1)),
      limits_(other.limits_),
      lease_(std::move(other.lease_)),
      mark_(other.mark_),
      finish_(std::move(other.finish_)),
      reports_(other.reports_),
      settled_(other.settled_),
      acked_(other.acked_),
      head_(other.head_),
      end_(other.end_) {}

Spool::~Spool() {
  if (file_ >= 0) close(file_);
}

absl::Status Spool::Recover() {
  Settlement settlement;
  RETURN_IF_ERROR(ReadState(settlement));
  if (ftruncate(file_, end_) != 0) return SystemError("cut the torn end off", path_);
  acked_ = settlement.acked;
  Advance(std::clamp<int64_t>(settlement.reports - settled_, 0, reports_ - settled_));
  return absl::OkStatus();
}

absl::Status Spool::ReadState(Settlement& settlement) {
  int64_t seen = 0;
  Scan(0, [&](int64_t place, const ParsedRecord& parsed) {
    if (end_ == 0 && !std::holds_alternative<LeaseRef>(parsed.record)) return false;
    if (std::holds_alternative<MetricReport>(parsed.record)) {
      ++seen;
      return true;  // counts only once its mark is there
    }
    if (const auto* lease = std::get_if<LeaseRef>(&parsed.record)) lease_ = *lease;
    if (const auto* mark = std::get_if<FeedMark>(&parsed.record)) mark_ = *mark;
    if (const auto* finish = std::get_if<FinishRequest>(&parsed.record)) finish_ = *finish;
    if (const auto* settled = std::get_if<Settlement>(&parsed.record)) {
      settlement = *settled;
      // What a compaction left out is counted by the settlement that it wrote before every report.
      if (seen == 0) seen = settled_ = settled->reports;
    }
    reports_ = seen;
    end_ = place + static_cast<int64_t>(parsed.size);
    return true;
  });
  if (end_ > 0) return absl::OkStatus();
  return absl::DataLossError(absl::StrCat(path_, " does not begin with a lease that this version of the agent reads"));
}

int64_t Spool::Scan(int64_t place, absl::FunctionRef<bool(int64_t, const ParsedRecord&)> visit) const {
  size_t wanted = kPieceBytes;
  while (true) {
    const std::string piece = ReadAt(place, wanted);
    absl::string_view rest = piece;
    while (const std::optional<ParsedRecord> parsed = ParseRecord(rest)) {
      if (!visit(place, *parsed)) return place;
      place += static_cast<int64_t>(parsed->size);
      rest.remove_prefix(parsed->size);
    }
    // The piece may have cut a record in two; that one is read again from its beginning, and whole.
    const bool file_goes_on = piece.size() == wanted;
    const size_t next = RecordSize(rest);
    const bool cut = next > rest.size() || rest.size() < kRecordHeadBytes;
    if (!file_goes_on || !cut) return place;
    wanted = std::max(kPieceBytes, next);
  }
}

std::string Spool::ReadAt(int64_t place, size_t bytes) const {
  std::string piece(bytes, '\0');
  size_t got = 0;
  while (got < bytes) {
    const ssize_t more = pread(file_, piece.data() + got, bytes - got, place + static_cast<int64_t>(got));
    if (more < 0 && errno == EINTR) continue;
    if (more <= 0) break;
    got += static_cast<size_t>(more);
  }
  piece.resize(got);
  return piece;
}

absl::Status Spool::WriteAtEnd(const std::string& bytes) {
  absl::Status status = WriteAll(file_, end_, bytes, path_);
  // A part that was written is overwritten by the next record; cut off it does no harm in the meantime either.
  if (!status.ok()) {
    if (ftruncate(file_, end_) != 0) status = SystemError("write or cut", path_);
    return status;
  }
  end_ += static_cast<int64_t>(bytes.size());
  return absl::OkStatus();
}

absl::Status Spool::Append(const std::vector<MetricReport>& reports, const FeedMark& mark) {
  if (reports.empty() && mark == mark_) return absl::OkStatus();
  std::string bytes;
  for (const MetricReport& report : reports) AppendRecord(report, bytes);
  AppendRecord(mark, bytes);
  RETURN_IF_ERROR(WriteAtEnd(bytes));
  reports_ += static_cast<int64_t>(reports.size());
  mark_ = mark;
  return absl::OkStatus();
}

absl::StatusOr<std::vector<MetricReport>> Spool::Peek(size_t most, size_t most_bytes,
                                                      absl::FunctionRef<size_t(const MetricReport&)> size) const {
  std::vector<MetricReport> reports;
  size_t bytes = 0;
  Scan(head_, [&](int64_t place, const ParsedRecord& parsed) {
    if (place >= end_ || unsettled() == static_cast<int64_t>(reports.size())) return false;
    const auto* report = std::get_if<MetricReport>(&parsed.record);
    if (report == nullptr) return true;
    bytes += size(*report);
    if (!reports.empty() && (reports.size() == most || bytes > most_bytes)) return false;
    reports.push_back(*report);
    reports.back().sequence = acked_ + static_cast<int64_t>(reports.size());
    return true;
  });
  if (reports.empty() && unsettled() > 0) return absl::DataLossError(absl::StrCat(path_, " is damaged"));
  return reports;
}

void Spool::Advance(int64_t count) {
  int64_t left = count;
  head_ = Scan(head_, [&](int64_t place, const ParsedRecord& parsed) {
    if (left == 0 || place >= end_) return false;
    if (std::holds_alternative<MetricReport>(parsed.record)) --left;
    return true;
  });
  settled_ += count;
  if (settled_ == reports_) head_ = end_;
}

absl::Status Spool::Settle(int64_t count, int64_t acked) {
  Advance(std::min(count, unsettled()));
  acked_ = acked;
  std::string bytes;
  AppendRecord(Settlement{settled_, acked_}, bytes);
  const bool empty = head_ == end_;
  RETURN_IF_ERROR(WriteAtEnd(bytes));
  if (empty) head_ = end_;
  if (head_ < limits_.compact_bytes || head_ < end_ / 2) return absl::OkStatus();
  absl::Status status = Compact();
  // Where there is no place for the new file, trying at every call would cost more than it may ever give.
  if (!status.ok()) limits_.compact_bytes = 2 * head_;
  return status;
}

absl::Status Spool::KeepFinish(const FinishRequest& finish) {
  std::string bytes;
  AppendRecord(finish, bytes);
  RETURN_IF_ERROR(WriteAtEnd(bytes));
  finish_ = finish;
  return absl::OkStatus();
}

absl::Status Spool::Compact() {
  const std::string fresh_path = path_ + ".new";
  NewFile fresh(fresh_path);
  if (fresh.get() < 0) return SystemError("make", fresh_path);
  std::string front;
  AppendRecord(lease_, front);
  AppendRecord(Settlement{settled_, acked_}, front);
  if (finish_.has_value()) AppendRecord(*finish_, front);
  AppendRecord(mark_, front);
  const auto start = static_cast<int64_t>(front.size());
  RETURN_IF_ERROR(WriteAll(fresh.get(), 0, front, fresh_path));
  for (int64_t place = head_; place < end_;) {
    const std::string piece = ReadAt(place, std::min(kPieceBytes, static_cast<size_t>(end_ - place)));
    if (piece.empty()) return absl::DataLossError(absl::StrCat(path_, " was cut"));
    RETURN_IF_ERROR(WriteAll(fresh.get(), start + place - head_, piece, fresh_path));
    place += static_cast<int64_t>(piece.size());
  }
  if (rename(fresh_path.c_str(), path_.c_str()) != 0) return SystemError("replace", path_);
  close(std::exchange(file_, fresh.Release()));
  end_ = start + end_ - head_;
  head_ = start;
  return absl::OkStatus();
}

void Spool::Remove() {
  unlink(path_.c_str());
  unlink((path_ + ".new").c_str());
}

}  // namespace sweepd::agent
