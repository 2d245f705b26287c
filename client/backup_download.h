// A backup of a controller in a local file.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "client/sweep_client.h"
#include "sweepd/v1/admin_service.pb.h"

namespace sweepd::client {

// Fetches a backup and puts it at `path`, which appears, or is replaced, in one step, complete, verified against its
// digest, durable, and readable by its owner only; an error leaves an older file as it was. The result is what it
// holds. Errors: those of the call; DATA_LOSS when it did not arrive as it was sent; those of writing the file.
absl::StatusOr<v1::BackupContents> DownloadBackup(SweepClient& client, const std::string& path);

}  // namespace sweepd::client
