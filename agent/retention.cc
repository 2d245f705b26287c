#include "agent/retention.h"

#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <optional>
#include <set>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "agent/spool_folder.h"
#include "agent/workdir.h"
#include "common/file.h"
#include "common/value.h"

namespace sweepd::agent {
namespace {

namespace fs = std::filesystem;

// An attempt that neither runs nor has a result was left by a machine that died, or by an older version of the agent.
constexpr absl::Duration kAbandonedAfter = absl::Hours(7 * 24);

constexpr absl::string_view kOwnFiles[] = {"output.log", "metrics.jsonl", "params.json", "stop.json", "stop.json.new"};

struct EndedAttempt {
  fs::path folder;
  int64_t number = 0;
  absl::Time ended;
  std::string state;  // of the trial, as result.json has it; "" without one
  bool failed = false;
  bool cleaned = false;
};

struct TrialFolder {
  fs::path folder;
  std::vector<EndedAttempt> attempts;
  int64_t newest = 0;   // number of the newest attempt, ended or not
  bool in_use = false;  // one of its attempts is not known to be over
};

bool IsPlainFolder(const fs::path& path) {
  std::error_code error;
  return fs::is_directory(fs::symlink_status(path, error));
}

bool IsPlainFile(const fs::path& path) {
  std::error_code error;
  return fs::is_regular_file(fs::symlink_status(path, error));
}

std::vector<fs::path> FoldersIn(const fs::path& path) {
  std::vector<fs::path> folders;
  std::error_code error;
  for (fs::directory_iterator it(path, error), end; !error && it != end; it.increment(error)) {
    if (IsPlainFolder(it->path())) folders.push_back(it->path());
  }
  return folders;
}

// The number in a name like "12" or "attempt-3".
std::optional<int64_t> NumberIn(const fs::path& path, absl::string_view prefix) {
  const std::string name = path.filename().string();
  absl::string_view digits = name;
  int64_t number = 0;
  if (!absl::ConsumePrefix(&digits, prefix) || !absl::SimpleAtoi(digits, &number) || number < 1) return std::nullopt;
  if (absl::StrCat(prefix, number) != name) return std::nullopt;
  return number;
}

absl::Time ModifiedAt(const fs::path& path) {
  struct stat status = {};
  if (lstat(path.c_str(), &status) != 0) return absl::InfinitePast();
  return absl::TimeFromTimespec(status.st_mtim);
}

// The text of result.json under `key`; "" when there is none.
std::string ResultText(const Value::Map& result, absl::string_view key) {
  const auto found = result.find(key);
  return found != result.end() && found->second.is_string() ? found->second.as_string() : "";
}

void ReadResult(const fs::path& file, EndedAttempt& attempt) {
  attempt.ended = ModifiedAt(file);
  const absl::StatusOr<std::string> text = ReadFile(file.string());
  if (!text.ok()) return;
  const absl::StatusOr<Value> result = ParseJson(*text);
  if (!result.ok() || !result->is_map()) return;
  attempt.state = ResultText(result->as_map(), "state");
  const std::string outcome = ResultText(result->as_map(), "outcome");
  attempt.failed =
      attempt.state == "FAILED" || outcome == "FAILED" || outcome == "LAUNCH_FAILED" || outcome == "TIMED_OUT";
}

// nullopt for an attempt that may not be over, and for a folder that may not be one.
std::optional<EndedAttempt> FindEnded(const fs::path& folder, int64_t number, absl::Time now) {
  EndedAttempt attempt{folder, number, absl::InfinitePast(), "", false, !IsPlainFile(folder / "metrics.jsonl")};
  if (IsPlainFile(folder / "result.json")) {
    ReadResult(folder / "result.json", attempt);
    return attempt;
  }
  const bool complete = !attempt.cleaned && IsPlainFile(folder / "params.json") && IsPlainFolder(folder / "output");
  if (!complete) return std::nullopt;
  for (const fs::path& path : {folder, folder / "metrics.jsonl", folder / "output.log", folder / "output"}) {
    attempt.ended = std::max(attempt.ended, ModifiedAt(path));
  }
  if (now - attempt.ended < kAbandonedAfter) return std::nullopt;
  return attempt;
}

TrialFolder LookInto(const fs::path& folder, int64_t trial, const std::set<std::string>& spools, absl::Time now) {
  const std::string sweep = folder.parent_path().filename().string();
  TrialFolder found{folder, {}, 0, false};
  for (const fs::path& attempt_folder : FoldersIn(folder)) {
    const std::optional<int64_t> number = NumberIn(attempt_folder, "attempt-");
    if (!number.has_value()) continue;
    found.newest = std::max(found.newest, *number);
    std::optional<EndedAttempt> ended;
    if (spools.count(SpoolName(sweep, trial, *number)) == 0) ended = FindEnded(attempt_folder, *number, now);
    found.in_use = found.in_use || !ended.has_value();
    if (ended.has_value()) found.attempts.push_back(*std::move(ended));
  }
  return found;
}

std::vector<TrialFolder> FindTrials(const fs::path& root, absl::Time now) {
  // Listed first: an attempt that begins later is not known to be over either.
  const std::set<std::string> spools = AttemptsWithSpools(root.string());
  std::vector<TrialFolder> trials;
  for (const fs::path& sweep : FoldersIn(root)) {
    if (!CheckSweepId(sweep.filename().string()).ok()) continue;
    for (const fs::path& folder : FoldersIn(sweep)) {
      const std::optional<int64_t> trial = NumberIn(folder, "");
      if (trial.has_value()) trials.push_back(LookInto(folder, *trial, spools, now));
    }
  }
  return trials;
}

// When the oldest of the `count` newest ended, those for which `counts`.
absl::Time OldestKept(const std::vector<TrialFolder>& trials, int64_t count,
                      const std::function<bool(const EndedAttempt&)>& counts) {
  std::vector<absl::Time> ends;
  for (const TrialFolder& trial : trials) {
    for (const EndedAttempt& attempt : trial.attempts) {
      if (!attempt.cleaned && counts(attempt)) ends.push_back(attempt.ended);
    }
  }
  if (static_cast<int64_t>(ends.size()) <= count) return absl::InfinitePast();
  std::nth_element(ends.begin(), ends.begin() + (count - 1), ends.end(), std::greater<>());
  return ends[static_cast<size_t>(count - 1)];
}

bool HasFailed(const EndedAttempt& attempt) { return attempt.failed; }

// Removes the folder when it is empty, or with its content when that is allowed.
void RemoveFolder(const fs::path& folder, bool with_content) {
  std::error_code error;
  if (!IsPlainFolder(folder)) return;
  if (with_content) {
    fs::remove_all(folder, error);  // removes links, does not follow them
  } else {
    fs::remove(folder, error);
  }
}

void RemoveFile(const fs::path& file) {
  std::error_code error;
  if (IsPlainFile(file)) fs::remove(file, error);
}

void CleanAttempt(const fs::path& folder, bool with_outputs) {
  for (absl::string_view name : kOwnFiles) RemoveFile(folder / std::string(name));
  RemoveFolder(folder / "output", with_outputs);
  std::error_code error;
  // The result stays with what the program left, to say what it belongs to.
  if (fs::exists(fs::symlink_status(folder / "output", error))) return;
  RemoveFile(folder / "result.json");
  RemoveFolder(folder, false);
}

// Removes what belongs to no attempt in particular, once no attempt is left and none will come.
void CleanTrial(const TrialFolder& trial, bool over, bool with_outputs) {
  for (const fs::path& folder : FoldersIn(trial.folder)) {
    if (NumberIn(folder, "attempt-").has_value()) return;
  }
  if (over) {
    RemoveFolder(trial.folder / "checkpoint", with_outputs);
    if (!IsPlainFolder(trial.folder / "checkpoint")) RemoveFile(trial.folder / "resume_step");
  }
  RemoveFolder(trial.folder, false);
  RemoveFolder(trial.folder.parent_path(), false);
}

// Whether the trial will have no other attempt, as far as the controller has told.
bool IsOver(const TrialFolder& trial) {
  if (trial.in_use) return false;
  for (const EndedAttempt& attempt : trial.attempts) {
    if (attempt.number != trial.newest) continue;
    const std::string& state = attempt.state;
    return state == "SUCCEEDED" || state == "FAILED" || state == "STOPPED" || state == "CANCELLED";
  }
  return false;
}

}  // namespace

int64_t CleanUp(const std::string& work_root, const RetentionPolicy& policy, absl::Time now) {
  if (policy.attempts <= 0) return 0;
  std::error_code error;
  const fs::path root = fs::canonical(work_root, error);
  if (error) return 0;
  const std::vector<TrialFolder> trials = FindTrials(root, now);
  const absl::Time kept = OldestKept(trials, policy.attempts, [](const EndedAttempt&) { return true; });
  const absl::Time failed_kept = OldestKept(trials, policy.attempts, HasFailed);
  int64_t cleaned = 0;
  for (const TrialFolder& trial : trials) {
    bool any = false;
    for (const EndedAttempt& attempt : trial.attempts) {
      if (attempt.ended >= (HasFailed(attempt) ? std::min(kept, failed_kept) : kept)) continue;
      CleanAttempt(attempt.folder, policy.remove_outputs);
      cleaned += attempt.cleaned ? 0 : 1;
      any = true;
    }
    if (any) CleanTrial(trial, IsOver(trial), policy.remove_outputs);
  }
  return cleaned;
}

}  // namespace sweepd::agent
