// Backups of the database in a data directory.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>

#include "server/store/backups.h"

namespace sweepd {

class SqliteBackups : public Backups {
 public:
  // Removes what an earlier process left of an unfinished backup: create it with the directory's lock held (an open
  // store). Its copies lie in the directory while they exist, and must not outlive it.
  explicit SqliteBackups(const std::string& data_dir);

  absl::StatusOr<std::unique_ptr<BackupFile>> Make(std::function<bool()> cancelled) override;

 private:
  const std::string database_;
  const std::string copy_;
  std::atomic<bool> busy_ = false;
};

}  // namespace sweepd
