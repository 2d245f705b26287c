#include "agent/trial_run.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "agent/conclusion.h"
#include "agent/environment.h"
#include "agent/outbox.h"
#include "agent/utf8.h"
#include "common/command_template.h"
#include "common/log.h"
#include "common/status_macros.h"

namespace sweepd::agent {

TrialRun::TrialRun(Lease lease, const Slot& slot, const RunOptions& options, const RunContext& context)
    : lease_(std::move(lease)), slot_(slot), options_(options), context_(context), wind_down_(options.times) {}

void TrialRun::Apply(Directive directive) {
  absl::MutexLock lock(&mutex_);
  const absl::Duration now = context_.clock.Monotonic();
  if (directive == Directive::kStop) wind_down_.Stop(now);
  if (directive == Directive::kCancel || directive == Directive::kLeaseLost) wind_down_.Discard(now);
}

void TrialRun::Interrupt(agent::Interrupt interrupt) {
  absl::MutexLock lock(&mutex_);
  const absl::Duration now = context_.clock.Monotonic();
  if (interrupt == Interrupt::kTerminate) wind_down_.Terminate(now);
  if (interrupt == Interrupt::kPreempt) wind_down_.Preempt(now);
  if (interrupt == Interrupt::kKill) wind_down_.Kill(now);
}

WindDown::Cause TrialRun::cause() const {
  absl::MutexLock lock(&mutex_);
  return wind_down_.cause();
}

std::string TrialRun::Run() {
  if (cause() != WindDown::Cause::kNone) {
    return Deliver({lease_.ref, Outcome::kPreempted, std::nullopt, 0, "the agent was stopping"});
  }
  absl::StatusOr<std::unique_ptr<Process>> process = Launch();
  if (process.ok()) return Attend(**process);
  const std::string message = ValidUtf8(process.status().message()).substr(0, kMaxMessageBytes);
  LogWarning("trial could not be started",
             {{"sweep", lease_.ref.sweep}, {"trial", lease_.ref.trial}, {"error", message}});
  return Deliver({lease_.ref, Outcome::kLaunchFailed, std::nullopt, 0, message});
}

absl::StatusOr<std::unique_ptr<Process>> TrialRun::Launch() {
  ASSIGN_OR_RETURN(workdir_, Workdir::Create(options_.work_root, lease_));
  ASSIGN_OR_RETURN(OutputLog log, OutputLog::Create(workdir_->log_file(), options_.max_log_bytes));
  log_.emplace(std::move(log));
  LaunchSpec launch;
  ASSIGN_OR_RETURN(launch.arguments, Arguments());
  launch.environment = ProgramEnvironment(options_.environment, lease_, *workdir_, slot_);
  launch.mark = AttemptMark(*workdir_);
  ASSIGN_OR_RETURN(std::unique_ptr<Process> process, context_.processes.Launch(launch));
  LogInfo("trial started", {{"sweep", lease_.ref.sweep},
                            {"trial", lease_.ref.trial},
                            {"attempt", lease_.ref.attempt},
                            {"slot", slot_.index},
                            {"log", workdir_->log_file()}});
  return process;
}

absl::StatusOr<std::vector<std::string>> TrialRun::Arguments() const {
  const auto find_variable = [this](const char* name) -> const char* {
    const std::string prefix = absl::StrCat(name, "=");
    for (const std::string& entry : options_.environment) {
      if (entry.compare(0, prefix.size(), prefix) == 0) return entry.c_str() + prefix.size();
    }
    return nullptr;
  };
  const MacroContext macros{"/usr/bin/env",          options_.interpreter, lease_.program,
                            workdir_->params_file(), lease_.assignment,    find_variable};
  return ExpandCommand(options_.command.empty() ? lease_.command : options_.command, macros);
}

std::string TrialRun::Attend(Process& process) {
  Outbox outbox(lease_.ref, context_.controller, context_.farewell, options_.retry, Rng(context_.ids.NextWord(), 0),
                [this](Directive directive) { Apply(directive); });
  MetricsFeed feed(lease_, *workdir_, context_.clock, outbox, context_.farewell);
  const ExitStatus status = Watch(process, feed);
  if (cause() == WindDown::Cause::kDiscard) return "discarded";
  feed.Finish();
  const absl::StatusOr<int64_t> last_sequence = outbox.Flush();
  if (!last_sequence.ok()) return std::string(last_sequence.status().message());
  return Deliver(Conclude(status, feed, *last_sequence));
}

ExitStatus TrialRun::Watch(Process& process, MetricsFeed& feed) {
  const auto take_output = [&](absl::string_view piece) {
    log_->Append(piece);
    feed.TakeOutput(piece);
  };
  absl::Duration next_look = context_.clock.Monotonic();
  while (true) {
    const std::optional<ExitStatus> status = process.Poll(options_.tick, take_output);
    if (status.has_value()) return *status;
    // A program that writes without pause does not make the agent look at the file without pause.
    const absl::Duration now = context_.clock.Monotonic();
    if (now < next_look) continue;
    next_look = now + options_.tick;
    feed.TakeFile();
    Steer(process);
  }
}

void TrialRun::Steer(Process& process) {
  std::optional<int> signal;
  bool ask = false;
  absl::Duration time_left;
  {
    absl::MutexLock lock(&mutex_);
    const absl::Duration now = context_.clock.Monotonic();
    signal = wind_down_.TakeDueSignal(now);
    ask = wind_down_.cause() == WindDown::Cause::kStop && !asked_to_stop_;
    time_left = wind_down_.terminate_at() - now;
  }
  if (ask) {
    asked_to_stop_ = true;
    const absl::Status status =
        workdir_->AskToStop("stopped early by the controller", context_.clock.Now() + time_left);
    if (!status.ok()) LogWarning("the stop file could not be written", {{"error", status.ToString()}});
  }
  if (!signal.has_value()) return;
  LogInfo("trial is ended", {{"sweep", lease_.ref.sweep}, {"trial", lease_.ref.trial}, {"signal", *signal}});
  process.Signal(*signal);
}

FinishRequest TrialRun::Conclude(const ExitStatus& status, const MetricsFeed& feed, int64_t last_sequence) const {
  FinishRequest finish{lease_.ref, DecideOutcome(cause(), status, feed.preempting()), status.exit_code(), last_sequence,
                       ""};
  if (finish.outcome == Outcome::kFailed) finish.message = FailureMessage(status, log_->Tail(kMaxMessageBytes));
  if (finish.outcome == Outcome::kCompleted) finish.message = feed.Complaint().substr(0, kMaxMessageBytes);
  return finish;
}

std::string TrialRun::Deliver(FinishRequest finish) {
  FinishAnswer answer;
  const auto attempt = [&]() -> absl::Status {
    const absl::StatusOr<FinishAnswer> tried = context_.controller.Finish(finish);
    if (tried.ok()) answer = *tried;
    const std::optional<int64_t> expected = ExpectedSequence(tried.status());
    if (!expected.has_value() || *expected > finish.last_sequence) return tried.status();
    // It came back from an older copy of its state. What it had acknowledged is gone here too; the result is not.
    LogWarning("the controller misses reports that it had stored",
               {{"trial", finish.lease.trial}, {"from", *expected}});
    finish.last_sequence = *expected - 1;
    return absl::UnavailableError(tried.status().message());
  };
  const auto sleep = [this](absl::Duration delay) { return context_.farewell.SleepFor(delay); };
  const absl::Status status = RetryLoop(options_.retry, Rng(context_.ids.NextWord(), 0), sleep, attempt);
  if (status.ok()) return absl::StrCat(answer.state, answer.reason.empty() ? "" : " ", answer.reason);
  if (IsLeaseLost(status)) return "discarded: the lease was lost";
  LogError("a result could not be delivered",
           {{"sweep", lease_.ref.sweep}, {"trial", lease_.ref.trial}, {"error", status.ToString()}});
  return "not delivered";
}

}  // namespace sweepd::agent
