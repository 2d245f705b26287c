#include "client/commands/commands.h"

namespace sweepd::client {

std::vector<CommandEntry> AllCommands() {
  const char* const begin = "Begin";
  const char* const look = "Look";
  const char* const steer = "Steer";
  const char* const keep = "Keep";
  return {
      {"create", begin, "Create a sweep from a sweep file", MakeCreateCommand},
      {"validate", begin, "Check a sweep file without creating anything", MakeValidateCommand},
      {"run", begin, "Run a whole sweep on this machine, with a controller and an agent of its own", MakeRunCommand},
      {"list", look, "List sweeps, newest first", MakeListCommand},
      {"show", look, "Show one sweep", MakeShowCommand},
      {"watch", look, "Watch a sweep until it is over", MakeWatchCommand},
      {"wait", look, "Wait silently until a sweep is over, then print its best trial", MakeWaitCommand},
      {"best", look, "Show the best trial of a sweep", MakeBestCommand},
      {"trials", look, "List the trials of a sweep", MakeTrialsCommand},
      {"trial", look, "Show one trial; enqueue, retry or cancel one", nullptr},
      {"trial show", look, "Show one trial with its attempts and metrics", MakeTrialCommand},
      {"trial enqueue", steer, "Make a trial with given parameters, to run before anything that the method suggests",
       MakeTrialEnqueueCommand},
      {"trial retry", steer, "Run a trial again that failed, was stopped or was cancelled", MakeTrialRetryCommand},
      {"trial cancel", steer, "Cancel one trial, and kill it if it runs", MakeTrialCancelCommand},
      {"export", look, "Write all trials of a sweep, or all of their metrics, as csv or jsonl", MakeExportCommand},
      {"agents", look, "List agents", MakeAgentsCommand},
      {"stats", look, "Show what the controller does: queue, batches, commit times, leases", MakeStatsCommand},
      {"pause", steer, "Start no more attempts; running trials go on", MakePauseCommand},
      {"resume", steer, "Go on with a sweep that was paused or stopped", MakeResumeCommand},
      {"stop", steer, "Make no more trials; running ones finish, then the sweep is over", MakeStopCommand},
      {"cancel", steer, "End a sweep now and kill its running trials", MakeCancelCommand},
      {"update", steer, "Change the limits of a sweep, also while it runs", MakeUpdateCommand},
      {"delete", steer, "Delete a sweep that is over, with all its trials and metrics", MakeDeleteCommand},
      {"backup", keep, "Copy everything the controller has stored into one file", MakeBackupCommand},
  };
}

}  // namespace sweepd::client
