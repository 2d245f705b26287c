// The folder that holds one controller's state, and the lock that keeps a second controller out.
//
// The lock belongs to the process: it ends with it, however it ends, and leaves no stale lock behind.
#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"

namespace sweepd {

// Where the database of a data directory lies.
std::string DatabasePath(const std::string& data_dir);

class DataDirectory {
 public:
  // Makes the folder, readable by its owner only, when it does not exist. FAILED_PRECONDITION at once when another
  // process holds it, naming that process.
  static absl::StatusOr<std::unique_ptr<DataDirectory>> Lock(const std::string& path);

  ~DataDirectory();
  DataDirectory(const DataDirectory&) = delete;
  DataDirectory& operator=(const DataDirectory&) = delete;

  const std::string& path() const { return path_; }
  std::string database_path() const { return DatabasePath(path_); }

 private:
  DataDirectory(std::string path, int lock) : path_(std::move(path)), lock_(lock) {}

  std::string path_;
  int lock_;  // file descriptor
};

}  // namespace sweepd
