#include "agent/process_tree.h"

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"

namespace sweepd::agent {
namespace {

constexpr int kMaxRounds = 50;
constexpr absl::Duration kRoundPause = absl::Milliseconds(10);

std::string ReadProcFile(pid_t pid, const char* name) {
  std::ifstream file(absl::StrCat("/proc/", pid, "/", name), std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

bool CarriesMark(pid_t pid, const std::string& mark) {
  const std::string environment = ReadProcFile(pid, "environ");
  for (absl::string_view entry : absl::StrSplit(environment, '\0')) {
    if (entry == mark) return true;
  }
  return false;
}

}  // namespace

bool ParseProcStat(const std::string& text, TreeEntry& entry) {
  // "PID (NAME) STATE PARENT ...", where NAME may hold anything, parentheses and spaces included.
  const size_t name_end = text.rfind(')');
  if (name_end == std::string::npos) return false;
  std::istringstream fields(text.substr(name_end + 1));
  entry.pid = static_cast<pid_t>(std::atoi(text.c_str()));
  return entry.pid > 0 && static_cast<bool>(fields >> entry.state >> entry.parent);
}

std::vector<TreeEntry> ReadProcessTable() {
  std::vector<TreeEntry> table;
  std::error_code error;
  for (std::filesystem::directory_iterator it("/proc", error), end; !error && it != end; it.increment(error)) {
    int pid = 0;
    if (!absl::SimpleAtoi(it->path().filename().string(), &pid)) continue;
    TreeEntry entry;
    if (ParseProcStat(ReadProcFile(pid, "stat"), entry)) table.push_back(entry);
  }
  return table;
}

std::vector<pid_t> Descendants(const std::vector<TreeEntry>& table, pid_t root) {
  std::multimap<pid_t, const TreeEntry*> children;
  for (const TreeEntry& entry : table) children.emplace(entry.parent, &entry);
  std::vector<pid_t> running;
  std::vector<pid_t> open = {root};
  while (!open.empty()) {
    const pid_t parent = open.back();
    open.pop_back();
    const auto [begin, end] = children.equal_range(parent);
    for (auto it = begin; it != end; ++it) {
      open.push_back(it->second->pid);
      if (it->second->state != 'Z') running.push_back(it->second->pid);
    }
  }
  return running;
}

std::vector<pid_t> MarkedProcesses(const std::string& mark) {
  std::vector<pid_t> marked;
  for (const TreeEntry& entry : ReadProcessTable()) {
    if (entry.pid != getpid() && entry.state != 'Z' && CarriesMark(entry.pid, mark)) marked.push_back(entry.pid);
  }
  return marked;
}

void KillMarkedDescendants(const std::string& mark) {
  for (int round = 0; round < kMaxRounds; ++round) {
    bool found = false;
    for (pid_t pid : Descendants(ReadProcessTable(), getpid())) {
      if (!CarriesMark(pid, mark)) continue;
      kill(pid, SIGKILL);
      found = true;
    }
    if (!found) return;
    absl::SleepFor(kRoundPause);
  }
}

void ReapOrphans(const std::set<pid_t>& leaders) {
  for (const TreeEntry& entry : ReadProcessTable()) {
    const bool ended_child = entry.parent == getpid() && entry.state == 'Z';
    if (ended_child && leaders.count(entry.pid) == 0) waitpid(entry.pid, nullptr, WNOHANG);
  }
}

}  // namespace sweepd::agent
