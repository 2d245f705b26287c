// The environment of a training program: the agent's own, and the variables of the trial protocol.
#pragma once

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "agent/controller.h"
#include "agent/slot.h"
#include "agent/workdir.h"

namespace sweepd::agent {

// "NAME=value" entries, each name once. Of `inherited` everything stays but SWEEP_ variables, so that an agent that
// runs inside a trial does not pass that one's on; then come SWEEP_ID, SWEEP_TRIAL, SWEEP_ATTEMPT, SWEEP_SEED,
// SWEEP_METRIC and SWEEP_GOAL (with an objective), SWEEP_PARAMS, SWEEP_PARAMS_FILE, one SWEEP_PARAM_ variable for each
// parameter, SWEEP_METRICS_FILE, SWEEP_STOP_FILE, SWEEP_CHECKPOINT_DIR, SWEEP_OUTPUT_DIR, SWEEP_RESUME_STEP (with a
// checkpoint), and the slot's variables. SWEEP_PARAMS is left out when it is longer than Linux takes (128 KiB); the
// file has it always.
std::vector<std::string> ProgramEnvironment(const std::vector<std::string>& inherited, const Lease& lease,
                                            const Workdir& workdir, const Slot& slot);

// "SWEEP_PARAM_" and the name in upper case, with '_' for what shells do not allow in names: "opt.lr" gives
// SWEEP_PARAM_OPT_LR. Of parameters that give the same name the first one in name order has it.
std::string ParameterVariable(absl::string_view parameter);

// The entry that no other attempt's environment has.
std::string AttemptMark(const Workdir& workdir);

// This process's environment.
std::vector<std::string> OwnEnvironment();

}  // namespace sweepd::agent
