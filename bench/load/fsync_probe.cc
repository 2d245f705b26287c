#include "bench/load/fsync_probe.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "bench/load/median.h"

namespace sweepd::load {
namespace {

constexpr int kWrites = 200;
constexpr size_t kWriteBytes = 4096;

}  // namespace

absl::StatusOr<absl::Duration> MedianFdatasync(const std::string& folder) {
  const std::string path = absl::StrCat(folder, "/fdatasync-probe");
  const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (file < 0) return absl::ErrnoToStatus(errno, absl::StrCat("cannot write ", path));
  const std::vector<char> block(kWriteBytes, 'x');
  std::vector<absl::Duration> times;
  int error = 0;
  while (times.size() < kWrites && error == 0) {
    const absl::Time begin = absl::Now();
    const bool written = write(file, block.data(), block.size()) == static_cast<ssize_t>(block.size());
    if (!written || fdatasync(file) != 0) error = errno != 0 ? errno : ENOSPC;
    times.push_back(absl::Now() - begin);
  }
  close(file);
  unlink(path.c_str());
  if (error != 0) return absl::ErrnoToStatus(error, absl::StrCat("cannot write and sync ", path));
  return Median(std::move(times));
}

}  // namespace sweepd::load
