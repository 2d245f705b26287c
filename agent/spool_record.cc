#include "agent/spool_record.h"

#include <boost/crc.hpp>
#include <type_traits>
#include <utility>

#include "absl/base/casts.h"

namespace sweepd::agent {
namespace {

// A report comes from one line of at most 1 MiB; whatever claims to be longer is damage.
constexpr size_t kMaxBodyBytes = 4 << 20;

// Raised when the fields change; a spool of another version is not touched.
constexpr uint8_t kVersion = 1;

enum class Kind : uint8_t { kLease = 1, kReport = 2, kMark = 3, kSettlement = 4, kFinish = 5 };

uint32_t Checksum(absl::string_view body) {
  boost::crc_32_type crc;
  crc.process_bytes(body.data(), body.size());
  return crc.checksum();
}

class Writer {
 public:
  explicit Writer(std::string& bytes) : bytes_(bytes) {}

  template <class Integer>
  void Put(Integer value) {
    auto bits = static_cast<std::make_unsigned_t<Integer>>(value);
    for (size_t i = 0; i < sizeof(Integer); ++i, bits = static_cast<decltype(bits)>(uint64_t{bits} >> 8)) {
      bytes_.push_back(static_cast<char>(bits & 0xFF));
    }
  }
  void Put(double value) { Put(absl::bit_cast<uint64_t>(value)); }
  void Put(const std::string& text) {
    Put(static_cast<uint32_t>(text.size()));
    bytes_ += text;
  }

 private:
  std::string& bytes_;
};

// Once something is missing everything reads as zero, and ok() says so.
class Reader {
 public:
  explicit Reader(absl::string_view bytes) : bytes_(bytes) {}

  template <class Integer>
  Integer Take() {
    uint64_t bits = 0;
    const absl::string_view taken = TakeBytes(sizeof(Integer));
    for (size_t i = taken.size(); i-- > 0;) bits = bits << 8 | static_cast<unsigned char>(taken[i]);
    return static_cast<Integer>(bits);
  }
  double TakeDouble() { return absl::bit_cast<double>(Take<uint64_t>()); }
  std::string TakeText() { return std::string(TakeBytes(Take<uint32_t>())); }

  bool ok() const { return ok_; }
  bool done() const { return ok_ && bytes_.empty(); }

 private:
  absl::string_view TakeBytes(size_t count) {
    ok_ = ok_ && count <= bytes_.size();
    if (!ok_) return "";
    const absl::string_view taken = bytes_.substr(0, count);
    bytes_.remove_prefix(count);
    return taken;
  }

