// Where a controller of one's own keeps its data.
#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"

namespace sweepd::client {

// Gone with all that it holds when the object ends, unless it was to be kept.
class DataFolder {
 public:
  // `keep`: that folder, made if it is missing; empty: a fresh one in `temporary`.
  static absl::StatusOr<std::unique_ptr<DataFolder>> Open(const std::string& keep, const std::string& temporary);
  ~DataFolder();
  DataFolder(const DataFolder&) = delete;
  DataFolder& operator=(const DataFolder&) = delete;

  // The path of a file in it.
  std::string Path(const std::string& file) const;

 private:
  DataFolder(std::string path, bool remove) : path_(std::move(path)), remove_(remove) {}

  const std::string path_;
  const bool remove_;
};

}  // namespace sweepd::client
