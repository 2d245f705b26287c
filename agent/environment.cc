#include "agent/environment.h"

#include <unistd.h>

#include <map>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/command_template.h"
#include "common/value.h"

namespace sweepd::agent {
namespace {

// MAX_ARG_STRLEN of Linux: longest entry, with its end, that execve takes.
constexpr size_t kMaxEntryBytes = 128 << 10;

using Variables = std::map<std::string, std::string>;

Variables Inherited(const std::vector<std::string>& entries) {
  Variables variables;
  for (const std::string& entry : entries) {
    const size_t equals = entry.find('=');
    if (equals == std::string::npos || absl::StartsWith(entry, "SWEEP_")) continue;
    variables.emplace(entry.substr(0, equals), entry.substr(equals + 1));
  }
  return variables;
}

void AddParameters(const Lease& lease, Variables& variables) {
  for (const auto& [name, value] : lease.assignment) variables.emplace(ParameterVariable(name), ArgumentText(value));
}

}  // namespace

std::vector<std::string> ProgramEnvironment(const std::vector<std::string>& inherited, const Lease& lease,
                                            const Workdir& workdir, const Slot& slot) {
  Variables variables = Inherited(inherited);
  variables["SWEEP_ID"] = lease.ref.sweep;
  variables["SWEEP_TRIAL"] = absl::StrCat(lease.ref.trial);
  variables["SWEEP_ATTEMPT"] = absl::StrCat(lease.ref.attempt);
  variables["SWEEP_SEED"] = absl::StrCat(lease.seed);
  if (lease.objective.has_value()) {
    variables["SWEEP_METRIC"] = lease.objective->metric;
    variables["SWEEP_GOAL"] = lease.objective->maximize ? "maximize" : "minimize";
  }
  variables["SWEEP_PARAMS"] = ToJson(lease.assignment);
  variables["SWEEP_PARAMS_FILE"] = workdir.params_file();
  variables["SWEEP_METRICS_FILE"] = workdir.metrics_file();
  variables["SWEEP_STOP_FILE"] = workdir.stop_file();
  variables["SWEEP_CHECKPOINT_DIR"] = workdir.checkpoint_dir();
  variables["SWEEP_OUTPUT_DIR"] = workdir.output_dir();
  if (const auto step = workdir.ResumeStep()) variables["SWEEP_RESUME_STEP"] = absl::StrCat(*step);
  AddParameters(lease, variables);
  for (const auto& [name, value] : slot.environment) variables[name] = value;
  std::vector<std::string> entries;
  for (const auto& [name, value] : variables) {
    std::string entry = absl::StrCat(name, "=", value);
    const bool fits = entry.size() < kMaxEntryBytes && entry.find('\0') == std::string::npos;
    if (fits || !absl::StartsWith(name, "SWEEP_PARAM")) entries.push_back(std::move(entry));
  }
  return entries;
}

std::string ParameterVariable(absl::string_view parameter) {
  std::string name = "SWEEP_PARAM_";
  for (char c : parameter) name += absl::ascii_isalnum(c) ? absl::ascii_toupper(c) : '_';
  return name;
}

std::string AttemptMark(const Workdir& workdir) { return absl::StrCat("SWEEP_OUTPUT_DIR=", workdir.output_dir()); }

std::vector<std::string> OwnEnvironment() {
  std::vector<std::string> entries;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) entries.emplace_back(*entry);
  return entries;
}

}  // namespace sweepd::agent
