// Agents and leases on the wire.
#pragma once

#include "absl/status/statusor.h"
#include "server/engine/requests.h"
#include "sweepd/v1/agent.pb.h"
#include "sweepd/v1/agent_service.pb.h"

namespace sweepd {

v1::Agent AgentToWire(const AgentView& view);

LeaseRef LeaseRefFromWire(const v1::LeaseRef& wire);

// INVALID_ARGUMENT: no name, slots below 1, or no request_id.
absl::StatusOr<NewAgent> NewAgentFromWire(const v1::RegisterAgentRequest& wire);

// INVALID_ARGUMENT: no request_id.
absl::StatusOr<TrialRequest> TrialRequestFromWire(const v1::RequestTrialRequest& wire);

v1::RequestTrialResponse TrialAnswerToWire(const TrialAnswer& answer);

// INVALID_ARGUMENT: the outcome is unspecified. A message beyond kMaxAttemptMessageBytes is cut at its front, because
// the end of a log says what went wrong.
absl::StatusOr<FinishReport> FinishReportFromWire(const v1::FinishTrialRequest& wire);

}  // namespace sweepd
