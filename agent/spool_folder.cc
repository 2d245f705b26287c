#include "agent/spool_folder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "agent/workdir.h"
#include "common/file.h"
#include "common/log.h"
#include "common/status_macros.h"
#include "common/value.h"

namespace sweepd::agent {
namespace {

namespace fs = std::filesystem;

constexpr char kLockName[] = "lock";
// Of a spool that is being written anew; see Spool.
constexpr char kNewSuffix[] = ".new";

std::string SpoolsOf(const std::string& work_root) {
  std::error_code error;
  const fs::path absolute = fs::absolute(work_root, error);
  return ((error ? fs::path(work_root) : absolute) / ".spool").string();
}

absl::Status SystemError(absl::string_view verb, const std::string& path) {
  return absl::ErrnoToStatus(errno, absl::StrCat("cannot ", verb, " ", path));
}

// An open file that may carry a lock; closing it gives the lock back.
class LockFile {
 public:
  explicit LockFile(const std::string& path)
      : file_(open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600)) {}
  ~LockFile() {
    if (file_ >= 0) close(file_);
  }
  LockFile(const LockFile&) = delete;
  LockFile& operator=(const LockFile&) = delete;

  int get() const { return file_; }
  int Release() { return std::exchange(file_, -1); }
  bool Lock(int operation) const {
    int result = 0;
    do {
      result = flock(file_, operation);
    } while (result != 0 && errno == EINTR);
    return result == 0;
  }

 private:
  int file_;
};

std::string Describe(const SpoolOwner& owner) {
  return ToJson(Value::Map{{"controller", owner.controller}, {"host", owner.host}}) + "\n";
}

std::vector<fs::path> FoldersIn(const std::string& path) {
  std::vector<fs::path> folders;
  std::error_code error;
  for (fs::directory_iterator it(path, error), end; !error && it != end; it.increment(error)) {
    std::error_code gone;
    if (fs::is_directory(it->symlink_status(gone))) folders.push_back(it->path());
  }
  return folders;
}

std::vector<std::string> SpoolsIn(const std::string& folder) {
  std::set<std::string> spools;
  std::error_code error;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    const std::string name = it->path().filename().string();
    std::error_code gone;
    if (name == kLockName || absl::EndsWith(name, kNewSuffix) || !fs::is_regular_file(it->symlink_status(gone))) {
      continue;
    }
    spools.insert(it->path().string());
  }
  return {spools.begin(), spools.end()};
}

// Only by whoever holds the folder's lock.
void RemoveIfEmpty(const std::string& folder) {
  if (!SpoolsIn(folder).empty()) return;
  std::error_code error;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    std::error_code gone;
    if (absl::EndsWith(it->path().filename().string(), kNewSuffix)) fs::remove(it->path(), gone);
  }
  fs::remove(fs::path(folder) / kLockName, error);
  fs::remove(folder, error);
}

absl::Status MakeFolder(const std::string& path) {
  return mkdir(path.c_str(), 0700) == 0 || errno == EEXIST ? absl::OkStatus() : SystemError("make", path);
}

}  // namespace

absl::StatusOr<std::unique_ptr<SpoolFolder>> SpoolFolder::Create(const std::string& work_root, const SpoolOwner& owner,
                                                                 IdSource& ids) {
  const std::string spools = SpoolsOf(work_root);
  std::error_code error;
  fs::create_directories(fs::path(spools).parent_path(), error);
  if (error) return absl::FailedPreconditionError(absl::StrCat("cannot make ", work_root, ": ", error.message()));
  RETURN_IF_ERROR(MakeFolder(spools));
  // Nobody claims the new folder in the moment before it is locked.
  const LockFile making(absl::StrCat(spools, "/", kLockName));
  if (making.get() < 0) return SystemError("write", absl::StrCat(spools, "/", kLockName));
  making.Lock(LOCK_EX);
  const std::string path = absl::StrCat(spools, "/", MakeBase32Id(ids, 12));
  RETURN_IF_ERROR(MakeFolder(path));
  LockFile lock(absl::StrCat(path, "/", kLockName));
  const std::string text = Describe(owner);
  if (lock.get() < 0 || write(lock.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size())) {
    return SystemError("write", absl::StrCat(path, "/", kLockName));
  }
  if (!lock.Lock(LOCK_EX | LOCK_NB)) {
    LogWarning("the work folder's file system has no locks: what is undelivered when this agent ends stays there",
               {{"folder", path}});
  }
  return std::unique_ptr<SpoolFolder>(new SpoolFolder(path, lock.Release()));
}

std::vector<std::unique_ptr<SpoolFolder>> SpoolFolder::Claim(const std::string& work_root, const SpoolOwner& owner) {
  std::vector<std::unique_ptr<SpoolFolder>> claimed;
  const std::string spools = SpoolsOf(work_root);
  const LockFile claiming(absl::StrCat(spools, "/", kLockName));
  if (claiming.get() < 0 || !claiming.Lock(LOCK_EX)) return claimed;
  for (const fs::path& folder : FoldersIn(spools)) {
    LockFile lock((folder / kLockName).string());
    if (lock.get() < 0 || !lock.Lock(LOCK_EX | LOCK_NB)) continue;
    if (SpoolsIn(folder.string()).empty()) {
      RemoveIfEmpty(folder.string());
    } else if (const auto text = ReadFile((folder / kLockName).string()); text.ok() && *text == Describe(owner)) {
      claimed.push_back(std::unique_ptr<SpoolFolder>(new SpoolFolder(folder.string(), lock.Release())));
    } else {
      LogInfo("results for another controller or from another machine wait for an agent of theirs",
              {{"folder", folder.string()},
               {"of", text.ok() ? std::string(absl::StripTrailingAsciiWhitespace(*text)) : "nobody"}});
    }
  }
  return claimed;
}

SpoolFolder::~SpoolFolder() {
  RemoveIfEmpty(path_);
  close(lock_);
}

absl::StatusOr<Spool> SpoolFolder::CreateSpool(const LeaseRef& lease) const {
  RETURN_IF_ERROR(CheckSweepId(lease.sweep));
  return Spool::Create(absl::StrCat(path_, "/", SpoolName(lease.sweep, lease.trial, lease.attempt)), lease);
}

std::vector<std::string> SpoolFolder::SpoolFiles() const { return SpoolsIn(path_); }

std::set<std::string> AttemptsWithSpools(const std::string& work_root) {
  std::set<std::string> names;
  for (const fs::path& folder : FoldersIn(SpoolsOf(work_root))) {
    for (const std::string& spool : SpoolsIn(folder.string())) names.insert(fs::path(spool).filename().string());
  }
  return names;
}

std::string SpoolName(absl::string_view sweep, int64_t trial, int64_t attempt) {
  return absl::StrCat(sweep, "-", trial, "-", attempt);
}

}  // namespace sweepd::agent
