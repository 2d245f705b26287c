// Descendants of this process that left their parents: daemons, and workers whose parent died.
#pragma once

#include <sys/types.h>

#include <set>
#include <string>
#include <vector>

namespace sweepd::agent {

struct TreeEntry {
  pid_t pid = 0;
  pid_t parent = 0;
  char state = '?';  // as in /proc/PID/stat; 'Z' is a process that ended and was not reaped
};

// Parses one /proc/PID/stat; false for a text that is none.
bool ParseProcStat(const std::string& text, TreeEntry& entry);

// Every process of the machine that can be seen, unordered.
std::vector<TreeEntry> ReadProcessTable();

// The running descendants of `root`, without it.
std::vector<pid_t> Descendants(const std::vector<TreeEntry>& table, pid_t root);

// The running processes of the machine, other than this one, whose environment can be read and holds the entry `mark`
// ("NAME=value").
std::vector<pid_t> MarkedProcesses(const std::string& mark);

// Sends SIGKILL to every descendant of this process whose environment holds the entry `mark` ("NAME=value"), again
// until none is left or half a second is over.
void KillMarkedDescendants(const std::string& mark);

// Reaps the children of this process that have ended, other than `leaders`.
void ReapOrphans(const std::set<pid_t>& leaders);

}  // namespace sweepd::agent
