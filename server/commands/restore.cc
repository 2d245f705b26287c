#include "server/store/sqlite/restore.h"

#include <filesystem>
#include <memory>
#include <ostream>
#include <string>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "common/status_macros.h"
#include "server/audit/audit.h"
#include "server/commands/commands.h"
#include "server/store/sqlite/backup.h"
#include "server/store/sqlite/connection.h"
#include "server/store/sqlite/data_directory.h"
#include "server/store/sqlite/identity.h"
#include "server/store/sqlite/migrations.h"

namespace sweepd {
namespace {

namespace fs = std::filesystem;

bool Exists(const std::string& path) {
  std::error_code error;
  return fs::exists(path, error);
}

struct Restored {
  BackupContents contents;
  std::string aside;  // where the old database is; empty when there was none
  int64_t running = 0;
  bool has_key = false;
};

// Refuses what sweepd could not start on or should not be trusted. A backup of an older schema is only read through:
// its rows can be judged once they are migrated.
absl::Status Verify(const RestoreFlags& flags, std::ostream& err) {
  if (!Exists(flags.file)) return absl::NotFoundError(absl::StrCat("there is no file ", flags.file));
  const int64_t known = Migrations().back().version;
  ASSIGN_OR_RETURN(const auto connection, Connection::OpenReader(flags.file));
  RETURN_IF_ERROR(CheckIdentity(*connection, known));
  ASSIGN_OR_RETURN(const int64_t version, connection->QueryInt("PRAGMA user_version"));
  if (version == 0) return absl::FailedPreconditionError(absl::StrCat(flags.file, " is an empty database"));
  if (version < known) return CheckIntegrity(*connection);
  ASSIGN_OR_RETURN(const AuditReport report, AuditDatabase(flags.file, AuditDepth::kFull));
  bool damaged = false;
  for (const Complaint& complaint : report.complaints.first()) {
    err << complaint.place << ": " << complaint.what << "\n";
    damaged |= complaint.place == "file";
  }
  if (damaged) return absl::DataLossError(absl::StrCat(flags.file, " is damaged; take another backup"));
  if (report.complaints.empty() || flags.force) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat(
      flags.file, " is sound but has ", report.complaints.count(),
      " complaints about what it says (above). Take another backup, or add --force to restore it nevertheless"));
}

absl::StatusOr<Restored> Restore(const RestoreFlags& flags, absl::Time now, std::ostream& err) {
  ASSIGN_OR_RETURN(const auto directory, DataDirectory::Lock(flags.data_dir));
  if (HoldsDatabase(*directory) && !flags.replace) {
    return absl::FailedPreconditionError(absl::StrCat(
        flags.data_dir, " holds a database already; add --replace to move it aside, or name another data directory"));
  }
  RETURN_IF_ERROR(Verify(flags, err));
  Restored restored;
  ASSIGN_OR_RETURN(restored.aside, PutInPlace(*directory, flags.file, now));
  ASSIGN_OR_RETURN(restored.contents, DescribeDatabase(directory->database_path()));
  ASSIGN_OR_RETURN(const auto connection, Connection::OpenReader(directory->database_path()));
  ASSIGN_OR_RETURN(restored.running, connection->QueryInt("SELECT count(*) FROM attempts WHERE state = 'RUNNING'"));
  restored.has_key = Exists(flags.data_dir + "/lease.key");
  return restored;
}

void Print(const Restored& restored, const RestoreFlags& flags, std::ostream& out) {
  out << "Restored " << flags.data_dir << " from " << flags.file << ": " << restored.contents.sweeps << " sweeps, "
      << restored.contents.trials << " trials\n";
  if (!restored.aside.empty()) out << "The database that was there is now " << restored.aside << "\n";
  if (restored.running == 0) return;
  out << restored.running << (restored.running == 1 ? " attempt was" : " attempts were")
      << " running when the backup was made. ";
  if (restored.has_key) {
    out << "With the lease.key of this folder their agents go on if they still run them; the others are run again.\n";
  } else {
    out << "They are run again, because this folder has no lease.key: copy the one of the old data directory here "
           "before the start, and the agents that still run them go on.\n";
  }
}

}  // namespace

int RunRestore(const RestoreFlags& flags, absl::Time now, std::ostream& out, std::ostream& err) {
  const absl::StatusOr<Restored> restored = Restore(flags, now, err);
  if (!restored.ok()) {
    err << "error: nothing was restored: " << std::string(restored.status().message()) << "\n";
    return 1;
  }
  Print(*restored, flags, out);
  return 0;
}

}  // namespace sweepd
