#include "bench/load/server_process.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "common/file.h"
#include "common/status_macros.h"

namespace sweepd::load {
namespace {

// A controller reads its whole database at the start.
constexpr absl::Duration kStartTimeout = absl::Seconds(60);
constexpr absl::Duration kStopTimeout = absl::Seconds(20);
constexpr absl::Duration kPollInterval = absl::Milliseconds(1);
constexpr size_t kLogLines = 8;

std::string LastLines(const std::string& path) {
  const absl::StatusOr<std::string> text = ReadFile(path);
  std::vector<std::string> lines = absl::StrSplit(text.ok() ? *text : "", '\n', absl::SkipEmpty());
  if (lines.size() > kLogLines) lines.erase(lines.begin(), lines.end() - kLogLines);
  return lines.empty() ? "" : absl::StrCat("; its last words:\n  ", absl::StrJoin(lines, "\n  "));
}

// Twice as many ports as are tried first lie below the ephemeral ones, which begin at 32768.
constexpr int kFirstLastingPort = 15'000;
constexpr int kLastingPorts = 8'000;

}  // namespace

absl::StatusOr<std::string> AddressForRestarts() {
  for (int port = kFirstLastingPort + getpid() % kLastingPorts; port < kFirstLastingPort + 2 * kLastingPorts; ++port) {
    const int probe = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const bool is_free = bind(probe, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0;
    close(probe);
    if (is_free) return absl::StrCat("127.0.0.1:", port);
  }
  return absl::InternalError("no port is free below the ephemeral ones");
}

absl::StatusOr<std::unique_ptr<ServerProcess>> ServerProcess::Start(const ServerCommand& command) {
  const std::string name = std::filesystem::path(command.program).filename().string();
  const std::string address_file = absl::StrCat(command.folder, "/", name, ".address");
  const std::string log = absl::StrCat(command.folder, "/", name, ".log");
  unlink(address_file.c_str());
  if (access(command.program.c_str(), X_OK) != 0) {
    return absl::NotFoundError(absl::StrCat("no program ", command.program, "; build it"));
  }
  std::vector<std::string> line;
  if (!command.environment.empty()) {
    line.emplace_back("/usr/bin/env");
    line.insert(line.end(), command.environment.begin(), command.environment.end());
  }
  line.push_back(command.program);
  line.insert(line.end(), command.arguments.begin(), command.arguments.end());
  for (const std::string& part : {std::string("--listen"), command.listen, std::string("--address-file"), address_file})
    line.push_back(part);
  const absl::Time started = absl::Now();
  ASSIGN_OR_RETURN(std::unique_ptr<client::ChildProcess> child, client::ChildProcess::Start(line, log));
  std::unique_ptr<ServerProcess> server(new ServerProcess(std::move(child), log));
  RETURN_IF_ERROR(server->AwaitAddress(address_file));
  server->start_time_ = absl::Now() - started;
  return server;
}

absl::Status ServerProcess::AwaitAddress(const std::string& address_file) {
  const absl::Time deadline = absl::Now() + kStartTimeout;
  while (absl::Now() < deadline) {
    const absl::StatusOr<std::string> text = ReadFile(address_file);
    // The file is put in place as a whole.
    if (text.ok()) {
      address_ = std::string(absl::StripAsciiWhitespace(*text));
      return absl::OkStatus();
    }
    if (!absl::IsNotFound(text.status())) return text.status();
    if (const std::optional<int> code = child_->Poll(); code.has_value()) {
      return absl::InternalError(absl::StrCat("the server ended with exit code ", *code, LastLines(log_)));
    }
    absl::SleepFor(kPollInterval);
  }
  return absl::InternalError(
      absl::StrCat("the server did not serve within ", absl::FormatDuration(kStartTimeout), LastLines(log_)));
}

absl::Status ServerProcess::Stop() {
  child_->Signal(SIGTERM);
  const std::optional<int> code = child_->WaitFor(kStopTimeout);
  if (code == 0) return absl::OkStatus();
  return absl::InternalError(absl::StrCat(
      code.has_value() ? absl::StrCat("the server ended with exit code ", *code) : "the server does not end on SIGTERM",
      LastLines(log_)));
}

void ServerProcess::Kill() {
  child_->Signal(SIGKILL);
  child_->WaitFor(kStopTimeout);
}

std::string ProgramBesideThis(const std::string& name) {
  std::error_code error;
  const std::filesystem::path self = std::filesystem::read_symlink("/proc/self/exe", error);
  return (self.parent_path() / name).string();
}

}  // namespace sweepd::load
