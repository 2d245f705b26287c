// The end of an attempt: its result on its way to the controller, and what remains of it here afterwards.
#pragma once

#include <string>

#include "absl/functional/function_ref.h"
#include "agent/controller.h"
#include "agent/deadline.h"
#include "agent/outbox.h"
#include "agent/spool.h"
#include "agent/workdir.h"
#include "common/clock.h"
#include "common/ids.h"
#include "common/retry.h"

namespace sweepd::agent {

enum class AttemptEnd {
  kAccepted,     // the controller has the result
  kCancelled,    // it wants none
  kLeaseLost,    // the attempt does not count
  kRefused,      // the controller will not take the result, however often it is tried
  kUndelivered,  // the controller did not answer before the farewell
};

struct Delivery {
  AttemptEnd end = AttemptEnd::kUndelivered;
  FinishAnswer answer;  // of kAccepted
  std::string problem;  // of the others, for people
};

// All must outlive the calls.
struct DeliveryMeans {
  Controller& controller;
  Deadline& farewell;  // when trying ends
  const RetryPolicy& retry;
  IdSource& ids;
};

// Tries until the result is accepted, refused, or the farewell is over.
Delivery DeliverResult(FinishRequest finish, const DeliveryMeans& means);

// The same after every report of the outbox is stored; `finish` makes the result for the last report's sequence.
Delivery DeliverAttempt(Outbox& outbox, absl::FunctionRef<FinishRequest(int64_t)> finish, const DeliveryMeans& means);

// Clears up: says in the log what does not count, leaves result.json in `workdir` (unless that is nullptr, and unless
// undelivered), and removes the spool (unless undelivered). Returns what became of the attempt, for people.
std::string CloseAttempt(const Delivery& delivery, const LeaseRef& lease, Outcome outcome, const Workdir* workdir,
                         Spool* spool, const Clock& clock);

}  // namespace sweepd::agent
