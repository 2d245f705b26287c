// Every command of sweepctl, one file each.
#pragma once

#include <memory>
#include <vector>

#include "client/command.h"

namespace sweepd::client {

// In the order of --help.
std::vector<CommandEntry> AllCommands();

std::unique_ptr<Command> MakeAgentsCommand();
std::unique_ptr<Command> MakeBackupCommand();
std::unique_ptr<Command> MakeBestCommand();
std::unique_ptr<Command> MakeCancelCommand();
std::unique_ptr<Command> MakeCreateCommand();
std::unique_ptr<Command> MakeDeleteCommand();
std::unique_ptr<Command> MakeExportCommand();
std::unique_ptr<Command> MakeListCommand();
std::unique_ptr<Command> MakePauseCommand();
std::unique_ptr<Command> MakeResumeCommand();
std::unique_ptr<Command> MakeRunCommand();
std::unique_ptr<Command> MakeShowCommand();
std::unique_ptr<Command> MakeStatsCommand();
std::unique_ptr<Command> MakeStopCommand();
std::unique_ptr<Command> MakeTrialCommand();
std::unique_ptr<Command> MakeTrialCancelCommand();
std::unique_ptr<Command> MakeTrialEnqueueCommand();
std::unique_ptr<Command> MakeTrialRetryCommand();
std::unique_ptr<Command> MakeTrialsCommand();
std::unique_ptr<Command> MakeUpdateCommand();
std::unique_ptr<Command> MakeValidateCommand();
std::unique_ptr<Command> MakeWaitCommand();
std::unique_ptr<Command> MakeWatchCommand();

}  // namespace sweepd::client
