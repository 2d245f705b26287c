// A file descriptor that closes itself.
#pragma once

#include <unistd.h>

#include <utility>

namespace sweepd {

// Movable; not thread-safe.
class FileDescriptor {
 public:
  FileDescriptor() = default;
  // Takes over `fd`; negative: none.
  explicit FileDescriptor(int fd) : fd_(fd) {}
  ~FileDescriptor() { Close(); }

  FileDescriptor(FileDescriptor&& other) noexcept : fd_(other.Release()) {}
  FileDescriptor& operator=(FileDescriptor&& other) noexcept {
    if (this != &other) {
      Close();
      fd_ = other.Release();
    }
    return *this;
  }

  int get() const { return fd_; }
  bool is_open() const { return fd_ >= 0; }

  // Gives it away unclosed.
  int Release() { return std::exchange(fd_, -1); }

  // Keeps errno.
  void Close();

 private:
  int fd_ = -1;
};

}  // namespace sweepd
