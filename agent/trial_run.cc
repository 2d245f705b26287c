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
  if (directive == Directive::kCancel) wind_down_.Cancel(now);
  if (directive == Directive::kLeaseLost) wind_down_.Lose(now);
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
  Delivery delivery;
  if (cause() != WindDown::Cause::kNone) {
    delivery = DeliverUnstarted(Outcome::kPreempted, "the agent was stopping");
  } else if (absl::StatusOr<std::unique_ptr<Process>> process = Launch(); process.ok()) {
    delivery = Attend(**process);
  } else {
    const std::string message = ValidUtf8(process.status().message()).substr(0, kMaxMessageBytes);
    LogWarning("trial could not be started",
               {{"sweep", lease_.ref.sweep}, {"trial", lease_.ref.trial}, {"error", message}});
    delivery = DeliverUnstarted(Outcome::kLaunchFailed, message);
  }
  return CloseAttempt(delivery, lease_.ref, outcome_, workdir_.has_value() ? &*workdir_ : nullptr,
                      spool_.has_value() ? &*spool_ : nullptr, context_.clock);
}

absl::Status TrialRun::OpenSpool() {
  ASSIGN_OR_RETURN(Spool spool, context_.spools.CreateSpool(lease_.ref));
  spool_.emplace(std::move(spool));
  return absl::OkStatus();
}

DeliveryMeans TrialRun::means() const { return {context_.controller, context_.farewell, options_.retry, context_.ids}; }

Delivery TrialRun::DeliverUnstarted(Outcome outcome, absl::string_view message) {
  outcome_ = outcome;
  const FinishRequest finish{lease_.ref, outcome, std::nullopt, 0, std::string(message)};
  absl::Status status = spool_.has_value() ? absl::OkStatus() : OpenSpool();
  if (status.ok()) status = spool_->KeepFinish(finish);
  if (!status.ok()) LogWarning("the result is not spooled", {{"error", status.ToString()}});
  return DeliverResult(finish, means());
}

absl::StatusOr<std::unique_ptr<Process>> TrialRun::Launch() {
  // First of all: what has a spool is never taken for the leftovers of somebody else.
  RETURN_IF_ERROR(OpenSpool());
  ASSIGN_OR_RETURN(workdir_, Workdir::Create(options_.work_root, lease_));
  ASSIGN_OR_RETURN(OutputLog log, OutputLog::Create(workdir_->log_file(), options_.max_log_bytes));
  log_.emplace(std::move(log));
  ASSIGN_OR_RETURN(output_format_, MakeOutputFormat(lease_.stdout_metrics, lease_.stdout_patterns));
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

Delivery TrialRun::Attend(Process& process) {
  Outbox outbox(*spool_, context_.controller, context_.farewell, options_.retry, Rng(context_.ids.NextWord(), 0),
                [this](Directive directive) { Apply(directive); });
  const FeedMark start = FirstMark(*workdir_);
  outbox.Take({}, start);
  MetricsFeed feed(lease_.ref, output_format_, start, *workdir_, context_.clock, outbox, context_.farewell);
  const ExitStatus status = Watch(process, feed);
  // An interrupt that comes while the result is on its way does not change it.
  const WindDown::Cause ended_for = cause();
  if (ended_for == WindDown::Cause::kCancel) return {AttemptEnd::kCancelled, {}, ""};
  if (ended_for == WindDown::Cause::kLost) return {AttemptEnd::kLeaseLost, {}, ""};
  // Stored before the last reports are read, for which there may be no room for long, and again with what they said.
  outbox.KeepFinish(Conclude(ended_for, status, feed, 0));
  const bool all_read = feed.Finish();
  const FinishRequest finish = Conclude(ended_for, status, feed, 0);
  outbox.KeepFinish(finish);
  outcome_ = finish.outcome;
  if (!all_read) return {AttemptEnd::kUndelivered, {}, "there was no time to read all of its metrics"};
  const auto conclude = [&](int64_t last_sequence) { return Conclude(ended_for, status, feed, last_sequence); };
  return DeliverAttempt(outbox, conclude, means());
}

ExitStatus TrialRun::Watch(Process& process, MetricsFeed& feed) {
  const auto take_output = [&](absl::string_view piece) {
    log_->Append(piece);
    feed.TakeOutput(piece);
  };
  absl::Duration next_look = context_.clock.Monotonic();
  time_out_at_ = next_look + lease_.timeout.value_or(absl::InfiniteDuration());
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
    if (now >= time_out_at_) wind_down_.TimeOut(now);
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

FinishRequest TrialRun::Conclude(WindDown::Cause cause, const ExitStatus& status, const MetricsFeed& feed,
                                 int64_t last_sequence) const {
  FinishRequest finish{lease_.ref, DecideOutcome(cause, status, feed.preempting()), status.exit_code(), last_sequence,
                       ""};
  if (finish.outcome == Outcome::kFailed) finish.message = FailureMessage(status, log_->Tail(kMaxMessageBytes));
  if (finish.outcome == Outcome::kTimedOut) {
    finish.message = TimeoutMessage(*lease_.timeout, log_->Tail(kMaxMessageBytes));
  }
  if (finish.outcome == Outcome::kCompleted) finish.message = feed.Complaint().substr(0, kMaxMessageBytes);
  return finish;
}

}  // namespace sweepd::agent
