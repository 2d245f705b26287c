#include "server/net/file_descriptor.h"

#include <cerrno>

namespace sweepd {

void FileDescriptor::Close() {
  if (!is_open()) return;
  const int kept = errno;
  close(Release());
  errno = kept;
}

}  // namespace sweepd
