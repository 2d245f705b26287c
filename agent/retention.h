// What is kept of attempts that are over.
//
// Of the attempts in a work folder that are over the newest ones keep their files, and beside them as many of the
// newest that failed, which are those that somebody will want to look into. Of the others the agent removes what it has
// written itself: output.log, metrics.jsonl, params.json, stop.json, and folders that are empty. What programs wrote,
// in output/ and checkpoint/, stays unless the policy says otherwise, and checkpoint/ stays in any case until the trial
// is over for good.
//
// Never touched: an attempt that has a spool (it runs, or its result is not delivered), whosever it is; one without
// result.json, until it has been left alone for a week; anything that is not named as the agent names it; and what lies
// behind a symbolic link.
#pragma once

#include <cstdint>
#include <string>

#include "absl/time/time.h"

namespace sweepd::agent {

struct RetentionPolicy {
  int64_t attempts = 1000;  // newest that are kept, and newest failed ones; 0: all
  bool remove_outputs = false;
};

// Applies the policy once and returns how many attempts were cleaned up. `now` is wall-clock time, as files have it.
// Other agents may run in the same work folder, and may clean up too. What cannot be removed stays, silently: the next
// call tries again. Costs a look at every attempt's folder.
int64_t CleanUp(const std::string& work_root, const RetentionPolicy& policy, absl::Time now);

}  // namespace sweepd::agent
