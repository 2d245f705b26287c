// What the kernel knows of a running process: CPU time and peak memory.
#pragma once

#include <sys/types.h>

#include <cstdint>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace sweepd::load {

// CPU time that all threads of the process have used, user and system, to the kernel's tick (usually 10 ms). From
// /proc/PID/stat; NOT_FOUND when there is no such process.
absl::StatusOr<absl::Duration> CpuTimeOf(pid_t pid);

// Most bytes of memory that were resident at one time (VmHWM of /proc/PID/status). NOT_FOUND as above.
absl::StatusOr<int64_t> PeakMemoryOf(pid_t pid);

// Raises this process's limit of open files to the hard limit; children inherit it. RESOURCE_EXHAUSTED when the hard
// limit is below `needed`.
absl::Status RaiseFileLimit(int64_t needed);

}  // namespace sweepd::load
