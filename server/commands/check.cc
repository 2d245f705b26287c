#include <ostream>
#include <string>

#include "common/value.h"
#include "server/audit/audit.h"
#include "server/commands/commands.h"
#include "server/store/sqlite/data_directory.h"

namespace sweepd {
namespace {

constexpr int kSound = 0;
constexpr int kComplaints = 1;
constexpr int kNotChecked = 2;

void PrintText(const AuditReport& report, const std::string& path, bool quick, std::ostream& out) {
  for (const Complaint& complaint : report.complaints.first()) {
    out << complaint.place << ": " << complaint.what << "\n    " << complaint.cure << "\n";
  }
  const int64_t more = report.complaints.count() - static_cast<int64_t>(report.complaints.first().size());
  if (more > 0) out << "and " << more << " more\n";
  out << path << ": " << report.sweeps << " sweeps, " << report.trials << " trials, " << report.attempts
      << " attempts, ";
  if (!quick) out << report.points << " metric values, ";
  out << report.events << " events: ";
  if (report.complaints.empty()) {
    out << (quick ? "nothing wrong at a quick look\n" : "all is well\n");
    return;
  }
  out << report.complaints.count() << (report.complaints.count() == 1 ? " complaint\n" : " complaints\n")
      << "If nobody changed the file by hand and the disk is sound, this is a mistake of sweepd: please report it.\n";
}

void PrintJson(const AuditReport& report, const std::string& path, std::ostream& out) {
  Value::List complaints;
  for (const Complaint& complaint : report.complaints.first()) {
    complaints.push_back(Value::Map{{"place", complaint.place}, {"what", complaint.what}, {"cure", complaint.cure}});
  }
  out << ToPrettyJson(Value::Map{{"file", path},
                                 {"sweeps", report.sweeps},
                                 {"trials", report.trials},
                                 {"attempts", report.attempts},
                                 {"points", report.points},
                                 {"events", report.events},
                                 {"complaint_count", report.complaints.count()},
                                 {"complaints", std::move(complaints)}})
      << "\n";
}

}  // namespace

int RunCheck(const CheckFlags& flags, std::ostream& out, std::ostream& err) {
  const std::string path = DatabasePath(flags.data_dir);
  const auto report = AuditDatabase(path, flags.quick ? AuditDepth::kQuick : AuditDepth::kFull);
  if (!report.ok()) {
    err << "error: it could not be checked: " << std::string(report.status().message()) << "\n";
    return kNotChecked;
  }
  if (flags.json) {
    PrintJson(*report, path, out);
  } else {
    PrintText(*report, path, flags.quick, out);
  }
  return report->complaints.empty() ? kSound : kComplaints;
}

}  // namespace sweepd
