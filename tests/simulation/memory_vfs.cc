#include "tests/simulation/memory_vfs.h"

#include <errno.h>
#include <sqlite3.h>

#include <cstring>
#include <new>
#include <utility>

#include "absl/strings/string_view.h"
#include "tests/simulation/file_locks.h"

namespace sweepd::simulation {
namespace {

// What SQLite allocates for an open file; it begins with SQLite's part.
struct OpenFile {
  sqlite3_file base;
  MemoryVfs* vfs;
  std::shared_ptr<Disk::File> file;
  std::shared_ptr<SharedState> shared;
  ConnectionLocks locks;
  bool maps_memory;
  bool sync_folder;  // its name is new: the next sync is also one of the folder
  bool delete_on_close;
};

OpenFile& Of(sqlite3_file* file) { return *reinterpret_cast<OpenFile*>(file); }
MemoryVfs& Of(sqlite3_vfs* vfs) { return *static_cast<MemoryVfs*>(vfs->pAppData); }

// `failed` is the code for an I/O error of the operation.
int CodeOf(MemoryVfs& vfs, Disk::Result result, int failed) {
  switch (result) {
    case Disk::Result::kOk: return SQLITE_OK;
    case Disk::Result::kFull: vfs.NoteError(ENOSPC); return SQLITE_FULL;
    case Disk::Result::kCrashed:
    case Disk::Result::kError: break;
  }
  vfs.NoteError(EIO);
  return failed;
}

void DropMemory(OpenFile& file) {
  if (!file.maps_memory) return;
  file.maps_memory = false;
  if (--file.shared->mapped == 0) file.shared->regions.clear();
}

int Close(sqlite3_file* base) {
  OpenFile& file = Of(base);
  if (file.shared != nullptr) {
    DropMemory(file);
    file.shared->Forget(file.locks);
  }
  if (file.delete_on_close && !file.file->name.empty()) file.vfs->disk().Delete(file.file->name, false);
  file.~OpenFile();
  return SQLITE_OK;
}

int Read(sqlite3_file* base, void* to, int bytes, sqlite3_int64 offset) {
  OpenFile& file = Of(base);
  bool is_short = false;
  const Disk::Result result = file.vfs->disk().Read(*file.file, static_cast<char*>(to), static_cast<size_t>(bytes),
                                                    static_cast<size_t>(offset), is_short);
  if (result == Disk::Result::kOk && is_short) return SQLITE_IOERR_SHORT_READ;
  return CodeOf(*file.vfs, result, SQLITE_IOERR_READ);
}

int Write(sqlite3_file* base, const void* from, int bytes, sqlite3_int64 offset) {
  OpenFile& file = Of(base);
  const absl::string_view data(static_cast<const char*>(from), static_cast<size_t>(bytes));
  return CodeOf(*file.vfs, file.vfs->disk().Write(*file.file, data, static_cast<size_t>(offset)), SQLITE_IOERR_WRITE);
}

int Truncate(sqlite3_file* base, sqlite3_int64 bytes) {
  OpenFile& file = Of(base);
  return CodeOf(*file.vfs, file.vfs->disk().Truncate(*file.file, static_cast<size_t>(bytes)), SQLITE_IOERR_TRUNCATE);
}

int Sync(sqlite3_file* base, int) {
  OpenFile& file = Of(base);
  const Disk::Result result = file.vfs->disk().Sync(*file.file, file.sync_folder);
  if (result == Disk::Result::kOk) file.sync_folder = false;
  return CodeOf(*file.vfs, result, SQLITE_IOERR_FSYNC);
}

int FileSize(sqlite3_file* base, sqlite3_int64* bytes) {
  *bytes = static_cast<sqlite3_int64>(Of(base).file->content.size());
  return SQLITE_OK;
}

int Lock(sqlite3_file* base, int level) {
  OpenFile& file = Of(base);
  return file.shared == nullptr || file.shared->Raise(file.locks, level) ? SQLITE_OK : SQLITE_BUSY;
}

int Unlock(sqlite3_file* base, int level) {
  OpenFile& file = Of(base);
  if (file.shared != nullptr) file.shared->Lower(file.locks, level);
  return SQLITE_OK;
}

int CheckReservedLock(sqlite3_file* base, int* reserved) {
  OpenFile& file = Of(base);
  *reserved = file.shared != nullptr && file.shared->IsReserved() ? 1 : 0;
  return SQLITE_OK;
}

int FileControl(sqlite3_file*, int, void*) { return SQLITE_NOTFOUND; }

int SectorSize(sqlite3_file* base) { return static_cast<int>(Of(base).vfs->disk().sector_bytes()); }

int DeviceCharacteristics(sqlite3_file*) { return SQLITE_IOCAP_POWERSAFE_OVERWRITE; }

int ShmMap(sqlite3_file* base, int region, int bytes, int extend, void volatile** memory) {
  OpenFile& file = Of(base);
  if (!file.maps_memory) {
    file.maps_memory = true;
    ++file.shared->mapped;
  }
  *memory = nullptr;
  auto& regions = file.shared->regions;
  while (static_cast<int>(regions.size()) <= region) {
    if (extend == 0) return SQLITE_OK;
    const Disk::Result result = file.vfs->disk().GrowSharedMemory();
    if (result != Disk::Result::kOk) {
      CodeOf(*file.vfs, result, SQLITE_IOERR);
      return SQLITE_IOERR_SHMSIZE;
    }
    regions.push_back(std::make_unique<char[]>(static_cast<size_t>(bytes)));
  }
  *memory = regions[static_cast<size_t>(region)].get();
  return SQLITE_OK;
}

int ShmLock(sqlite3_file* base, int first, int count, int flags) {
  OpenFile& file = Of(base);
  if ((flags & SQLITE_SHM_UNLOCK) != 0) {
    file.shared->Unlock(file.locks, first, count);
    return SQLITE_OK;
  }
  const bool locked = (flags & SQLITE_SHM_SHARED) != 0 ? file.shared->LockShared(file.locks, first, count)
                                                       : file.shared->LockExclusive(file.locks, first, count);
  return locked ? SQLITE_OK : SQLITE_BUSY;
}

void ShmBarrier(sqlite3_file*) {}

int ShmUnmap(sqlite3_file* base, int) {
  DropMemory(Of(base));
  return SQLITE_OK;
}

const sqlite3_io_methods& Methods() {
  static const sqlite3_io_methods methods = [] {
    sqlite3_io_methods m{};
    m.iVersion = 2;
    m.xClose = Close;
    m.xRead = Read;
    m.xWrite = Write;
    m.xTruncate = Truncate;
    m.xSync = Sync;
    m.xFileSize = FileSize;
    m.xLock = Lock;
    m.xUnlock = Unlock;
    m.xCheckReservedLock = CheckReservedLock;
    m.xFileControl = FileControl;
    m.xSectorSize = SectorSize;
    m.xDeviceCharacteristics = DeviceCharacteristics;
    m.xShmMap = ShmMap;
    m.xShmLock = ShmLock;
    m.xShmBarrier = ShmBarrier;
    m.xShmUnmap = ShmUnmap;
    return m;
  }();
  return methods;
}

int Open(sqlite3_vfs* base, const char* path, sqlite3_file* to, int flags, int* flags_used) {
  MemoryVfs& vfs = Of(base);
  to->pMethods = nullptr;
  const std::string name = path == nullptr ? "" : path;
  std::shared_ptr<Disk::File> found = name.empty() ? nullptr : vfs.disk().Find(name);
  if (vfs.disk().crashed()) return CodeOf(vfs, Disk::Result::kCrashed, SQLITE_CANTOPEN);
  const bool created = found == nullptr;
  if (created) {
    if ((flags & SQLITE_OPEN_CREATE) == 0) return SQLITE_CANTOPEN;
    const Disk::Result result = vfs.disk().Create(name, found);
    if (result != Disk::Result::kOk) return CodeOf(vfs, result, SQLITE_CANTOPEN);
  }
  auto* file = new (to) OpenFile{};
  file->vfs = &vfs;
  file->file = std::move(found);
  constexpr int kLogs = SQLITE_OPEN_MAIN_JOURNAL | SQLITE_OPEN_WAL | SQLITE_OPEN_SUPER_JOURNAL;
  // Its name may be new even if the file is there: whoever made it may not have synced the folder.
  file->sync_folder = (flags & SQLITE_OPEN_CREATE) != 0 && (flags & kLogs) != 0;
  file->delete_on_close = (flags & SQLITE_OPEN_DELETEONCLOSE) != 0;
  if ((flags & SQLITE_OPEN_MAIN_DB) != 0) file->shared = vfs.SharedStateOf(name);
  file->base.pMethods = &Methods();
  if (flags_used != nullptr) *flags_used = flags;
  return SQLITE_OK;
}

int Delete(sqlite3_vfs* base, const char* path, int sync_folder) {
  MemoryVfs& vfs = Of(base);
  if (vfs.disk().Find(path) == nullptr) return SQLITE_IOERR_DELETE_NOENT;
  return CodeOf(vfs, vfs.disk().Delete(path, sync_folder != 0), SQLITE_IOERR_DELETE);
}

int Access(sqlite3_vfs* base, const char* path, int, int* answer) {
  const std::shared_ptr<Disk::File> file = Of(base).disk().Find(path);
  // An empty file counts as absent, as with the VFS for Unix.
  *answer = file != nullptr && !file->content.empty() ? 1 : 0;
  return SQLITE_OK;
}

int FullPathname(sqlite3_vfs*, const char* path, int size, char* to) {
  sqlite3_snprintf(size, to, "%s", path);
  return SQLITE_OK;
}

int Randomness(sqlite3_vfs*, int bytes, char* to) {
  std::memset(to, 0, static_cast<size_t>(bytes));
  return bytes;
}

// Whoever waits for a lock waits in vain: the thread that holds it is this one.
int Sleep(sqlite3_vfs*, int microseconds) { return microseconds; }

int CurrentTime(sqlite3_vfs*, double* days) {
  *days = 2461041.5;
  return SQLITE_OK;
}

int GetLastError(sqlite3_vfs* base, int, char*) { return Of(base).last_error(); }

}  // namespace

MemoryVfs::MemoryVfs(Disk& disk, std::string name)
    : disk_(disk), name_(std::move(name)), vfs_(std::make_unique<sqlite3_vfs>()) {
  vfs_->iVersion = 1;
  vfs_->szOsFile = sizeof(OpenFile);
  vfs_->mxPathname = 512;
  vfs_->zName = name_.c_str();
  vfs_->pAppData = this;
  vfs_->xOpen = Open;
  vfs_->xDelete = Delete;
  vfs_->xAccess = Access;
  vfs_->xFullPathname = FullPathname;
  vfs_->xRandomness = Randomness;
  vfs_->xSleep = Sleep;
  vfs_->xCurrentTime = CurrentTime;
  vfs_->xGetLastError = GetLastError;
  sqlite3_vfs_register(vfs_.get(), 0);
}

MemoryVfs::~MemoryVfs() { sqlite3_vfs_unregister(vfs_.get()); }

std::shared_ptr<SharedState> MemoryVfs::SharedStateOf(const std::string& file) {
  std::weak_ptr<SharedState>& known = shared_[file];
  std::shared_ptr<SharedState> shared = known.lock();
  if (shared == nullptr) {
    shared = std::make_shared<SharedState>();
    known = shared;
  }
  return shared;
}

}  // namespace sweepd::simulation
