// A file of results, one JSON object per line, that a run which was interrupted goes on with.
#pragma once

#include <cstdint>
#include <fstream>
#include <set>
#include <string>
#include <tuple>

#include "absl/status/statusor.h"
#include "common/value.h"

namespace sweepd::quality {

class ResultsFile {
 public:
  // Reads what is there. A last line that was cut off counts for nothing. INVALID_ARGUMENT when another line is not a
  // result, UNAVAILABLE when the file cannot be written.
  static absl::StatusOr<ResultsFile> Open(const std::string& path);

  bool Holds(const std::string& task, const std::string& method, uint64_t seed) const {
    return keys_.contains({task, method, seed});
  }

  // Appends a line and hands it to the system.
  absl::Status Append(const Value::Map& record);

 private:
  std::set<std::tuple<std::string, std::string, uint64_t>> keys_;
  std::ofstream file_;
};

}  // namespace sweepd::quality
