// The records of a spool (spool.h), and their bytes.
//
// On disk each is a length and a CRC-32 of the body (4 bytes each, little-endian), and the body: a byte for the kind
// and the fields. Doubles are kept by their bits, so that NaN, infinities and -0.0 come back as they were.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "absl/strings/string_view.h"
#include "agent/controller.h"

namespace sweepd::agent {

// How far a program's reports have been read.
struct FeedMark {
  int64_t offset = 0;       // bytes of the metrics file whose lines have been taken
  int64_t next_step = 1;    // of a report that carries none
  bool preempting = false;  // the program said that it was ending for its machine's sake
  bool operator==(const FeedMark&) const = default;
};

// How far the reports have been delivered.
struct Settlement {
  int64_t reports = 0;  // the attempt's first ones, stored by the controller or refused for good
  int64_t acked = 0;    // the last sequence that the controller has stored
};

// The lease opens a spool. A report belongs to the mark that follows it. Of marks, settlements and results the last one
// counts; a stored result holds neither lease nor last sequence.
using SpoolRecord = std::variant<LeaseRef, MetricReport, FeedMark, Settlement, FinishRequest>;

void AppendRecord(const SpoolRecord& record, std::string& bytes);

// The first record of `bytes`, and how many bytes it takes.
struct ParsedRecord {
  SpoolRecord record;
  size_t size = 0;
};

// nullopt when the bytes do not begin with a whole, undamaged record.
std::optional<ParsedRecord> ParseRecord(absl::string_view bytes);

// Of a record, before its body.
inline constexpr size_t kRecordHeadBytes = 8;

// Whole bytes of the record that `bytes` begins with, by its length field; 0 when that is cut off or impossible.
size_t RecordSize(absl::string_view bytes);

}  // namespace sweepd::agent
