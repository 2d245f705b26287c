#include "server/wire/agent_wire.h"

#include "common/digest.h"
#include "common/rng.h"
#include "common/wire_time.h"
#include "common/wire_value.h"
#include "server/core/limits.h"
#include "server/wire/enum_wire.h"
#include "server/wire/error_wire.h"
#include "server/wire/sweep_wire.h"

namespace sweepd {
namespace {

// A number that differs between trials and stays the same over the attempts of one.
int64_t TrialSeed(const LeaseGrant& grant) {
  return static_cast<int64_t>(MixSeed(grant.spec->seed, static_cast<uint64_t>(grant.ref.trial.number)) >> 33);
}

v1::Lease LeaseToWire(const LeaseGrant& grant) {
  v1::Lease wire;
  wire.mutable_ref()->set_sweep(grant.ref.trial.sweep_id);
  wire.mutable_ref()->set_trial(grant.ref.trial.number);
  wire.mutable_ref()->set_attempt(grant.ref.attempt);
  wire.mutable_ref()->set_token(grant.ref.token);
  MapToWire(grant.assignment, *wire.mutable_assignment());
  wire.set_program(grant.spec->program);
  for (const std::string& element : grant.spec->command) wire.add_command(element);
  if (grant.spec->objective.has_value()) *wire.mutable_objective() = ObjectiveToWire(*grant.spec->objective);
  wire.set_stdout_metrics(EnumToWire<v1::StdoutMetrics>(grant.spec->stdout_metrics));
  for (const std::string& pattern : grant.spec->stdout_patterns) wire.add_stdout_patterns(pattern);
  wire.set_seed(TrialSeed(grant));
  if (grant.spec->trial_timeout.has_value()) DurationToWire(*grant.spec->trial_timeout, wire.mutable_timeout());
  return wire;
}

// The last bytes of a text, beginning at the start of a UTF-8 character.
std::string Tail(const std::string& text, size_t bytes) {
  if (text.size() <= bytes) return text;
  size_t start = text.size() - bytes;
  while (start < text.size() && (static_cast<unsigned char>(text[start]) & 0xC0) == 0x80) ++start;
  return text.substr(start);
}

}  // namespace

v1::Agent AgentToWire(const AgentView& view) {
  v1::Agent wire;
  wire.set_id(view.agent.id);
  wire.set_name(view.agent.name);
  wire.set_host(view.agent.host);
  wire.set_slots(view.agent.slots);
  wire.set_version(view.agent.version);
  TimeToWire(view.agent.registered, wire.mutable_register_time());
  TimeToWire(view.agent.last_seen, wire.mutable_last_seen_time());
  wire.set_alive(view.alive);
  for (const TrialKey& trial : view.trials) wire.add_trials(TrialResourceName(trial));
  return wire;
}

LeaseRef LeaseRefFromWire(const v1::LeaseRef& wire) {
  return {{wire.sweep(), wire.trial()}, wire.attempt(), wire.token()};
}

absl::StatusOr<NewAgent> NewAgentFromWire(const v1::RegisterAgentRequest& wire) {
  if (wire.request_id().empty()) return BadField("request_id", "required");
  if (wire.name().empty()) return BadField("name", "required");
  if (wire.slots() < 1) return BadField("slots", "must be at least 1");
  return NewAgent{wire.request_id(), Sha256Hex(wire.SerializeAsString()), wire.name(), wire.host(), wire.slots(),
                  wire.version()};
}

absl::StatusOr<TrialRequest> TrialRequestFromWire(const v1::RequestTrialRequest& wire) {
  if (wire.request_id().empty()) return BadField("request_id", "required");
  return TrialRequest{wire.agent_id(), wire.request_id(), wire.slot(), {wire.sweeps().begin(), wire.sweeps().end()}};
}

v1::RequestTrialResponse TrialAnswerToWire(const TrialAnswer& answer) {
  v1::RequestTrialResponse wire;
  if (const auto* grant = std::get_if<LeaseGrant>(&answer)) {
    *wire.mutable_lease() = LeaseToWire(*grant);
  } else if (const auto* wait = std::get_if<WaitAnswer>(&answer)) {
    wire.mutable_wait()->set_reason(EnumToWire<v1::WaitReason>(wait->reason));
    wire.mutable_wait()->set_detail(wait->detail);
  } else {
    const auto& done = std::get<DoneAnswer>(answer);
    wire.mutable_done()->set_reason(EnumToWire<v1::DoneReason>(done.reason));
    wire.mutable_done()->set_detail(done.detail);
  }
  return wire;
}

absl::StatusOr<FinishReport> FinishReportFromWire(const v1::FinishTrialRequest& wire) {
  const std::optional<Outcome> outcome = EnumFromWire(wire.outcome(), Outcome::kTimedOut);
  if (!outcome.has_value()) return BadField("outcome", "must say how the attempt ended");
  FinishReport report{LeaseRefFromWire(wire.lease()), *outcome, std::nullopt, wire.last_sequence(),
                      Tail(wire.message(), kMaxAttemptMessageBytes)};
  if (wire.has_exit_code()) report.exit_code = wire.exit_code();
  return report;
}

}  // namespace sweepd
