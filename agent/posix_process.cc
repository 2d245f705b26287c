#include "agent/posix_process.h"

#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <utility>

#include "agent/exec.h"
#include "agent/process_tree.h"

namespace sweepd::agent {
namespace {

// Most that is read after the end of a program: a pipe holds 64 KiB, and an escaped descendant could write for ever.
constexpr size_t kMaxLateOutput = 1 << 20;

class PosixProcess : public Process {
 public:
  PosixProcess(PosixProcessRunner& runner, const Child& child, std::string mark)
      : runner_(runner), child_(child), mark_(std::move(mark)) {}

  ~PosixProcess() override {
    if (!reaped_) {
      KillRest();
      Reap();
    }
    if (child_.output >= 0) close(child_.output);
    close(child_.pidfd);
  }

  std::optional<ExitStatus> Poll(absl::Duration timeout,
                                 absl::FunctionRef<void(absl::string_view)> on_output) override {
    pollfd descriptors[2] = {{child_.pidfd, POLLIN, 0}, {child_.output, POLLIN, 0}};
    const int count = poll(descriptors, 2, static_cast<int>(absl::ToInt64Milliseconds(timeout)));
    if (count <= 0) return std::nullopt;
    if (descriptors[1].revents != 0) ReadOutput(on_output);
    if (descriptors[0].revents == 0) return std::nullopt;
    // The group goes while its ended leader, not yet reaped, still keeps the group's number from being used again.
    KillRest();
    for (size_t late = 0; late < kMaxLateOutput;) {
      const size_t got = ReadOutput(on_output);
      if (got == 0) break;
      late += got;
    }
    return Reap();
  }

  void Signal(int signal) override {
    if (!reaped_) kill(-child_.pid, signal);
  }

 private:
  // One piece of output; 0 when there is none now or ever again.
  size_t ReadOutput(absl::FunctionRef<void(absl::string_view)> on_output) {
    if (child_.output < 0) return 0;
    char buffer[64 * 1024];
    const ssize_t got = read(child_.output, buffer, sizeof(buffer));
    if (got > 0) {
      on_output(absl::string_view(buffer, static_cast<size_t>(got)));
      return static_cast<size_t>(got);
    }
    const bool closed = got == 0 || (errno != EAGAIN && errno != EINTR);
    if (closed) {
      // The program closed its output but runs on; a closed pipe would be ready all the time.
      close(child_.output);
      child_.output = -1;
    }
    return 0;
  }

  void KillRest() {
    kill(-child_.pid, SIGKILL);
    runner_.KillStragglers(mark_);
  }

  ExitStatus Reap() {
    int status = 0;
    while (waitpid(child_.pid, &status, 0) < 0 && errno == EINTR) {
    }
    // Orphans of the group that came to this process.
    while (waitpid(-child_.pid, nullptr, WNOHANG) > 0) {
    }
    reaped_ = true;
    runner_.Forget(child_.pid);
    if (WIFSIGNALED(status)) return {0, WTERMSIG(status)};
    return {WEXITSTATUS(status), 0};
  }

  PosixProcessRunner& runner_;
  Child child_;
  const std::string mark_;
  bool reaped_ = false;
};

}  // namespace

PosixProcessRunner::PosixProcessRunner() { prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); }

absl::StatusOr<std::unique_ptr<Process>> PosixProcessRunner::Launch(const LaunchSpec& spec) {
  // Held over the fork, so that nobody takes the new child for an orphan before it is known.
  absl::MutexLock lock(&mutex_);
  absl::StatusOr<Child> child = StartChild(spec);
  if (!child.ok()) return child.status();
  leaders_.insert(child->pid);
  return std::make_unique<PosixProcess>(*this, *child, spec.mark);
}

void PosixProcessRunner::Forget(pid_t leader) {
  absl::MutexLock lock(&mutex_);
  leaders_.erase(leader);
}

void PosixProcessRunner::KillStragglers(const std::string& mark) {
  KillMarkedDescendants(mark);
  absl::MutexLock lock(&mutex_);
  ReapOrphans(leaders_);
}

}  // namespace sweepd::agent
