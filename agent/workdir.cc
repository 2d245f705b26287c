#include "agent/workdir.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/status_macros.h"
#include "common/value.h"

namespace sweepd::agent {
namespace {

namespace fs = std::filesystem;

absl::Status PathError(absl::string_view verb, const fs::path& path, const std::error_code& error) {
  return absl::FailedPreconditionError(absl::StrCat("cannot ", verb, " ", path.string(), ": ", error.message()));
}

// Another agent that cleans up may remove an empty parent between two steps; then it begins again.
constexpr int kMakeTries = 5;

absl::Status MakeFolder(const fs::path& path) {
  std::error_code error;
  for (int tried = 0; tried < kMakeTries; ++tried) {
    fs::create_directories(path, error);
    if (error != std::errc::no_such_file_or_directory) break;
  }
  return error ? PathError("make", path, error) : absl::OkStatus();
}

absl::Status WriteFile(const fs::path& path, absl::string_view text) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file.write(text.data(), static_cast<std::streamsize>(text.size()));
  file.close();
  return file ? absl::OkStatus() : absl::FailedPreconditionError(absl::StrCat("cannot write ", path.string()));
}

// Whoever reads the file sees all of it or none.
absl::Status WriteWhole(const fs::path& path, absl::string_view text) {
  const fs::path fresh = path.string() + ".new";
  RETURN_IF_ERROR(WriteFile(fresh, text));
  std::error_code error;
  fs::rename(fresh, path, error);
  return error ? PathError("rename to", path, error) : absl::OkStatus();
}

}  // namespace

absl::Status CheckSweepId(absl::string_view id) {
  bool plain = !id.empty();
  for (char c : id) plain = plain && (absl::ascii_isalnum(c) || c == '-' || c == '_');
  if (plain) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat("the controller sent the unusable sweep id \"", id, "\""));
}

absl::StatusOr<Workdir> Workdir::Locate(const std::string& root, const LeaseRef& lease) {
  RETURN_IF_ERROR(CheckSweepId(lease.sweep));
  std::error_code error;
  const fs::path absolute_root = fs::absolute(root, error);
  if (error) return PathError("use", root, error);
  const fs::path trial = absolute_root / lease.sweep / absl::StrCat(lease.trial);
  const fs::path attempt = trial / absl::StrCat("attempt-", lease.attempt);
  Workdir located;
  located.params_file_ = attempt / "params.json";
  located.metrics_file_ = attempt / "metrics.jsonl";
  located.log_file_ = attempt / "output.log";
  located.stop_file_ = attempt / "stop.json";
  located.output_dir_ = attempt / "output";
  located.result_file_ = attempt / "result.json";
  located.checkpoint_dir_ = trial / "checkpoint";
  located.resume_file_ = trial / "resume_step";
  return located;
}

absl::StatusOr<Workdir> Workdir::Create(const std::string& root, const Lease& lease) {
  ASSIGN_OR_RETURN(Workdir made, Locate(root, lease.ref));
  const fs::path attempt = fs::path(made.output_dir_).parent_path();
  // What a controller with another database left under the same names must not be read as this attempt's.
  std::error_code error;
  fs::remove_all(attempt, error);
  if (error) return PathError("clear", attempt, error);
  RETURN_IF_ERROR(MakeFolder(made.output_dir_));
  RETURN_IF_ERROR(MakeFolder(made.checkpoint_dir_));
  RETURN_IF_ERROR(WriteFile(made.params_file_, ToJson(lease.assignment) + "\n"));
  RETURN_IF_ERROR(WriteFile(made.metrics_file_, ""));
  return made;
}

std::optional<int64_t> Workdir::ResumeStep() const {
  std::ifstream file(resume_file_);
  const std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  int64_t step = 0;
  if (!absl::SimpleAtoi(text, &step)) return std::nullopt;
  return step;
}

absl::Status Workdir::KeepResumeStep(int64_t step) const { return WriteWhole(resume_file_, absl::StrCat(step, "\n")); }

absl::Status Workdir::AskToStop(absl::string_view reason, absl::Time deadline) const {
  const Value::Map request = {{"deadline", absl::FormatTime(absl::RFC3339_sec, deadline, absl::UTCTimeZone())},
                              {"reason", std::string(reason)}};
  return WriteWhole(stop_file_, ToJson(request) + "\n");
}

absl::Status Workdir::KeepResult(const Value::Map& result) const {
  return WriteWhole(result_file_, ToJson(result) + "\n");
}

std::string DefaultWorkRoot(const char* xdg_state_home, const char* home) {
  // The specification says to ignore a relative path.
  if (xdg_state_home != nullptr && xdg_state_home[0] == '/') return absl::StrCat(xdg_state_home, "/sweepd/agent");
  if (home != nullptr && home[0] == '/') return absl::StrCat(home, "/.local/state/sweepd/agent");
  return "sweep-agent-work";
}

}  // namespace sweepd::agent
