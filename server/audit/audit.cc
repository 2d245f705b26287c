#include "server/audit/audit.h"

#include <filesystem>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/status_macros.h"
#include "server/audit/audited_sweep.h"
#include "server/store/sqlite/connection.h"
#include "server/store/sqlite/identity.h"
#include "server/store/sqlite/migrations.h"
#include "server/store/sqlite/row.h"

namespace sweepd {
namespace {

constexpr absl::string_view kFile = "file";

absl::Status RequireCurrentSchema(Connection& connection) {
  const int64_t known = Migrations().back().version;
  RETURN_IF_ERROR(CheckIdentity(connection, known));
  ASSIGN_OR_RETURN(const int64_t version, connection.QueryInt("PRAGMA user_version"));
  if (version == known) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat(connection.path(), " is of schema ", version, ", and this version judges schema ", known,
                   " only: start sweepd on it once, which migrates it after a backup"));
}

// SQLite's own judgement of the file.
absl::Status CheckFile(const AuditContext& context) {
  const bool full = context.depth == AuditDepth::kFull;
  Statement check = full ? context.connection.Prepare("PRAGMA integrity_check(10)")
                         : context.connection.Prepare("PRAGMA quick_check(10)");
  ASSIGN_OR_RETURN(const auto findings, ReadAll(check, [](Row& row) { return row.Text(); }));
  for (const std::string& finding : findings) {
    if (finding != "ok") context.Complain(std::string(kFile), finding, kRestoreCure);
  }
  return absl::OkStatus();
}

// Rows that belong to rows of other tables, which must be there. Metric values are counted instead, which is cheaper
// (registration_audit.cc).
constexpr absl::string_view kReferenceChecks[] = {
    "PRAGMA foreign_key_check(sweep_definitions)", "PRAGMA foreign_key_check(trials)",
    "PRAGMA foreign_key_check(attempts)",          "PRAGMA foreign_key_check(events)",
    "PRAGMA foreign_key_check(stop_decisions)",
};

absl::Status CheckReferences(const AuditContext& context) {
  for (const absl::string_view sql : kReferenceChecks) {
    Statement check = context.connection.Prepare(sql);
    while (true) {
      ASSIGN_OR_RETURN(const bool found, check.Step());
      if (!found) break;
      Row row(check);
      const std::string table = row.Text();
      const std::optional<int64_t> rowid = row.OptionalInt();
      context.Complain(absl::StrCat("table ", table, rowid.has_value() ? absl::StrCat(" row ", *rowid) : ""),
                       absl::StrCat("belongs to a row of ", row.Text(), " that is not there"), kRestoreCure);
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<AuditedSweep>> ReadSweeps(const AuditContext& context);

absl::Status AuditRows(const AuditContext& context) {
  RETURN_IF_ERROR(CheckReferences(context));
  ASSIGN_OR_RETURN(std::vector<AuditedSweep> sweeps, ReadSweeps(context));
  for (AuditedSweep& sweep : sweeps) {
    RETURN_IF_ERROR(ReadUserActions(context, sweep));
    RETURN_IF_ERROR(AuditTrials(context, sweep));
    AuditRepeats(context, sweep);
    RETURN_IF_ERROR(AuditAttempts(context, sweep));
    RETURN_IF_ERROR(AuditStops(context, sweep));
    RETURN_IF_ERROR(AuditEvents(context, sweep));
    sweep.trials = {};
  }
  context.report.sweeps = static_cast<int64_t>(sweeps.size());
  return AuditRegistrations(context);
}

absl::Status Audit(const AuditContext& context) {
  RETURN_IF_ERROR(CheckFile(context));
  if (!context.report.complaints.empty()) return absl::OkStatus();
  return AuditRows(context);
}

absl::StatusOr<std::shared_ptr<const SweepSpec>> ParseSpec(const std::string& json) {
  ASSIGN_OR_RETURN(const Value value, ParseJson(json));
  ASSIGN_OR_RETURN(SweepSpec spec, SpecFromValue(value));
  return std::make_shared<const SweepSpec>(std::move(spec));
}

AuditedSweep ReadSweep(Row& row, const AuditContext& context) {
  AuditedSweep audited;
  Sweep& sweep = audited.sweep;
  audited.key = row.Int();
  sweep.id = row.Text();
  const std::string state = row.Text();
  const std::string reason = row.Text();
  TrialCounts& counts = sweep.counts;
  for (int64_t* count : {&counts.pending, &counts.running, &counts.lost, &counts.succeeded, &counts.failed,
                         &counts.stopped, &counts.cancelled}) {
    *count = row.Int();
  }
  sweep.suggestions = row.Int();
  sweep.revision = row.Int();
  sweep.ended = row.OptionalTime();
  sweep.failures_in_a_row = row.Int();
  const std::string definition = row.Text();

  if (!IsSweepId(sweep.id)) context.Complain(audited.place(), "the id is not 8 characters of a-z2-7", kRestoreCure);
  const std::optional<SweepState> known_state = ParseSweepState(state);
  const std::optional<SweepReason> known_reason = ParseSweepReason(reason);
  if (!known_state.has_value() || !known_reason.has_value()) {
    context.Complain(audited.place(), absl::StrCat("state \"", state, "\" or reason \"", reason, "\" is unknown"),
                     kRestoreCure);
  }
  sweep.state = known_state.value_or(SweepState::kActive);
  sweep.reason = known_reason.value_or(SweepReason::kNone);
  absl::StatusOr<std::shared_ptr<const SweepSpec>> spec = ParseSpec(definition);
  if (spec.ok()) {
    sweep.spec = *std::move(spec);
  } else {
    context.Complain(audited.place(), absl::StrCat("its definition cannot be read: ", spec.status().message()),
                     kRestoreCure);
  }
  return audited;
}

absl::StatusOr<std::vector<AuditedSweep>> ReadSweeps(const AuditContext& context) {
  Statement list = context.connection.Prepare(
      "SELECT sweep_key, id, state, reason, pending, running, lost, succeeded, failed, stopped, cancelled, suggestions,"
      " revision, ended, failures_in_a_row, coalesce(spec, '')"
      " FROM sweeps LEFT JOIN sweep_definitions USING (sweep_key) ORDER BY sweep_key");
  return ReadAll(list, [&](Row& row) { return ReadSweep(row, context); });
}

}  // namespace

absl::StatusOr<AuditReport> AuditDatabase(const std::string& path, AuditDepth depth) {
  if (!std::filesystem::exists(path)) return absl::NotFoundError(absl::StrCat("there is no database at ", path));
  AuditReport report;
  ASSIGN_OR_RETURN(const auto connection, Connection::OpenReader(path));
  const AuditContext context{*connection, depth, report};
  // One state for the whole audit, whatever a controller writes meanwhile.
  absl::Status status = connection->Execute("BEGIN");
  if (status.ok()) status = RequireCurrentSchema(*connection);
  if (status.ok()) status = Audit(context);
  if (absl::IsDataLoss(status)) {
    context.Complain(std::string(kFile), std::string(status.message()), kRestoreCure);
    return report;
  }
  RETURN_IF_ERROR(status);
  RETURN_IF_ERROR(connection->Execute("COMMIT"));
  return report;
}

}  // namespace sweepd
