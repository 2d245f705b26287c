#include "tests/chaos/call_log.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "common/log.h"

namespace sweepd::chaos {

absl::StatusOr<std::unique_ptr<CallLog>> CallLog::Open(const std::string& path) {
  const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (file < 0) return absl::FailedPreconditionError(absl::StrCat("cannot open ", path, ": ", std::strerror(errno)));
  return std::unique_ptr<CallLog>(new CallLog(file));
}

CallLog::~CallLog() { close(file_); }

void CallLog::Write(const nlohmann::json& line) {
  const std::string text = line.dump() + "\n";
  absl::MutexLock lock(&mutex_);
  if (write(file_, text.data(), text.size()) == static_cast<ssize_t>(text.size())) return;
  LogError("the history cannot be written", {{"error", std::string(std::strerror(errno))}});
  std::_Exit(1);
}

}  // namespace sweepd::chaos
