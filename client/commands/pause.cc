#include "client/commands/commands.h"
#include "client/commands/sweep_verb.h"

namespace sweepd::client {

std::unique_ptr<Command> MakePauseCommand() { return std::make_unique<SweepVerb>(&SweepClient::PauseSweep); }

}  // namespace sweepd::client
