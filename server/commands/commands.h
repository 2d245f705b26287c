// What sweepd does beside serving: care for a data directory.
//
// Each runs one command, says what came of it on `out`, or on `err` when it failed, and returns the exit status: 0
// done, 1 failed (of check: complaints), 2 only of check: it could not be checked.
#pragma once

#include <ostream>

#include "absl/time/time.h"
#include "server/flags.h"

namespace sweepd {

int RunCheck(const CheckFlags& flags, std::ostream& out, std::ostream& err);
int RunBackUp(const BackupFlags& flags, std::ostream& out, std::ostream& err);
// `now` names what is moved aside.
int RunRestore(const RestoreFlags& flags, absl::Time now, std::ostream& out, std::ostream& err);

}  // namespace sweepd
