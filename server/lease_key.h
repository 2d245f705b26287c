// The secret under which lease tokens are made, kept beside the database in a file that only its owner can read.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "common/ids.h"

namespace sweepd {

// The key in `data_dir`, made when there is none yet. Call it with the store's lock held. FAILED_PRECONDITION when the
// file is there but holds no key.
absl::StatusOr<std::string> LoadOrMakeLeaseKey(const std::string& data_dir, IdSource& ids);

}  // namespace sweepd
