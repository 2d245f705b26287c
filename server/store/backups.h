// Copies of the whole state for somebody to keep, made while the controller works.
#pragma once

#include <cstdint>
#include <cstdio>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/statusor.h"

namespace sweepd {

// What a copy holds.
struct BackupContents {
  int64_t bytes = 0;   // size of the file
  int64_t schema = 0;  // version of its schema
  int64_t sweeps = 0;
  int64_t trials = 0;
};

// A copy in a temporary file, which goes with this object.
class BackupFile {
 public:
  // `on_gone` is called after the file was removed.
  BackupFile(std::string path, BackupContents contents, std::function<void()> on_gone)
      : path_(std::move(path)), contents_(contents), on_gone_(std::move(on_gone)) {}
  ~BackupFile() {
    std::remove(path_.c_str());
    on_gone_();
  }
  BackupFile(const BackupFile&) = delete;
  BackupFile& operator=(const BackupFile&) = delete;

  const std::string& path() const { return path_; }
  const BackupContents& contents() const { return contents_; }

 private:
  const std::string path_;
  const BackupContents contents_;
  const std::function<void()> on_gone_;
};

// Thread-safe.
class Backups {
 public:
  virtual ~Backups() = default;

  // Makes a copy of the newest committed state. Takes seconds for each gigabyte and blocks: call it on a thread that
  // has nothing else to do. Commits go on meanwhile. `cancelled` is asked many times a second.
  //
  // Errors: RESOURCE_EXHAUSTED BACKUP_BUSY while an earlier copy exists, DISK_FULL without room for a copy; CANCELLED;
  // UNAVAILABLE or DATA_LOSS when the state cannot be read.
  virtual absl::StatusOr<std::unique_ptr<BackupFile>> Make(std::function<bool()> cancelled) = 0;
};

}  // namespace sweepd
