// A library to preload (LD_PRELOAD) that makes fsync and fdatasync slower, as on a slow disk.
//
// Each call sleeps for SLOW_FSYNC_US microseconds (an environment variable; unset or malformed: the process ends with a
// message) and then does the real thing, so what it returns is as durable as ever.
#include <dlfcn.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <ctime>

namespace {

timespec ReadDelay() {
  const char* text = std::getenv("SLOW_FSYNC_US");
  char* end = nullptr;
  const long microseconds = text == nullptr ? -1 : std::strtol(text, &end, 10);
  if (microseconds < 0 || end == text || *end != '\0') {
    std::fputs("slow_fsync: set SLOW_FSYNC_US to the delay in microseconds\n", stderr);
    std::_Exit(127);
  }
  return {microseconds / 1'000'000, microseconds % 1'000'000 * 1'000};
}

int SleepThen(const char* name, int file) {
  static const timespec delay = ReadDelay();
  timespec left = delay;
  while (nanosleep(&left, &left) != 0 && errno == EINTR) {
  }
  const auto next = reinterpret_cast<int (*)(int)>(dlsym(RTLD_NEXT, name));
  return next(file);
}

}  // namespace

extern "C" int fsync(int file) { return SleepThen("fsync", file); }
extern "C" int fdatasync(int file) { return SleepThen("fdatasync", file); }
