// The audit finds nothing in what the engine wrote, and everything that is done to it afterwards.
#include "server/audit/audit.h"

#include <sqlite3.h>

#include <filesystem>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "common/log.h"
#include "server/store/sqlite/data_directory.h"
#include "server/store/sqlite/open.h"
#include "tests/audit/recorded_sweeps.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temporary_folder.h"

namespace sweepd {
namespace {

using testing::HasSubstr;

std::string Text(const AuditReport& report) {
  std::string text;
  for (const Complaint& complaint : report.complaints.first()) {
    absl::StrAppend(&text, complaint.place, ": ", complaint.what, " -> ", complaint.cure, "\n");
  }
  return text;
}

// Runs a script as somebody would who does not care: no constraint, no reference and no unique index stands in its way.
void Damage(const std::string& path, const std::string& script) {
  sqlite3* db = nullptr;
  ASSERT_EQ(sqlite3_open(path.c_str(), &db), SQLITE_OK);
  const std::string careless = absl::StrCat("PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON;", script);
  char* error = nullptr;
  EXPECT_EQ(sqlite3_exec(db, careless.c_str(), nullptr, nullptr, &error), SQLITE_OK) << error << " in " << script;
  sqlite3_free(error);
  sqlite3_close(db);
}

class AuditTest : public testing::Test {
 protected:
  void SetUp() override {
    ConfigureLog(LogLevel::kOff, LogFormat::kText);
    ASSERT_OK_AND_ASSIGN(auto store, OpenSqliteStore(folder_.path(), {.durability = Connection::Durability::kNormal}));
    sweeps_ = Recorder(*store).Record();
  }

  std::string path() const { return DatabasePath(folder_.path()); }

  // $GRID, $OPEN, $CANCELLED, $PLAIN and $REPEATS stand for the sweeps' ids.
  std::string Named(const std::string& text) const {
    return absl::StrReplaceAll(text, {{"$GRID", sweeps_.grid},
                                      {"$OPEN", sweeps_.open},
                                      {"$CANCELLED", sweeps_.cancelled},
                                      {"$PLAIN", sweeps_.plain},
                                      {"$REPEATS", sweeps_.repeats},
                                      {"$STEERED", sweeps_.steered}});
  }

  TemporaryFolder folder_;
  RecordedSweeps sweeps_;
};

TEST_F(AuditTest, FindsNothingInWhatTheEngineWrote) {
  ASSERT_OK_AND_ASSIGN(const AuditReport report, AuditDatabase(path(), AuditDepth::kFull));
  EXPECT_EQ(Text(report), "");
  EXPECT_EQ(report.sweeps, 6);
  EXPECT_EQ(report.trials, 22);
  EXPECT_EQ(report.attempts, 29);
  EXPECT_EQ(report.points, 2 * 29);
  EXPECT_GT(report.events, 50);
}

TEST_F(AuditTest, ReadsBesideAControllerThatWrites) {
  ASSERT_OK_AND_ASSIGN(auto store, OpenSqliteStore(folder_.path(), {}));
  ASSERT_OK(store->Begin());
  ASSERT_OK(store->DeleteSweep(sweeps_.grid));
  ASSERT_OK_AND_ASSIGN(AuditReport report, AuditDatabase(path(), AuditDepth::kFull));
  EXPECT_EQ(report.sweeps, 6);
  ASSERT_OK(store->Commit());
  ASSERT_OK_AND_ASSIGN(report, AuditDatabase(path(), AuditDepth::kFull));
  EXPECT_EQ(report.sweeps, 5);
  EXPECT_EQ(Text(report), "");
}

TEST_F(AuditTest, SaysWhenThereIsNothingToAudit) {
  EXPECT_THAT(AuditDatabase(folder_.File("absent"), AuditDepth::kFull), StatusIsCode(absl::StatusCode::kNotFound));
  Damage(path(), "PRAGMA user_version = 99");
  EXPECT_THAT(AuditDatabase(path(), AuditDepth::kFull),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("newer version")));
  Damage(path(), "PRAGMA application_id = 7");
  EXPECT_THAT(AuditDatabase(path(), AuditDepth::kFull),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("another program")));
}

