#include "server/net/descriptor_limit.h"

#include <dirent.h>
#include <sys/resource.h>

#include <algorithm>
#include <memory>

#include "absl/strings/str_cat.h"

namespace sweepd {
namespace {

// For files that are opened for a while: a backup, a reader, the process's own bookkeeping.
constexpr size_t kReserve = 64;

// Under a small limit the reserve is this part of what is left.
constexpr size_t kReservePart = 4;

size_t CountOpenDescriptors() {
  const std::unique_ptr<DIR, int (*)(DIR*)> folder(opendir("/proc/self/fd"), closedir);
  size_t count = 0;
  while (folder != nullptr && readdir(folder.get()) != nullptr) ++count;
  return count;  // with "." and "..", and the folder itself: a little too many does no harm
}

}  // namespace

void RaiseDescriptorLimit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

absl::StatusOr<size_t> RoomForConnections() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return absl::ErrnoToStatus(errno, "getrlimit");
  return RoomForConnections(limit.rlim_cur, CountOpenDescriptors());
}

absl::StatusOr<size_t> RoomForConnections(size_t limit, size_t open) {
  const size_t left = limit > open ? limit - open : 0;
  const size_t reserve = std::clamp<size_t>(left / kReservePart, 1, kReserve);
  if (left <= reserve) {
    return absl::FailedPreconditionError(absl::StrCat("the limit of ", limit,
                                                      " open files leaves no room for connections (", open,
                                                      " are open already); raise it (ulimit -n, LimitNOFILE=)"));
  }
  return left - reserve;
}

}  // namespace sweepd
