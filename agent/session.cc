#include "agent/session.h"

#include <algorithm>
#include <thread>
#include <utility>
#include <variant>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "common/log.h"
#include "common/retry.h"

namespace sweepd::agent {
namespace {

// Repetitions of the warning that the controller cannot be reached.
constexpr absl::Duration kWarningInterval = absl::Seconds(10);

// Trials that end between two clean-ups.
constexpr int64_t kTrialsPerCleanUp = 100;

// For a controller that names no interval.
constexpr absl::Duration kDefaultHeartbeat = absl::Seconds(10);

}  // namespace

Session::Session(SessionOptions options, Controller& controller, ProcessRunner& processes, const Clock& clock,
                 IdSource& ids, SpoolFolder& spools, std::vector<std::unique_ptr<SpoolFolder>> leftovers)
    : options_(std::move(options)),
      controller_(controller),
      processes_(processes),
      clock_(clock),
      ids_(ids),
      asking_(clock),
      farewell_(clock),
      leftover_farewell_(clock),
      spools_(spools),
      leftovers_(std::move(leftovers), options_.run.work_root, options_.run.times.kill_delay,
                 {controller_, leftover_farewell_, options_.run.retry, ids_}, clock) {}

SessionEnd Session::Run() {
  const absl::StatusOr<Registration> registration = Register();
  if (registration.ok()) {
    LogInfo("registered", {{"agent", registration->agent_id}, {"slots", options_.agent.slots}});
    std::thread heartbeats([&] { SendHeartbeats(registration->heartbeat_interval); });
    std::thread house([this] { KeepHouse(); });
    std::vector<std::thread> slots;
    for (const Slot& slot : options_.slots) slots.emplace_back([this, &slot] { ServeSlot(slot); });
    for (std::thread& slot : slots) slot.join();
    bool interrupted = false;
    {
      absl::MutexLock lock(&mutex_);
      idle_ = true;
      interrupted = interrupted_ != Interrupt::kNone;
    }
    leftover_farewell_.Limit(interrupted ? options_.kill_farewell : options_.leftover_farewell);
    house.join();
    over_.Notify();
    heartbeats.join();
  }
  if (const auto waiting = static_cast<int64_t>(leftovers_.Leases().size()); !registration.ok() && waiting > 0) {
    LogWarning("attempts of earlier agents wait in the work folder for the next start", {{"attempts", waiting}});
  }
  absl::MutexLock lock(&mutex_);
  return end_.value_or(SessionEnd::kDone);
}

void Session::KeepHouse() {
  leftovers_.Deliver();
  do {
    const int64_t cleaned = CleanUp(options_.run.work_root, options_.retention, clock_.Now());
    if (cleaned > 0) LogInfo("cleaned up after old attempts", {{"attempts", cleaned}});
  } while (AwaitMess());
}

bool Session::AwaitMess() {
  absl::MutexLock lock(&mutex_);
  const auto mess = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return idle_ || ended_ >= kTrialsPerCleanUp; };
  mutex_.Await(absl::Condition(&mess));
  ended_ = 0;
  return !idle_;
}

absl::StatusOr<Registration> Session::Register() {
  absl::StatusOr<Registration> registration;
  absl::Duration next_warning = clock_.Monotonic();
  const absl::Duration give_up = clock_.Monotonic() + options_.connect_timeout;
  const auto attempt = [&] {
    registration = controller_.Register(options_.agent);
    if (IsTransient(registration.status()) && clock_.Monotonic() >= next_warning) {
      LogWarning("the controller cannot be reached", {{"error", std::string(registration.status().message())}});
      next_warning = clock_.Monotonic() + kWarningInterval;
    }
    return registration.status();
  };
  const auto sleep = [&](absl::Duration delay) {
    return asking_.SleepFor(std::min(delay, give_up - clock_.Monotonic())) && clock_.Monotonic() < give_up;
  };
  const absl::Status status = RetryLoop(options_.run.retry, Rng(ids_.NextWord(), 0), sleep, attempt);
  if (status.ok()) return registration;
  const bool transient = IsTransient(status);
  if (!asking_.HasPassed()) {
    LogError(transient ? "gave up: the controller cannot be reached" : "the controller refused this agent",
             {{"error", status.ToString()}});
  }
  GiveUp(transient ? SessionEnd::kUnreachable : SessionEnd::kRefused);
  return status;
}

void Session::ServeSlot(const Slot& slot) {
  while (TakeTicket()) {
    std::optional<Lease> lease = NextLease(slot);
    if (!lease.has_value()) return;
    RunTrial(*std::move(lease), slot);
  }
}

bool Session::TakeTicket() {
  absl::MutexLock lock(&mutex_);
  if (options_.count.has_value() && begun_ >= *options_.count) return false;
  ++begun_;
  return true;
}

std::optional<Lease> Session::NextLease(const Slot& slot) {
  absl::Duration wait = options_.first_poll;
  while (!asking_.HasPassed()) {
    const absl::Duration asked = clock_.Monotonic();
    absl::StatusOr<TrialAnswer> answer = Ask(slot, wait);
    wait = options_.long_poll;
    if (!answer.ok()) {
      if (asking_.HasPassed()) return std::nullopt;
      // The lease that answered this request ended before the answer arrived: the next request is a new one.
      if (IsLeaseLost(answer.status())) continue;
      LogError("the controller refused to give a trial", {{"error", answer.status().ToString()}});
      GiveUp(IsSweepNotFound(answer.status()) ? SessionEnd::kSweepNotFound : SessionEnd::kRefused);
      return std::nullopt;
    }
    if (auto* lease = std::get_if<Lease>(&*answer)) {
      NoteWait("");
      return std::move(*lease);
    }
    if (const auto* told = std::get_if<WaitAnswer>(&*answer)) {
      NoteWait(absl::StrCat("waiting: ", told->reason, ": ", told->detail));
      const absl::Duration left = options_.shortest_wait - (clock_.Monotonic() - asked);
      if (left > absl::ZeroDuration()) asking_.SleepFor(Jitter(left));
      continue;
    }
    const auto& done = std::get<DoneAnswer>(*answer);
    NoteWait(absl::StrCat("no more trials: ", done.reason, ": ", done.detail));
    if (!options_.stay) return std::nullopt;
    asking_.SleepFor(Jitter(options_.stay_pause));
  }
  return std::nullopt;
}

