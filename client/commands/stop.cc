#include "client/commands/commands.h"
#include "client/commands/sweep_verb.h"

namespace sweepd::client {

std::unique_ptr<Command> MakeStopCommand() { return std::make_unique<SweepVerb>(&SweepClient::StopSweep); }

}  // namespace sweepd::client
