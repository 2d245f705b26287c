#include "client/local/local_stack.h"

#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <fstream>
#include <iterator>
#include <optional>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "common/status_macros.h"

namespace sweepd::client {
namespace {

constexpr absl::Duration kStartTimeout = absl::Seconds(15);
constexpr absl::Duration kPollInterval = absl::Milliseconds(20);

// An agent gives its programs up to 25 s to write a checkpoint.
constexpr absl::Duration kAgentGrace = absl::Seconds(30);
constexpr absl::Duration kControllerGrace = absl::Seconds(10);

// An agent ends by itself once its sweep is over.
constexpr absl::Duration kAgentOwnEnd = absl::Seconds(2);

// How long the news that a sweep is over may take from the agent to us.
constexpr absl::Duration kEndIsNews = absl::Seconds(5);

constexpr size_t kLogLines = 8;

std::string ReadFile(const std::string& path) {
  std::ifstream file(path);
  return std::string(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
}

std::string LastLines(const std::string& path) {
  std::vector<std::string> lines = absl::StrSplit(ReadFile(path), '\n', absl::SkipEmpty());
  if (lines.size() > kLogLines) lines.erase(lines.begin(), lines.end() - kLogLines);
  return lines.empty() ? "" : absl::StrCat("; its last words:\n  ", absl::StrJoin(lines, "\n  "));
}

absl::Status EndedError(absl::string_view program, int exit_code, const std::string& log) {
  return absl::InternalError(absl::StrCat(program, " ended with exit code ", exit_code, LastLines(log)));
}

void End(ChildProcess* child, absl::Duration own_end, absl::Duration grace, absl::FunctionRef<bool()> hurry) {
  if (child == nullptr) return;
  const auto wait = [&](absl::Duration timeout) {
    const absl::Time deadline = absl::Now() + timeout;
    while (absl::Now() < deadline && !hurry()) {
      if (child->WaitFor(kPollInterval).has_value()) return true;
    }
    return child->Poll().has_value();
  };
  if (wait(own_end)) return;
  child->Signal(SIGTERM);
  if (!wait(grace)) child->Signal(SIGKILL);
  child->WaitFor(absl::Seconds(1));
}

}  // namespace

absl::StatusOr<std::string> FindProgram(const std::string& name, const std::string& folder,
                                        const std::string& search_path) {
  std::vector<std::string> folders = {folder};
  for (absl::string_view entry : absl::StrSplit(search_path, ':', absl::SkipEmpty())) folders.emplace_back(entry);
  for (const std::string& candidate : folders) {
    const std::string path = absl::StrCat(candidate, "/", name);
    if (access(path.c_str(), X_OK) == 0) return path;
  }
  return absl::NotFoundError(absl::StrCat("no program ", name, " in ", folder, " or in $PATH; install it there"));
}

LocalStack::~LocalStack() {
  Stop(false, [] { return false; });
}

absl::StatusOr<std::string> LocalStack::StartController(absl::FunctionRef<bool()> interrupted) {
  // A kept folder may still hold the address of an earlier run.
  unlink(folder_.Path("address").c_str());
  ASSIGN_OR_RETURN(controller_, ChildProcess::Start({sweepd_, "--data-dir", folder_.Path(""), "--listen", "127.0.0.1:0",
                                                     "--address-file", folder_.Path("address")},
                                                    folder_.Path("sweepd.log")));
  const absl::Time deadline = absl::Now() + kStartTimeout;
  std::string before;
  while (absl::Now() < deadline) {
    if (interrupted()) return absl::CancelledError("interrupted");
    RETURN_IF_ERROR(Check());
    // The same text twice: it is not being written any more.
    std::string address = ReadAddress();
    if (!address.empty() && address == before) return address;
    before = std::move(address);
    absl::SleepFor(kPollInterval);
  }
  return absl::InternalError(absl::StrCat("sweepd did not start within ", absl::FormatDuration(kStartTimeout),
                                          LastLines(folder_.Path("sweepd.log"))));
}

absl::Status LocalStack::StartAgent(const std::string& controller, const std::string& sweep, int64_t slots) {
  ASSIGN_OR_RETURN(
      agent_, ChildProcess::Start({sweep_agent_, "--controller", controller, sweep, "--slots", absl::StrCat(slots)},
                                  folder_.Path("agent.log")));
  return absl::OkStatus();
}

absl::Status LocalStack::Check() {
  if (controller_ != nullptr) {
    const std::optional<int> code = controller_->Poll();
    if (code.has_value()) return EndedError("sweepd", *code, folder_.Path("sweepd.log"));
  }
  if (agent_ != nullptr) {
    const std::optional<int> code = agent_->Poll();
    if (code.has_value()) agent_done_ = std::min(agent_done_, absl::Now());
    // With 0 it knows that the sweep is over, and so will we in a moment.
    if (code.value_or(0) != 0 || absl::Now() - agent_done_ > kEndIsNews) {
      return EndedError("sweep-agent", *code, folder_.Path("agent.log"));
    }
  }
  return absl::OkStatus();
}

void LocalStack::Stop(bool sweep_is_over, absl::FunctionRef<bool()> hurry) {
  End(agent_.get(), sweep_is_over ? kAgentOwnEnd : absl::ZeroDuration(), kAgentGrace, hurry);
  End(controller_.get(), absl::ZeroDuration(), kControllerGrace, hurry);
  agent_.reset();
  controller_.reset();
}

std::string LocalStack::ReadAddress() const {
  return std::string(absl::StripAsciiWhitespace(ReadFile(folder_.Path("address"))));
}

}  // namespace sweepd::client
