#include "agent/exec.h"

#include <fcntl.h>
#include <linux/close_range.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace sweepd::agent {
namespace {

constexpr absl::string_view kDefaultPath = "/usr/local/bin:/usr/bin:/bin";

bool IsExecutableFile(const std::string& path) {
  struct stat status;
  return stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode) && access(path.c_str(), X_OK) == 0;
}

std::vector<char*> Pointers(const std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  pointers.reserve(texts.size() + 1);
  for (const std::string& text : texts) pointers.push_back(const_cast<char*>(text.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

struct Pipe {
  int read = -1;
  int write = -1;

  Pipe() = default;
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  ~Pipe() {
    CloseRead();
    CloseWrite();
  }
  bool Open() {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) return false;
    read = ends[0];
    write = ends[1];
    return true;
  }
  void CloseRead() {
    if (read >= 0) close(read);
    read = -1;
  }
  void CloseWrite() {
    if (write >= 0) close(write);
    write = -1;
  }
};

// Everything the child needs between fork and exec, where only async-signal-safe calls are allowed.
struct ChildPlan {
  const char* path;
  char* const* arguments;
  char* const* environment;
  int output;
  int failure;
  pid_t parent;
};

void DefaultSignals() {
  struct sigaction action;
  std::memset(&action, 0, sizeof(action));
  action.sa_handler = SIG_DFL;
  for (int signal = 1; signal < NSIG; ++signal) sigaction(signal, &action, nullptr);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
}

[[noreturn]] void BecomeProgram(const ChildPlan& plan) {
  setsid();
  DefaultSignals();
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  // The parent may have gone before the line above.
  if (getppid() != plan.parent) _exit(127);
  const int null = open("/dev/null", O_RDONLY);
  if (null >= 0 && dup2(null, STDIN_FILENO) >= 0 && dup2(plan.output, STDOUT_FILENO) >= 0 &&
      dup2(plan.output, STDERR_FILENO) >= 0) {
    // No descriptor of the agent reaches a program, not even one that a library forgot to mark. The call is refused by
    // kernels before 5.11, where marks are all there is.
    syscall(SYS_close_range, 3U, ~0U, CLOSE_RANGE_CLOEXEC);
    execve(plan.path, plan.arguments, plan.environment);
  }
  const int error = errno;
  // The parent reads an end of file when this fails; the exit code says enough then.
  if (write(plan.failure, &error, sizeof(error)) < 0) _exit(126);
  _exit(127);
}

// The errno that exec failed with; 0 when it succeeded.
int ReadFailure(int descriptor) {
  int error = 0;
  ssize_t got = 0;
  do {
    got = read(descriptor, &error, sizeof(error));
  } while (got < 0 && errno == EINTR);
  return got == static_cast<ssize_t>(sizeof(error)) ? error : 0;
}

absl::Status CannotExecute(const std::string& program, int error) {
  std::string message = absl::StrCat("cannot execute ", program, ": ", std::strerror(error));
  if (error == ENOEXEC) absl::StrAppend(&message, " (a script needs a first line like #!/bin/sh)");
  return absl::FailedPreconditionError(message);
}

absl::Status SystemError(absl::string_view what) {
  return absl::FailedPreconditionError(absl::StrCat(what, ": ", std::strerror(errno)));
}

}  // namespace

absl::StatusOr<std::string> FindProgram(const std::string& name, const std::vector<std::string>& environment) {
  if (absl::StrContains(name, '/')) return name;
  absl::string_view path = kDefaultPath;
  for (absl::string_view entry : environment) {
    if (absl::ConsumePrefix(&entry, "PATH=")) path = entry;
  }
  for (absl::string_view folder : absl::StrSplit(path, ':')) {
    const std::string candidate = absl::StrCat(folder.empty() ? "." : folder, "/", name);
    if (IsExecutableFile(candidate)) return candidate;
  }
  return absl::NotFoundError(absl::StrCat("there is no program \"", name, "\" in PATH (", path, ")"));
}

absl::StatusOr<Child> StartChild(const LaunchSpec& spec) {
  if (spec.arguments.empty()) return absl::InvalidArgumentError("the command is empty");
  const absl::StatusOr<std::string> program = FindProgram(spec.arguments[0], spec.environment);
  if (!program.ok()) return program.status();
  const std::vector<char*> arguments = Pointers(spec.arguments);
  const std::vector<char*> environment = Pointers(spec.environment);
  Pipe output, failure;
  if (!output.Open() || !failure.Open()) return SystemError("cannot make a pipe");
  const ChildPlan plan{program->c_str(), arguments.data(), environment.data(), output.write, failure.write, getpid()};
  // _Fork runs no atfork handlers: libraries with threads register some that are not needed before an exec.
  const pid_t pid = _Fork();
  if (pid < 0) return SystemError("cannot fork");
  if (pid == 0) BecomeProgram(plan);
  failure.CloseWrite();
  if (const int error = ReadFailure(failure.read); error != 0) {
    waitpid(pid, nullptr, 0);
    return CannotExecute(*program, error);
  }
  Child child;
  child.pid = pid;
  child.pidfd = static_cast<int>(syscall(SYS_pidfd_open, pid, 0U));
  if (child.pidfd < 0) {
    const absl::Status status = SystemError("cannot watch the program (pidfd_open, which needs Linux 5.3)");
    kill(-pid, SIGKILL);
    waitpid(pid, nullptr, 0);
    return status;
  }
  fcntl(output.read, F_SETFL, O_NONBLOCK);
  child.output = output.read;
  output.read = -1;
  return child;
}

}  // namespace sweepd::agent