TEST_F(AuditTest, ComplainsOfADamagedFileAndDoesNotJudgeItsRows) {
  std::string content = ReadAll(path());
  content.replace(content.size() / 2 / 4096 * 4096, 4096, std::string(4096, '\x5a'));
  std::filesystem::remove(path());
  AppendTo(path(), content);
  ASSERT_OK_AND_ASSIGN(const AuditReport report, AuditDatabase(path(), AuditDepth::kFull));
  ASSERT_FALSE(report.complaints.empty());
  EXPECT_EQ(report.complaints.first().front().place, "file");
}

TEST_F(AuditTest, NoticesAnIndexThatHidesTheBestTrial) {
  // Swaps the index with one over nothing, whose content only a full check compares with the table.
  Damage(path(),
         "CREATE INDEX empty_one ON trials (sweep_key, objective, number) WHERE state = 'NOWHERE';"
         "PRAGMA writable_schema = ON;"
         "UPDATE sqlite_schema SET rootpage = (SELECT sum(rootpage) FROM sqlite_schema"
         " WHERE name IN ('empty_one', 'trials_best')) - rootpage WHERE name IN ('empty_one', 'trials_best')");
  ASSERT_OK_AND_ASSIGN(AuditReport report, AuditDatabase(path(), AuditDepth::kQuick));
  EXPECT_THAT(Text(report), HasSubstr(Named("sweeps/$GRID: shows trial 0 as its best one, which is trial 1")));
  ASSERT_OK_AND_ASSIGN(report, AuditDatabase(path(), AuditDepth::kFull));
  EXPECT_THAT(Text(report), HasSubstr("missing from index trials_best"));
}

TEST_F(AuditTest, KeepsTheFirstComplaintsAndCountsTheRest) {
  Damage(path(), "UPDATE events SET kind = 'BOREDOM'");
  ASSERT_OK_AND_ASSIGN(const AuditReport report, AuditDatabase(path(), AuditDepth::kFull));
  EXPECT_EQ(report.complaints.first().size(), std::min<size_t>(100, static_cast<size_t>(report.complaints.count())));
  EXPECT_GT(report.complaints.count(), report.events);
}

// What somebody does to the database, and the complaint that tells it.
struct Harm {
  std::string name;
  std::string script;
  std::string place;
  std::string what;
  bool found_by_quick = true;
};

class AuditFinds : public AuditTest, public testing::WithParamInterface<Harm> {};

TEST_P(AuditFinds, TheHarm) {
  const Harm& harm = GetParam();
  Damage(path(), Named(harm.script));
  for (const AuditDepth depth : {AuditDepth::kFull, AuditDepth::kQuick}) {
    ASSERT_OK_AND_ASSIGN(const AuditReport report, AuditDatabase(path(), depth));
    if (depth == AuditDepth::kQuick && !harm.found_by_quick) {
      EXPECT_EQ(Text(report), "");
    } else {
      EXPECT_THAT(Text(report), HasSubstr(Named(absl::StrCat(harm.place, ": ", harm.what))));
    }
  }
}

// Conditions that name rows of the recorded sweeps.
const std::string kIn = "sweep_key = (SELECT sweep_key FROM sweeps WHERE id = ";
const std::string kAttemptsOf = "trial_key = (SELECT trial_key FROM trials WHERE number = 1 AND " + kIn + "'$GRID'))";
const std::string kPointsOf =
    "attempt_key = (SELECT attempt_key FROM attempts WHERE number = 1 AND " + kAttemptsOf + ")";

std::string WhereTrial(const std::string& sweep, int number) {
  return absl::StrCat("number = ", number, " AND ", kIn, "'", sweep, "')");
}
std::string Set(const std::string& change, const std::string& sweep, int number) {
  return absl::StrCat("UPDATE trials SET ", change, " WHERE ", WhereTrial(sweep, number));
}
std::string PlaceOf(const std::string& sweep, int number) { return absl::StrCat("sweeps/", sweep, "/trials/", number); }

