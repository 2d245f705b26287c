// The audit of early termination: nothing in what the engine wrote, and every decision that cannot be true.
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "common/log.h"
#include "server/audit/audit.h"
#include "server/store/sqlite/data_directory.h"
#include "server/store/sqlite/open.h"
#include "tests/audit/recorded_sweeps.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temporary_folder.h"

namespace sweepd {
namespace {

using testing::HasSubstr;

class StopAuditTest : public testing::Test {
 protected:
  void SetUp() override {
    ConfigureLog(LogLevel::kOff, LogFormat::kText);
    ASSERT_OK_AND_ASSIGN(auto store, OpenSqliteStore(folder_.path(), {.durability = Connection::Durability::kNormal}));
    Recorder recorder(*store);
    recorder.Record();
    sweep_ = recorder.RecordStops();
  }

  // What a full audit says, a complaint a line.
  std::string Audit() {
    absl::StatusOr<AuditReport> report = AuditDatabase(DatabasePath(folder_.path()), AuditDepth::kFull);
    EXPECT_OK(report);
    std::string text;
    for (const Complaint& complaint : report->complaints.first()) {
      absl::StrAppend(&text, complaint.place, ": ", complaint.what, "\n");
    }
    return absl::StrReplaceAll(text, {{sweep_, "SWEEP"}});
  }

  // Changes the rows of trial `number`, whose attempt is ATTEMPT in the script.
  void Damage(int number, const std::string& script) {
    const std::string attempt = absl::StrCat(
        "(SELECT attempt_key FROM attempts JOIN trials USING (trial_key) JOIN sweeps USING (sweep_key)"
        " WHERE id = '",
        sweep_, "' AND trials.number = ", number, ")");
    ASSERT_OK_AND_ASSIGN(const auto connection, Connection::OpenWriter(DatabasePath(folder_.path())));
    ASSERT_OK(connection->Execute(
        absl::StrCat("PRAGMA foreign_keys = OFF;", absl::StrReplaceAll(script, {{"ATTEMPT", attempt}}))));
  }

  TemporaryFolder folder_;
  std::string sweep_;
};

TEST_F(StopAuditTest, FindsNothingInWhatTheEngineWrote) { EXPECT_EQ(Audit(), ""); }

TEST_F(StopAuditTest, FindsAStopWithoutADecision) {
  Damage(2, "DELETE FROM stop_decisions WHERE attempt_key = ATTEMPT");
  const std::string complaints = Audit();
  EXPECT_THAT(complaints, HasSubstr("sweeps/SWEEP/trials/2/attempts/1: is STOPPED_EARLY without a decision"));
  EXPECT_THAT(complaints, HasSubstr("sweeps/SWEEP/trials/2/attempts/1: an event tells of a decision"));
}

TEST_F(StopAuditTest, FindsADecisionThatNobodyWasToldOf) {
  Damage(2, "UPDATE events SET kind = 'TRIAL_IMPROVED' WHERE kind = 'TRIAL_STOP_DECIDED' AND trial = 2");
  EXPECT_THAT(Audit(), HasSubstr("sweeps/SWEEP/trials/2/attempts/1: was to stop early without an event"));
}

TEST_F(StopAuditTest, FindsAnAttemptThatEndedDespiteItsDecision) {
  Damage(2, "UPDATE attempts SET state = 'FAILED', reason = 'EXIT_CODE' WHERE attempt_key = ATTEMPT");
  EXPECT_THAT(Audit(), HasSubstr("sweeps/SWEEP/trials/2/attempts/1: was to stop early and is FAILED EXIT_CODE"));
}

TEST_F(StopAuditTest, FindsADecisionThatItsNumbersDoNotBear) {
  Damage(3, "UPDATE stop_decisions SET value = threshold WHERE attempt_key = ATTEMPT");
  EXPECT_THAT(Audit(), HasSubstr("sweeps/SWEEP/trials/3/attempts/1: was to stop early by a value that is no worse"));
}

TEST_F(StopAuditTest, FindsADecisionOfNoAttempt) {
  Damage(3, "UPDATE stop_decisions SET attempt_key = 99 WHERE attempt_key = ATTEMPT");
  EXPECT_THAT(Audit(), HasSubstr("table stop_decisions row 99: belongs to a row of attempts that is not there"));
}

}  // namespace
}  // namespace sweepd
