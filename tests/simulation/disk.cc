#include "tests/simulation/disk.h"

#include <algorithm>
#include <cstring>

#include "absl/strings/match.h"

namespace sweepd::simulation {
namespace {

bool IsLog(const Disk::File& file) { return absl::EndsWith(file.name, "-wal"); }

}  // namespace

std::unique_ptr<Disk> Disk::Copy(uint64_t seed, size_t sector_bytes) const {
  auto copy = std::make_unique<Disk>(seed, sector_bytes);
  for (const auto& [name, file] : files_) {
    auto durable = std::make_shared<File>();
    durable->name = name;
    durable->content = file->durable;
    durable->durable = file->durable;
    durable->name_is_durable = true;
    copy->files_.emplace(name, std::move(durable));
  }
  return copy;
}

Disk::Result Disk::Begin(Operation kind, bool grows) {
  if (suspended_) return Result::kOk;
  ++operations_;
  if (crashed_) return Result::kCrashed;
  if (operations_ == crash_at_) {
    crashed_ = true;
    ++tally_.crashes_at_an_operation;
    return Result::kCrashed;
  }
  const auto failing = failing_.find(kind);
  if (failing != failing_.end() && operations_ >= failing->second) {
    failing_.erase(failing);
    return Result::kError;
  }
  const bool writes = kind == Operation::kWrite || kind == Operation::kCreate;
  if ((full_ == Full::kAll && writes) || (full_ == Full::kGrowing && grows)) {
    ++tally_.refused_as_full;
    return Result::kFull;
  }
  return Result::kOk;
}

std::shared_ptr<Disk::File> Disk::Find(const std::string& name) const {
  const auto found = files_.find(name);
  return found == files_.end() ? nullptr : found->second;
}

Disk::Result Disk::Create(const std::string& name, std::shared_ptr<File>& file) {
  const Result result = Begin(Operation::kCreate, /*grows=*/true);
  if (result != Result::kOk) return result;
  file = std::make_shared<File>();
  file->name = name;
  if (!name.empty()) files_[name] = file;
  return result;
}

Disk::Result Disk::Read(const File& file, char* to, size_t bytes, size_t offset, bool& is_short) {
  const Result result = Begin(Operation::kRead, false);
  if (result != Result::kOk) {
    tally_.failed_reads += result == Result::kError;
    return result;
  }
  const size_t there = offset >= file.content.size() ? 0 : std::min(bytes, file.content.size() - offset);
  if (there > 0) std::memcpy(to, file.content.data() + offset, there);
  is_short = there < bytes;
  if (is_short) std::memset(to + there, 0, bytes - there);
  return result;
}

void Disk::Apply(File& file, absl::string_view data, size_t offset) {
  const size_t end = offset + data.size();
  if (file.content.size() < end) file.content.resize(end);
  std::memcpy(file.content.data() + offset, data.data(), data.size());
  if (file.name.empty()) return;
  if (!file.unsynced.empty() && file.unsynced.back().end == offset) {
    file.unsynced.back().end = end;
  } else {
    file.unsynced.push_back({offset, end});
  }
}

Disk::Result Disk::Write(File& file, absl::string_view data, size_t offset) {
  const bool was_crashed = crashed_;
  const Result result = Begin(Operation::kWrite, offset + data.size() > file.content.size());
  if (result == Result::kOk) {
    Apply(file, data, offset);
  } else if (result == Result::kCrashed && !was_crashed) {
    // The machine stopped in the middle of it.
    Apply(file, data.substr(0, dice_.Below(data.size() + 1)), offset);
  }
  tally_.failed_writes += result == Result::kError;
  return result;
}

Disk::Result Disk::Truncate(File& file, size_t bytes) {
  const Result result = Begin(Operation::kTruncate, bytes > file.content.size());
  if (result != Result::kOk) return result;
  file.content.resize(bytes);
  file.length_is_durable = false;
  return result;
}

Disk::Result Disk::Sync(File& file, bool folder) {
  const Result result = Begin(Operation::kSync, false);
  if (result == Result::kError) {
    ++tally_.failed_syncs;
    tally_.log_syncs_that_lost += IsLog(file) && !file.unsynced.empty();
    // What was not written is forgotten by the cache too: no later sync will bring it back.
    DrawFates(file);
  }
  if (result != Result::kOk) return result;
  MakeDurable(file);
  if (folder) SyncFolder();
  return result;
}

Disk::Result Disk::Delete(const std::string& name, bool sync_folder) {
  const Result result = Begin(Operation::kDelete, false);
  if (result != Result::kOk) return result;
  const auto found = files_.find(name);
  if (found != files_.end()) {
    if (found->second->name_is_durable) removed_[name] = found->second;
    files_.erase(found);
  }
  if (sync_folder) SyncFolder();
  return result;
}

Disk::Result Disk::GrowSharedMemory() const {
  if (crashed_) return Result::kCrashed;
  return full_ == Full::kNo ? Result::kOk : Result::kFull;
}

void Disk::MakeDurable(File& file) {
  if (file.durable.size() != file.content.size()) file.durable.resize(file.content.size());
  for (const File::Range& range : file.unsynced) {
    const size_t end = std::min(range.end, file.content.size());
    if (range.begin < end)
      std::memcpy(file.durable.data() + range.begin, file.content.data() + range.begin, end - range.begin);
  }
  file.unsynced.clear();
  file.length_is_durable = true;
}

void Disk::SyncFolder() {
  for (auto& [name, file] : files_) file->name_is_durable = true;
  removed_.clear();
}

void Disk::Restart() {
  crashed_ = false;
  crash_at_ = 0;
}

void Disk::RestartAfterPowerLoss() {
  for (auto file = files_.begin(); file != files_.end();) {
    const bool name_lost = !file->second->name_is_durable && dice_.Chance(0.5);
    file = name_lost ? files_.erase(file) : std::next(file);
  }
  for (auto& [name, file] : removed_) {
    if (files_.find(name) == files_.end() && dice_.Chance(0.5)) files_.emplace(name, file);
  }
  removed_.clear();
  for (auto& [name, file] : files_) {
    DrawFates(*file);
    file->name_is_durable = true;
  }
  Restart();
}

void Disk::DrawFates(File& file) {
  if (!file.length_is_durable && file.content.size() < file.durable.size() && dice_.Chance(0.5)) {
    file.durable.resize(file.content.size());
  }
  for (const File::Range& range : file.unsynced) {
    const size_t end = std::min(range.end, file.content.size());
    for (size_t at = range.begin; at < end;) {
      const size_t sector_end = (at / sector_bytes_ + 1) * sector_bytes_;
      DrawFate(file, {at, std::min(sector_end, end)});
      at = sector_end;
    }
  }
  file.unsynced.clear();
  file.length_is_durable = true;
  file.content = file.durable;
}

void Disk::DrawFate(File& file, const File::Range& part) {
  const size_t bytes = part.end - part.begin;
  const auto fate = static_cast<Fate>(dice_.Below(3));
  size_t kept = fate == Fate::kKept ? bytes : 0;
  if (fate == Fate::kTorn) kept = dice_.Below(bytes);
  switch (fate) {
    case Fate::kKept: ++tally_.sectors_kept; break;
    case Fate::kDropped: ++tally_.sectors_dropped; break;
    case Fate::kTorn:
      ++tally_.sectors_torn;
      tally_.log_sectors_torn += IsLog(file);
      break;
  }
  if (kept == 0) return;
  if (file.durable.size() < part.begin + kept) file.durable.resize(part.begin + kept);
  std::memcpy(file.durable.data() + part.begin, file.content.data() + part.begin, kept);
}

std::vector<std::string> Disk::Names() const {
  std::vector<std::string> names;
  for (const auto& [name, file] : files_) names.push_back(name);
  return names;
}

}  // namespace sweepd::simulation
