// What an audit finds wrong, and where.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"

namespace sweepd {

// One finding, each part a text for people.
struct Complaint {
  std::string place;  // the row, for example "sweeps/abcdefgh/trials/7"; "file" for the file as a whole
  std::string what;   // what is wrong
  std::string cure;   // what to do
};

// Cures that several complaints share.
inline constexpr absl::string_view kRestoreCure = "restore a backup from before it happened (sweepd restore)";
inline constexpr absl::string_view kDistrustCure =
    "do not trust this sweep's results: run it again, or restore a backup from before it happened (sweepd restore)";
inline constexpr absl::string_view kCounterCure =
    "the trials themselves are not touched by it; restore a backup if the sweep is to go on";

// Keeps the first complaints and counts the rest.
class Complaints {
 public:
  void Add(std::string place, std::string what, absl::string_view cure) {
    ++count_;
    if (first_.size() < kMostKept) first_.push_back({std::move(place), std::move(what), std::string(cure)});
  }

  const std::vector<Complaint>& first() const { return first_; }
  int64_t count() const { return count_; }
  bool empty() const { return count_ == 0; }

 private:
  // More would only bury the first ones, which mostly explain the others.
  static constexpr size_t kMostKept = 100;

  std::vector<Complaint> first_;
  int64_t count_ = 0;
};

}  // namespace sweepd
