// A disk in memory that keeps apart what programs see and what would be left after a power loss, and that fails on
// request.
//
// A write changes what programs see at once. It becomes durable, sector by sector, when the file is synced; a new name
// in the folder, or one that is gone, when the folder is. A power loss draws a fate for every sector that was not
// synced: kept, dropped, or torn (a beginning of it is new, the rest is old). What lies outside the bytes of a write is
// never touched (SQLite's "powersafe overwrite", which its own VFS for Unix claims too).
//
// Every operation has a number, counted from 1, at which a fault can be set. Not thread-safe.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "tests/simulation/dice.h"

namespace sweepd::simulation {

class Disk {
 public:
  enum class Operation { kCreate, kRead, kWrite, kTruncate, kSync, kDelete };
  enum class Result { kOk, kCrashed, kError, kFull };
  enum class Full {
    kNo,
    kGrowing,  // what lies on the disk can be overwritten, nothing can grow
    kAll,      // every write fails
  };

  struct File {
    struct Range {
      size_t begin = 0;
      size_t end = 0;
    };
    std::string name;               // empty for one without a name, which no power loss leaves
    std::string content;            // as programs see it
    std::string durable;            // as of the last sync
    std::vector<Range> unsynced;    // parts of `content` that differ from `durable`, in the order of the writes
    bool name_is_durable = false;   // the folder has been synced since it was made
    bool length_is_durable = true;  // false after an unsynced truncation
  };

  // What has happened to it.
  struct Tally {
    int64_t crashes_at_an_operation = 0;
    int64_t sectors_kept = 0;
    int64_t sectors_dropped = 0;
    int64_t sectors_torn = 0;
    int64_t log_sectors_torn = 0;  // of these, in write-ahead logs
    int64_t failed_syncs = 0;
    int64_t log_syncs_that_lost = 0;  // of these, those of write-ahead logs that had something to write
    int64_t failed_writes = 0;
    int64_t failed_reads = 0;
    int64_t refused_as_full = 0;
  };

  explicit Disk(uint64_t seed, size_t sector_bytes = 512) : dice_(seed, 0), sector_bytes_(sector_bytes) {}

  // A disk with the same durable files and another future.
  std::unique_ptr<Disk> Copy(uint64_t seed, size_t sector_bytes) const;

  // ---- For the VFS.
  // Null when it does not exist.
  std::shared_ptr<File> Find(const std::string& name) const;
  Result Create(const std::string& name, std::shared_ptr<File>& file);
  Result Read(const File& file, char* to, size_t bytes, size_t offset, bool& is_short);
  Result Write(File& file, absl::string_view data, size_t offset);
  Result Truncate(File& file, size_t bytes);
  // With `folder` also makes new and removed names durable.
  Result Sync(File& file, bool folder);
  Result Delete(const std::string& name, bool sync_folder);
  // Whether memory shared between connections, which lies in a file too, can grow.
  Result GrowSharedMemory() const;

  // ---- For the plan of faults.
  // The machine stops at this operation: it is done in part or not at all, and every later one fails.
  void CrashAt(int64_t operation) { crash_at_ = operation; }
  // The next operation of this kind whose number is at least `from` fails.
  void FailNext(Operation kind, int64_t from) { failing_[kind] = from; }
  void SetFull(Full full) { full_ = full; }
  // Forgets every fault that was planned.
  void StopFailing() {
    failing_.clear();
    crash_at_ = 0;
  }
  // While suspended operations have no number and do not fail: for looking on without changing the course of things.
  void SuspendFaults(bool suspended) { suspended_ = suspended; }

  // The process is killed: nothing that it wrote is lost.
  void Kill() { crashed_ = true; }
  // After Kill or a crash: operations are accepted again.
  void Restart();
  // The same after a power loss, which draws the fate of everything that was not synced.
  void RestartAfterPowerLoss();

  bool crashed() const { return crashed_; }
  int64_t operations() const { return operations_; }
  size_t sector_bytes() const { return sector_bytes_; }
  const Tally& tally() const { return tally_; }
  // Every name that programs see.
  std::vector<std::string> Names() const;

 private:
  enum class Fate { kKept, kDropped, kTorn };

  Result Begin(Operation kind, bool grows);
  void Apply(File& file, absl::string_view data, size_t offset);
  void MakeDurable(File& file);
  void SyncFolder();
  // Draws what of the unsynced writes reached the disk, and makes that the durable content.
  void DrawFates(File& file);
  void DrawFate(File& file, const File::Range& part);

  Dice dice_;
  size_t sector_bytes_;
  std::map<std::string, std::shared_ptr<File>> files_;
  std::map<std::string, std::shared_ptr<File>> removed_;  // whose names the folder on the disk may still hold
  int64_t operations_ = 0;
  int64_t crash_at_ = 0;
  std::map<Operation, int64_t> failing_;
  Full full_ = Full::kNo;
  bool crashed_ = false;
  bool suspended_ = false;
  Tally tally_;
};

}  // namespace sweepd::simulation
