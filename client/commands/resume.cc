#include "client/commands/commands.h"
#include "client/commands/sweep_verb.h"

namespace sweepd::client {

std::unique_ptr<Command> MakeResumeCommand() { return std::make_unique<SweepVerb>(&SweepClient::ResumeSweep); }

}  // namespace sweepd::client
