// A SQLite VFS over a Disk: the database, its log and its shared memory lie in the memory of this process.
//
// Locks between connections are kept as the VFS for Unix keeps them between processes, so that one thread can use a
// writer and readers of one database. Memory that connections share is forgotten when the last of them is closed, as
// it is when every process ends.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "tests/simulation/disk.h"

struct sqlite3_vfs;

namespace sweepd::simulation {

struct SharedState;  // of the connections to one file: locks and shared memory

class MemoryVfs {
 public:
  // Registers itself under `name`, which no other VFS has, until it is destroyed. The disk outlives it.
  MemoryVfs(Disk& disk, std::string name);
  ~MemoryVfs();
  MemoryVfs(const MemoryVfs&) = delete;
  MemoryVfs& operator=(const MemoryVfs&) = delete;

  const std::string& name() const { return name_; }

  // For the functions that SQLite calls.
  Disk& disk() { return disk_; }
  std::shared_ptr<SharedState> SharedStateOf(const std::string& file);
  void NoteError(int error) { last_error_ = error; }
  int last_error() const { return last_error_; }

 private:
  Disk& disk_;
  std::string name_;
  std::unique_ptr<sqlite3_vfs> vfs_;
  std::map<std::string, std::weak_ptr<SharedState>> shared_;
  int last_error_ = 0;  // errno of the last failed operation
};

}  // namespace sweepd::simulation
