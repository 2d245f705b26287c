#include "bench/load/process_usage.h"

#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/file.h"
#include "common/status_macros.h"

namespace sweepd::load {
namespace {

// Of the fields that follow the program's name in /proc/PID/stat, the first of which is the state.
constexpr size_t kUserTicks = 11;
constexpr size_t kSystemTicks = 12;

absl::Status Unreadable(const std::string& path) {
  return absl::InternalError(absl::StrCat(path, " has another format than expected"));
}

}  // namespace

absl::StatusOr<absl::Duration> CpuTimeOf(pid_t pid) {
  const std::string path = absl::StrCat("/proc/", pid, "/stat");
  ASSIGN_OR_RETURN(const std::string stat, ReadFile(path));
  // The name stands in parentheses and may hold anything.
  const size_t name_end = stat.rfind(") ");
  if (name_end == std::string::npos) return Unreadable(path);
  const std::vector<std::string> fields = absl::StrSplit(stat.substr(name_end + 2), ' ');
  int64_t user = 0;
  int64_t system = 0;
  if (fields.size() <= kSystemTicks || !absl::SimpleAtoi(fields[kUserTicks], &user) ||
      !absl::SimpleAtoi(fields[kSystemTicks], &system)) {
    return Unreadable(path);
  }
  return absl::Seconds(1) * (user + system) / sysconf(_SC_CLK_TCK);
}

absl::StatusOr<int64_t> PeakMemoryOf(pid_t pid) {
  const std::string path = absl::StrCat("/proc/", pid, "/status");
  ASSIGN_OR_RETURN(const std::string status, ReadFile(path));
  for (absl::string_view line : absl::StrSplit(status, '\n')) {
    if (!absl::StartsWith(line, "VmHWM:")) continue;
    const std::vector<absl::string_view> words = absl::StrSplit(line, absl::ByAnyChar(" \t"), absl::SkipEmpty());
    int64_t kibibytes = 0;
    if (words.size() == 3 && absl::SimpleAtoi(words[1], &kibibytes)) return kibibytes << 10;
  }
  return Unreadable(path);
}

absl::Status RaiseFileLimit(int64_t needed) {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return absl::ErrnoToStatus(errno, "cannot read the limit of open files");
  limit.rlim_cur = limit.rlim_max;
  if (static_cast<int64_t>(limit.rlim_max) < needed) {
    return absl::ResourceExhaustedError(absl::StrCat("this needs ", needed, " open files, the hard limit is ",
                                                     limit.rlim_max, "; raise it (ulimit -H -n, or limits.conf)"));
  }
  if (setrlimit(RLIMIT_NOFILE, &limit) != 0) return absl::ErrnoToStatus(errno, "cannot raise the limit of open files");
  return absl::OkStatus();
}

}  // namespace sweepd::load