absl::StatusOr<TrialAnswer> Session::Ask(const Slot& slot, absl::Duration wait) {
  const TrialRequest request{NextRequestId(slot), slot.index, options_.sweeps, wait};
  absl::StatusOr<TrialAnswer> answer;
  const auto attempt = [&] {
    answer = controller_.RequestTrial(request);
    return answer.status();
  };
  const auto sleep = [this](absl::Duration delay) { return asking_.SleepFor(delay); };
  const absl::Status status = RetryLoop(options_.run.retry, Rng(ids_.NextWord(), 0), sleep, attempt);
  if (!status.ok()) return status;
  return answer;
}

std::string Session::NextRequestId(const Slot& slot) {
  absl::MutexLock lock(&mutex_);
  return absl::StrFormat("%012d-%d", ++requests_, slot.index);
}

void Session::RunTrial(Lease lease, const Slot& slot) {
  TrialRun run(std::move(lease), slot, options_.run, {controller_, processes_, clock_, ids_, farewell_, spools_});
  {
    absl::MutexLock lock(&mutex_);
    // The answer and the interrupt crossed: the trial goes back before it is begun.
    if (end_.has_value()) run.Interrupt(std::max(interrupted_, Interrupt::kTerminate));
    runs_.push_back(&run);
  }
  const std::string result = run.Run();
  {
    absl::MutexLock lock(&mutex_);
    runs_.erase(std::find(runs_.begin(), runs_.end(), &run));
    ++ended_;
  }
  LogInfo("trial over", {{"sweep", run.lease().sweep}, {"trial", run.lease().trial}, {"result", result}});
}

void Session::NoteWait(const std::string& reason) {
  absl::MutexLock lock(&mutex_);
  if (reason == last_wait_) return;
  last_wait_ = reason;
  if (!reason.empty()) LogInfo(reason);
}

void Session::SendHeartbeats(absl::Duration interval) {
  if (interval <= absl::ZeroDuration()) interval = kDefaultHeartbeat;
  // A lost heartbeat is made up for soon: only a few may be missing in a row.
  Backoff backoff({absl::Milliseconds(500), interval, absl::InfiniteDuration()}, Rng(ids_.NextWord(), 0));
  // Agents that registered together, after a restart for example, do not beat together.
  absl::Duration pause = Jitter(interval);
  bool away = false;
  while (!over_.WaitForNotificationWithTimeout(pause)) {
    const absl::Status status = SendHeartbeat();
    if (!status.ok() && !away) LogWarning("the controller does not answer", {{"error", status.ToString()}});
    if (status.ok() && away) LogInfo("the controller answers again");
    away = !status.ok();
    if (!away) backoff.Reset();
    // Never longer, whatever the controller asks for: a lease lives on heartbeats.
    pause = away ? std::min(backoff.NextDelay(status), interval) : interval;
  }
}

absl::Status Session::SendHeartbeat() {
  const std::vector<LeaseRef> running = Running();
  const absl::StatusOr<std::vector<Directive>> directives = controller_.Heartbeat(running);
  if (directives.ok()) Apply(running, *directives);
  return directives.status();
}

std::vector<LeaseRef> Session::Running() {
  std::vector<LeaseRef> running = leftovers_.Leases();
  absl::MutexLock lock(&mutex_);
  for (const TrialRun* run : runs_) running.push_back(run->lease());
  return running;
}

void Session::Apply(const std::vector<LeaseRef>& running, const std::vector<Directive>& directives) {
  absl::MutexLock lock(&mutex_);
  for (size_t i = 0; i < std::min(running.size(), directives.size()); ++i) {
    for (TrialRun* run : runs_) {
      if (run->lease() == running[i]) run->Apply(directives[i]);
    }
    leftovers_.Apply(running[i], directives[i]);
  }
}

void Session::GiveUp(SessionEnd end) {
  {
    absl::MutexLock lock(&mutex_);
    if (!end_.has_value()) end_ = end;
  }
  asking_.Limit(absl::ZeroDuration());
  controller_.CancelRequests();
}

void Session::Interrupt(agent::Interrupt interrupt) {
  if (interrupt == Interrupt::kNone) return;
  {
    absl::MutexLock lock(&mutex_);
    interrupted_ = std::max(interrupted_, interrupt);
    for (TrialRun* run : runs_) run->Interrupt(interrupt);
  }
  for (Deadline* farewell : {&farewell_, &leftover_farewell_}) {
    if (interrupt == Interrupt::kPreempt) farewell->Limit(options_.preempt_farewell);
    if (interrupt == Interrupt::kKill) farewell->Limit(options_.kill_farewell);
  }
  GiveUp(SessionEnd::kInterrupted);
}

absl::Duration Session::Jitter(absl::Duration pause) { return pause * Rng(ids_.NextWord(), 0).NextUnit(); }

}  // namespace sweepd::agent