  absl::string_view bytes_;
  bool ok_ = true;
};

void Write(const LeaseRef& lease, Writer& out) {
  out.Put(static_cast<uint8_t>(Kind::kLease));
  out.Put(kVersion);
  out.Put(lease.sweep);
  out.Put(lease.trial);
  out.Put(lease.attempt);
  out.Put(lease.token);
}

void Write(const MetricReport& report, Writer& out) {
  const int64_t seconds = absl::ToUnixSeconds(report.time);
  out.Put(static_cast<uint8_t>(Kind::kReport));
  out.Put(report.step);
  out.Put(seconds);
  out.Put(static_cast<uint32_t>(absl::ToInt64Nanoseconds(report.time - absl::FromUnixSeconds(seconds))));
  out.Put(static_cast<uint32_t>(report.values.size()));
  for (const auto& [name, value] : report.values) {
    out.Put(name);
    out.Put(value);
  }
}

void Write(const FeedMark& mark, Writer& out) {
  out.Put(static_cast<uint8_t>(Kind::kMark));
  out.Put(mark.offset);
  out.Put(mark.next_step);
  out.Put(static_cast<uint8_t>(mark.preempting));
}

void Write(const Settlement& settlement, Writer& out) {
  out.Put(static_cast<uint8_t>(Kind::kSettlement));
  out.Put(settlement.reports);
  out.Put(settlement.acked);
}

void Write(const FinishRequest& finish, Writer& out) {
  out.Put(static_cast<uint8_t>(Kind::kFinish));
  out.Put(static_cast<uint8_t>(finish.outcome));
  out.Put(static_cast<uint8_t>(finish.exit_code.has_value()));
  out.Put(finish.exit_code.value_or(0));
  out.Put(finish.message);
}

std::optional<SpoolRecord> ReadLease(Reader& in) {
  if (in.Take<uint8_t>() != kVersion) return std::nullopt;
  LeaseRef lease;
  lease.sweep = in.TakeText();
  lease.trial = in.Take<int64_t>();
  lease.attempt = in.Take<int64_t>();
  lease.token = in.TakeText();
  return lease;
}

SpoolRecord ReadReport(Reader& in) {
  MetricReport report;
  report.step = in.Take<int64_t>();
  const auto seconds = in.Take<int64_t>();
  report.time = absl::FromUnixSeconds(seconds) + absl::Nanoseconds(in.Take<uint32_t>());
  for (auto count = in.Take<uint32_t>(); count > 0 && in.ok(); --count) {
    std::string name = in.TakeText();
    report.values.emplace(std::move(name), in.TakeDouble());
  }
  return report;
}

SpoolRecord ReadMark(Reader& in) {
  FeedMark mark;
  mark.offset = in.Take<int64_t>();
  mark.next_step = in.Take<int64_t>();
  mark.preempting = in.Take<uint8_t>() != 0;
  return mark;
}

SpoolRecord ReadSettlement(Reader& in) {
  Settlement settlement;
  settlement.reports = in.Take<int64_t>();
  settlement.acked = in.Take<int64_t>();
  return settlement;
}

std::optional<SpoolRecord> ReadFinish(Reader& in) {
  FinishRequest finish;
  const auto outcome = in.Take<uint8_t>();
  if (outcome > static_cast<uint8_t>(Outcome::kTimedOut)) return std::nullopt;
  finish.outcome = static_cast<Outcome>(outcome);
  const bool has_exit_code = in.Take<uint8_t>() != 0;
  const auto exit_code = in.Take<int64_t>();
  if (has_exit_code) finish.exit_code = exit_code;
  finish.message = in.TakeText();
  return finish;
}

std::optional<SpoolRecord> ReadBody(Reader& in) {
  switch (static_cast<Kind>(in.Take<uint8_t>())) {
    case Kind::kLease: return ReadLease(in);
    case Kind::kReport: return ReadReport(in);
    case Kind::kMark: return ReadMark(in);
    case Kind::kSettlement: return ReadSettlement(in);
    case Kind::kFinish: return ReadFinish(in);
  }
  return std::nullopt;
}

}  // namespace

void AppendRecord(const SpoolRecord& record, std::string& bytes) {
  std::string body;
  Writer out(body);
  std::visit([&](const auto& content) { Write(content, out); }, record);
  Writer head(bytes);
  head.Put(static_cast<uint32_t>(body.size()));
  head.Put(Checksum(body));
  bytes += body;
}

size_t RecordSize(absl::string_view bytes) {
  if (bytes.size() < kRecordHeadBytes) return 0;
  const size_t body = Reader(bytes).Take<uint32_t>();
  return body == 0 || body > kMaxBodyBytes ? 0 : kRecordHeadBytes + body;
}

std::optional<ParsedRecord> ParseRecord(absl::string_view bytes) {
  const size_t size = RecordSize(bytes);
  if (size == 0 || size > bytes.size()) return std::nullopt;
  Reader head(bytes.substr(4));
  const absl::string_view body = bytes.substr(kRecordHeadBytes, size - kRecordHeadBytes);
  if (head.Take<uint32_t>() != Checksum(body)) return std::nullopt;
  Reader in(body);
  std::optional<SpoolRecord> record = ReadBody(in);
  if (!record.has_value() || !in.done()) return std::nullopt;
  return ParsedRecord{*std::move(record), size};
}

}  // namespace sweepd::agent
