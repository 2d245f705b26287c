#include "common/thread_name.h"

#include <pthread.h>

#include <string>

namespace sweepd {
namespace {

// What Linux keeps, without the terminating zero.
constexpr size_t kMaxThreadName = 15;

}  // namespace

void NameThread(const char* name) {
  pthread_setname_np(pthread_self(), std::string(name).substr(0, kMaxThreadName).c_str());
}

}  // namespace sweepd
