// The folder of one agent process for its spools, WORK/.spool/NAME, and who may deliver what lies in it.
//
// The process holds a lock on the folder for as long as it lives; the system takes the lock away when the process ends,
// however it ends. Whoever can lock a folder may deliver its spools, so that no spool is delivered by two.
//
//   WORK/.spool/lock                        held for a moment by whoever makes or claims folders
//   WORK/.spool/NAME/lock                   held by the folder's agent; its text says which controller it is for
//   WORK/.spool/NAME/SWEEP-TRIAL-ATTEMPT    a spool (spool.h)
//
// Work folders on shared storage need locks that hold between machines; where the file system has none nothing is ever
// claimed.
#pragma once

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "agent/controller.h"
#include "agent/spool.h"
#include "common/ids.h"

namespace sweepd::agent {

// Whose spools they are: an agent delivers only those of its own controller that were left on its own machine.
struct SpoolOwner {
  std::string controller;  // HOST:PORT, as the agent was told
  std::string host;
};

// CreateSpool is thread-safe. The destructor gives the lock back, and removes the folder when it holds no spool.
class SpoolFolder {
 public:
  // A new folder for this process. FAILED_PRECONDITION or another error with the path and the system's reason.
  static absl::StatusOr<std::unique_ptr<SpoolFolder>> Create(const std::string& work_root, const SpoolOwner& owner,
                                                             IdSource& ids);

  // The folders whose agents are gone, locked for the caller. Empty ones are removed, those of other owners left.
  static std::vector<std::unique_ptr<SpoolFolder>> Claim(const std::string& work_root, const SpoolOwner& owner);

  SpoolFolder(const SpoolFolder&) = delete;
  SpoolFolder& operator=(const SpoolFolder&) = delete;
  ~SpoolFolder();

  absl::StatusOr<Spool> CreateSpool(const LeaseRef& lease) const;

  // The spools in the folder, in name order.
  std::vector<std::string> SpoolFiles() const;

 private:
  SpoolFolder(std::string path, int lock) : path_(std::move(path)), lock_(lock) {}

  const std::string path_;
  const int lock_;
};

// "SWEEP-TRIAL-ATTEMPT" of every attempt that has a spool in the work folder: those that run, and those that are not
// delivered.
std::set<std::string> AttemptsWithSpools(const std::string& work_root);

std::string SpoolName(absl::string_view sweep, int64_t trial, int64_t attempt);

}  // namespace sweepd::agent
