#include "client/local/data_folder.h"

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <system_error>

#include "absl/strings/str_cat.h"

namespace sweepd::client {

absl::StatusOr<std::unique_ptr<DataFolder>> DataFolder::Open(const std::string& keep, const std::string& temporary) {
  if (!keep.empty()) {
    std::error_code error;
    std::filesystem::create_directories(keep, error);
    if (error) return absl::ErrnoToStatus(error.value(), absl::StrCat("cannot make the folder ", keep));
    return std::unique_ptr<DataFolder>(new DataFolder(keep, false));
  }
  std::string path = absl::StrCat(temporary, "/sweepctl-run-XXXXXX");
  if (mkdtemp(path.data()) == nullptr) {
    return absl::ErrnoToStatus(errno, absl::StrCat("cannot make a folder in ", temporary));
  }
  return std::unique_ptr<DataFolder>(new DataFolder(path, true));
}

DataFolder::~DataFolder() {
  std::error_code ignored;
  if (remove_) std::filesystem::remove_all(path_, ignored);
}

std::string DataFolder::Path(const std::string& file) const { return absl::StrCat(path_, "/", file); }

}  // namespace sweepd::client
