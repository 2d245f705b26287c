// What the scripted agents did and were told, one JSON object a line, for the checker.
//
// Each line is one write to a file opened for appending: killing the program tears no line and loses none that a later
// call could depend on. Thread-safe.
#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"

namespace sweepd::chaos {

class CallLog {
 public:
  // Appends to `path`. FAILED_PRECONDITION with the system's reason.
  static absl::StatusOr<std::unique_ptr<CallLog>> Open(const std::string& path);
  ~CallLog();

  // Ends the program when the line cannot be written: without its history a run proves nothing.
  void Write(const nlohmann::json& line);

 private:
  explicit CallLog(int file) : file_(file) {}

  absl::Mutex mutex_;
  const int file_;
};

}  // namespace sweepd::chaos