const Harm kHarms[] = {
    // Sweeps.
    {"AWrongCount", "UPDATE sweeps SET succeeded = 9 WHERE id = '$GRID'", "sweeps/$GRID", "counts 0 pending"},
    {"AWrongNumberOfSuggestions", "UPDATE sweeps SET suggestions = 3 WHERE id = '$GRID'", "sweeps/$GRID",
     "has 3 suggestions and 4 assignments"},
    {"AnUnreadableDefinition", "UPDATE sweep_definitions SET spec = '{' WHERE " + kIn + "'$GRID')", "sweeps/$GRID",
     "its definition cannot be read"},
    {"AMissingDefinition", "DELETE FROM sweep_definitions WHERE " + kIn + "'$GRID')", "sweeps/$GRID",
     "its definition cannot be read"},
    {"AMalformedId", "UPDATE sweeps SET id = 'X' WHERE id = '$GRID'", "sweeps/X", "the id is not 8 characters"},
    {"AnUnknownReasonOfASweep", "UPDATE sweeps SET reason = 'BOREDOM' WHERE id = '$GRID'", "sweeps/$GRID",
     "state \"FINISHED\" or reason \"BOREDOM\" is unknown"},
    {"AReasonThatDoesNotFit", "UPDATE sweeps SET reason = 'USER' WHERE id = '$OPEN'", "sweeps/$OPEN",
     "its state and its reason do not fit"},
    {"ASweepWithoutItsEnd", "UPDATE sweeps SET ended = NULL WHERE id = '$GRID'", "sweeps/$GRID",
     "its state and its time of end do not fit"},
    {"AFinishedSweepWithOpenTrials", Set("state = 'RUNNING', ended = NULL", "$GRID", 1), "sweeps/$GRID",
     "is FINISHED with 1 open trials"},
    {"MoreTrialsThanTheCap",
     "UPDATE sweep_definitions SET spec = json_set(spec, '$.run_cap', 3) WHERE " + kIn + "'$OPEN')", "sweeps/$OPEN",
     "has 4 trials with run_cap: 3"},
    {"MoreThanMayRun",
     "UPDATE sweep_definitions SET spec = json_set(spec, '$.max_parallel', 1) WHERE " + kIn + "'$OPEN');" +
         Set("state = 'RUNNING'", "$OPEN", 2),
     "sweeps/$OPEN", "runs 2 trials with max_parallel: 1"},
    {"MoreTrialsThanPoints",
     "UPDATE sweep_definitions SET spec = json_set(spec, '$.parameters.a',"
     " json('{\"distribution\":\"constant\",\"value\":1}')) WHERE " +
         kIn + "'$GRID')",
     "sweeps/$GRID", "has 4 assignments in a grid of 2"},
    // What users did by hand lifts only the rules that it must.
    {"AnAdditionThatIsNotOne",
     "UPDATE events SET kind = 'TRIAL_CREATED' WHERE kind = 'TRIAL_ADDED' AND " + kIn + "'$STEERED')",
     "sweeps/$STEERED", "has 2 suggestions and 3 assignments, of which 0 were added"},
    {"ARetryThatIsNotOne",
     "UPDATE events SET kind = 'TRIAL_REQUEUED' WHERE kind = 'TRIAL_RETRIED' AND " + kIn + "'$STEERED')",
     PlaceOf("$STEERED", 1), "counts 1 failed attempts; there are 2"},
    {"FailuresBeforeARetry", Set("failed_attempts = 2", "$STEERED", 1), PlaceOf("$STEERED", 1),
     "counts 2 failed attempts; there are 1"},
    // Trials.
    {"AMissingTrial", "DELETE FROM trials WHERE " + WhereTrial("$GRID", 2), "sweeps/$GRID/trials/2",
     "is missing: the next trial is number 3"},
    {"AMissingFirstTrial", "DELETE FROM trials WHERE " + WhereTrial("$GRID", 1), "sweeps/$GRID/trials/1", "is missing"},
    {"ATrialOfNoSweep", "UPDATE trials SET sweep_key = 99 WHERE " + WhereTrial("$PLAIN", 2), "table trials row 12",
     "belongs to a row of sweeps that is not there"},
    {"AnUnknownReasonOfATrial", Set("reason = 'BOREDOM'", "$GRID", 1), PlaceOf("$GRID", 1), "state \"SUCCEEDED\" or"},
    {"ATrialThatIsOverWithoutAnEnd", Set("ended = NULL", "$GRID", 1), PlaceOf("$GRID", 1),
     "is SUCCEEDED but has no end"},
    {"ATrialThatRunsAfterItsEnd", Set("ended = 1", "$OPEN", 1), PlaceOf("$OPEN", 1),
     "is RUNNING but has a time of end"},
    {"AnAttemptWithoutAStart", Set("started = NULL", "$GRID", 1), PlaceOf("$GRID", 1), "has attempt 1 but no start"},
    {"ASuccessWithoutAnObjective", Set("objective = NULL", "$GRID", 1), PlaceOf("$GRID", 1),
     "is SUCCEEDED without a finite objective"},
    {"AnInfiniteSuccess", Set("objective = 9e999", "$GRID", 1), PlaceOf("$GRID", 1),
     "is SUCCEEDED without a finite objective"},
    {"AnInfiniteStop", Set("objective = 9e999", "$OPEN", 4), PlaceOf("$OPEN", 4),
     "is STOPPED with an objective that is not finite"},
    {"AnObjectiveOfNothing", Set("objective = 1", "$PLAIN", 1), PlaceOf("$PLAIN", 1),
     "has an objective although its sweep has no metric"},
    {"TooManyLostAttempts", Set("lost_attempts = 9", "$OPEN", 2), PlaceOf("$OPEN", 2),
     "lost 9 attempts with retries.lost: 3"},
    {"TooManyFailedAttempts", Set("failed_attempts = 9", "$OPEN", 2), PlaceOf("$OPEN", 2),
     "failed in 9 attempts with retries.failed: 2"},
    {"AnUnreadableAssignment", Set("assignment = '[1]'", "$GRID", 1), PlaceOf("$GRID", 1),
     "its assignment cannot be read", false},
    {"AnAssignmentOutsideTheSpace", Set("assignment = '{\"a\":3,\"b\":\"x\"}'", "$GRID", 1), PlaceOf("$GRID", 1),
     "its assignment is outside the sweep's space: a: ", false},
    {"ARepeatedGridPoint",
     Set("assignment = (SELECT assignment FROM trials WHERE " + WhereTrial("$GRID", 1) + ")", "$GRID", 4),
     PlaceOf("$GRID", 4), "repeats the grid point {", false},
    {"AnObjectiveThatWasNotReported", Set("objective = 0.001", "$GRID", 1), PlaceOf("$GRID", 1),
     "its objective is 0.001; its reports make it 0.25", false},
    {"AnObjectiveOfARunningTrialThatIsNotTheLast", Set("objective = 0.3", "$OPEN", 1), PlaceOf("$OPEN", 1),
     "its objective is 0.3; its reports make it 0.2", false},
    {"AnObjectiveOfAnotherStep", Set("objective_step = 30", "$GRID", 1), PlaceOf("$GRID", 1),
     "its objective was reported at step 20, not at step 30", false},
    {"AnObjectiveThatShouldBeNaN", Set("objective = 0.6, objective_bits = NULL", "$OPEN", 3), PlaceOf("$OPEN", 3),
     "its objective is 0.6; its reports make it NaN", false},
    // Repeats and failures in a row.
    {"AWrongMean", Set("mean = 0.5", "$REPEATS", 1), PlaceOf("$REPEATS", 1), "does not have the mean of its repeats"},
    {"AMissingMean", Set("mean = NULL", "$REPEATS", 6), PlaceOf("$REPEATS", 6), "does not have the mean of its"},
    {"AMeanInTheWrongTrial", Set("mean = 0.3", "$REPEATS", 3), PlaceOf("$REPEATS", 3), "has a mean that belongs"},
    {"AMeanWithoutRepeats", Set("mean = 0.25", "$GRID", 1), PlaceOf("$GRID", 1), "has a mean that belongs elsewhere"},
    {"ARepeatOfAnotherTrial", Set("repeat_of = 2", "$REPEATS", 3), PlaceOf("$REPEATS", 3),
     "repeats trial 2 but does not follow it"},
    {"MoreRepeatsThanWanted",
     "UPDATE sweep_definitions SET spec = json_set(spec, '$.repeats', 2) WHERE " + kIn + "'$REPEATS')",
     PlaceOf("$REPEATS", 1), "runs 3 times with repeats: 2"},
    {"ARepeatWithAnotherAssignment", Set("assignment = '{\"a\":0.5,\"b\":0.5}'", "$REPEATS", 2), PlaceOf("$REPEATS", 2),
     "repeats trial 1 with another assignment", false},
    {"AWrongCountOfFailures", "UPDATE sweeps SET failures_in_a_row = 0 WHERE id = '$REPEATS'", "sweeps/$REPEATS",
     "counts 0 failures in a row; its events tell of 1"},
    // Attempts.
    {"AMissingAttempt",
     "DELETE FROM attempts WHERE number = 1 AND trial_key = (SELECT trial_key FROM trials WHERE " +
         WhereTrial("$GRID", 2) + ")",
     PlaceOf("$GRID", 2) + "/attempts/1", "is missing: the next attempt is number 2"},
    {"AMissingNewestAttempt",
     "DELETE FROM attempts WHERE number = 2 AND trial_key = (SELECT trial_key FROM trials"
     " WHERE " +
         WhereTrial("$GRID", 2) + ")",
     PlaceOf("$GRID", 2), "names attempt 2 as its current one, and its newest is 1"},
    {"AnAttemptOfNoTrial", "UPDATE attempts SET trial_key = 99 WHERE " + kAttemptsOf, "table attempts row 1",
     "belongs to a row of trials that is not there"},
    {"ATrialAndItsAttemptThatDisagree", "UPDATE attempts SET state = 'FAILED' WHERE " + kAttemptsOf,
     PlaceOf("$GRID", 1), "is SUCCEEDED while its newest attempt is FAILED"},
    {"AWaitingTrialWhoseAttemptSucceeded", Set("state = 'PENDING', ended = NULL", "$GRID", 1), PlaceOf("$GRID", 1),
     "is PENDING while its newest attempt is SUCCEEDED"},
    {"TwoRunningAttempts",
     "DROP INDEX attempts_running; UPDATE attempts SET state = 'RUNNING', ended = NULL WHERE number = 1 AND trial_key ="
     " (SELECT trial_key FROM trials WHERE " +
         WhereTrial("$GRID", 2) + ")",
     PlaceOf("$GRID", 2) + "/attempts/1", "is RUNNING although attempt 2 came after it"},
    {"AnAttemptThatRunsAfterItsEnd", "UPDATE attempts SET ended = 1 WHERE state = 'RUNNING'",
     PlaceOf("$OPEN", 1) + "/attempts/1", "is RUNNING but has an end"},
    {"AnAttemptThatIsOverWithoutAnEnd", "UPDATE attempts SET ended = NULL WHERE " + kAttemptsOf,
     PlaceOf("$GRID", 1) + "/attempts/1", "is SUCCEEDED but has no end"},
    {"AnUnknownReasonOfAnAttempt", "UPDATE attempts SET reason = 'BOREDOM' WHERE " + kAttemptsOf,
     PlaceOf("$GRID", 1) + "/attempts/1", "state \"SUCCEEDED\" or reason \"BOREDOM\" is unknown"},
    {"AnotherAgentThanTheTrialNames", "UPDATE attempts SET agent = 'x' WHERE " + kAttemptsOf,
     PlaceOf("$GRID", 1) + "/attempts/1", "was leased to another agent than its trial names"},
    {"AWrongCountOfLostAttempts", Set("lost_attempts = 0", "$GRID", 3), PlaceOf("$GRID", 3),
     "counts 0 lost attempts; there are 1"},
    {"AWrongCountOfFailedAttempts", Set("failed_attempts = 0", "$GRID", 2), PlaceOf("$GRID", 2),
     "counts 0 failed attempts; there are 1"},
    {"AnAgentThatNeverRegistered", "UPDATE attempts SET agent_id = 'nobody' WHERE " + kAttemptsOf,
     PlaceOf("$GRID", 1) + "/attempts/1", "was leased to agent nobody, which never registered"},
    // Reports.
    {"AMissingReport", "DELETE FROM metric_points WHERE sequence = 2 AND " + kPointsOf,
     PlaceOf("$GRID", 1) + "/attempts/1", "report 2 is missing: 5 were acknowledged", false},
    {"AMissingLastReport", "DELETE FROM metric_points WHERE sequence = 5 AND " + kPointsOf,
     PlaceOf("$GRID", 1) + "/attempts/1", "report 5 is missing: 5 were acknowledged", false},
    {"AReportThatWasNeverAcknowledged", "UPDATE attempts SET acked_sequence = 4 WHERE " + kAttemptsOf,
     PlaceOf("$GRID", 1) + "/attempts/1", "report 5 is stored, but only 4 were acknowledged", false},
    {"AMetricWithoutAName", "DELETE FROM metric_names WHERE name = 'accuracy'", PlaceOf("$GRID", 1) + "/attempts/1",
     "report 1 holds a metric without a name", false},
    {"ValuesOfNoAttempt", "UPDATE metric_points SET attempt_key = 99 WHERE " + kPointsOf, "table metric_points",
     "10 of 58 values belong to no attempt", false},
    // Events.
    {"AMissingEvent", "DELETE FROM events WHERE revision = 5 AND " + kIn + "'$GRID')", "sweeps/$GRID/events/5",
     "is missing: the next event is 6"},
    {"AMissingFirstEvent", "DELETE FROM events WHERE revision = 1 AND " + kIn + "'$GRID')", "sweeps/$GRID/events/1",
     "is missing"},
    {"AMissingLastEvent",
     "DELETE FROM events WHERE revision = (SELECT revision FROM sweeps WHERE id = '$GRID') AND " + kIn + "'$GRID')",
     "sweeps/$GRID", "names revision"},
    {"AnUnknownEvent", "UPDATE events SET kind = 'BOREDOM' WHERE revision = 4 AND " + kIn + "'$GRID')",
     "sweeps/$GRID/events/4", "is of the unknown kind \"BOREDOM\""},
    {"AnIllegalStepOfATrial",
     "UPDATE events SET kind = 'TRIAL_REVIVED' WHERE kind = 'TRIAL_STARTED' AND trial = 1 AND " + kIn + "'$GRID')",
     "sweeps/$GRID/events/3", "TRIAL_REVIVED of trial 1 cannot follow PENDING"},
    {"AStepAfterTheEnd", "UPDATE events SET trial = 1, attempt = 1 WHERE kind = 'TRIAL_LOST' AND " + kIn + "'$GRID')",
     "sweeps/$GRID/events/15", "TRIAL_LOST of trial 1 cannot follow SUCCEEDED"},
    {"AnEventOfAnotherAttempt", "UPDATE events SET attempt = 7 WHERE revision = 3 AND " + kIn + "'$GRID')",
     "sweeps/$GRID/events/3", "TRIAL_STARTED of trial 1 names attempt 7 where attempt 1 belongs"},
    {"AnEventOfNoTrial", "UPDATE events SET trial = 9 WHERE revision = 3 AND " + kIn + "'$GRID')",
     "sweeps/$GRID/events/3", "tells of trial 9, which is not there"},
    {"AnIllegalStepOfASweep", "UPDATE events SET kind = 'SWEEP_FINISHED' WHERE kind = 'SWEEP_PAUSED'",
     "sweeps/$OPEN/events/2", "SWEEP_FINISHED cannot follow ACTIVE"},
    {"AStateThatIsNotTheLastEvents", "UPDATE sweeps SET state = 'STOPPING', reason = 'USER' WHERE id = '$OPEN'",
     "sweeps/$OPEN", "is STOPPING, and its events end with ACTIVE"},
    {"ATrialThatIsNotWhereItsEventsEnd",
     Set("state = 'LOST'", "$OPEN", 1) +
         ";UPDATE attempts SET state = 'LOST', ended = 1 WHERE trial_key = (SELECT trial_key FROM trials WHERE " +
         WhereTrial("$OPEN", 1) + ")",
     PlaceOf("$OPEN", 1), "is LOST in attempt 1, and its events end with RUNNING in attempt 1"},
    // The rest.
    {"AnAnswerThatLeadsNowhere",
     "UPDATE responses SET response = CAST('abcdefghijkl' AS BLOB) WHERE request_id = 'register'", "responses/register",
     "the answer \"abcdefghijkl\" is neither a sweep, a trial nor a registered agent"},
    {"AnAnswerOfNoShape", "UPDATE responses SET response = x'00' WHERE request_id = 'register'", "responses/register",
     "the answer"},
};

std::string NameOf(const testing::TestParamInfo<Harm>& info) { return info.param.name; }

INSTANTIATE_TEST_SUITE_P(Harms, AuditFinds, testing::ValuesIn(kHarms), NameOf);

}  // namespace
}  // namespace sweepd
