// The folder of one attempt and the files in it, which training programs see.
//
//   WORK/SWEEP/TRIAL/checkpoint/              one for all attempts of the trial
//   WORK/SWEEP/TRIAL/resume_step              step of the newest checkpoint
//   WORK/SWEEP/TRIAL/attempt-N/params.json    the assignment
//   WORK/SWEEP/TRIAL/attempt-N/metrics.jsonl  appended to by the program
//   WORK/SWEEP/TRIAL/attempt-N/output.log     what the program wrote
//   WORK/SWEEP/TRIAL/attempt-N/stop.json      appears when the program should end
//   WORK/SWEEP/TRIAL/attempt-N/output/        for the program's own files
//   WORK/SWEEP/TRIAL/attempt-N/result.json    appears when the attempt is over: {"finished", "outcome", "state", ...}
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "agent/controller.h"
#include "common/value.h"

namespace sweepd::agent {

// Absolute paths. Copyable; the files stay when it goes.
class Workdir {
 public:
  // Makes the folders of the lease's attempt, afresh if they are there, and params.json and an empty metrics.jsonl.
  // FAILED_PRECONDITION with the path and the system's reason.
  static absl::StatusOr<Workdir> Create(const std::string& root, const Lease& lease);

  // The same paths for an attempt that was begun before; touches nothing. FAILED_PRECONDITION as above.
  static absl::StatusOr<Workdir> Locate(const std::string& root, const LeaseRef& lease);

  const std::string& params_file() const { return params_file_; }
  const std::string& metrics_file() const { return metrics_file_; }
  const std::string& log_file() const { return log_file_; }
  const std::string& stop_file() const { return stop_file_; }
  const std::string& output_dir() const { return output_dir_; }
  const std::string& checkpoint_dir() const { return checkpoint_dir_; }

  // The step of the newest checkpoint of any attempt in this work folder.
  std::optional<int64_t> ResumeStep() const;
  absl::Status KeepResumeStep(int64_t step) const;

  // Tells the program to end: {"deadline": RFC 3339 of SIGTERM, "reason": ...}. The file appears whole.
  absl::Status AskToStop(absl::string_view reason, absl::Time deadline) const;

  // Writes result.json, for people and for retention.h: how the attempt ended, and what its trial became of it
  // ("SUCCEEDED", ...; "LEASE_LOST" when it did not count).
  absl::Status KeepResult(const Value::Map& result) const;

 private:
  Workdir() = default;

  std::string params_file_;
  std::string metrics_file_;
  std::string log_file_;
  std::string stop_file_;
  std::string output_dir_;
  std::string checkpoint_dir_;
  std::string resume_file_;
  std::string result_file_;
};

// A sweep's id becomes a folder's name, so it must not lead anywhere else: letters, digits, '-' and '_'.
// FAILED_PRECONDITION.
absl::Status CheckSweepId(absl::string_view id);

// Where attempts are kept unless the user says otherwise: sweepd/agent in the user's state folder (XDG base directory
// specification). Either argument may be nullptr; "sweep-agent-work" when both are.
std::string DefaultWorkRoot(const char* xdg_state_home, const char* home);

}  // namespace sweepd::agent
