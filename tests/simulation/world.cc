#include "tests/simulation/world.h"

#include <sqlite3.h>

#include <algorithm>
#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "server/core/limits.h"
#include "server/store/sqlite/open.h"
#include "tests/simulation/audit.h"

namespace sweepd::simulation {
namespace {

constexpr uint64_t kDiskStream = 700;

// Everything stored is read and compared this often.
constexpr absl::Duration kAuditEvery = absl::Minutes(1);

// Once the faults are over every sweep ends within this time.
constexpr absl::Duration kLiveness = absl::Hours(2);

std::unique_ptr<Disk> MakeDisk(const Scenario& scenario) {
  const uint64_t seed = MixSeed(scenario.seed, kDiskStream);
  if (scenario.fresh_database) return std::make_unique<Disk>(seed, scenario.sector_bytes);
  return FormattedDisk().Copy(seed, scenario.sector_bytes);
}

}  // namespace

const Disk& FormattedDisk() {
  static const Disk& formatted = [&]() -> const Disk& {
    auto* disk = new Disk(0);
    const MemoryVfs vfs(*disk, "format");
    SqliteOptions options;
    options.vfs = vfs.name();
    const auto store = OpenSqliteFile(kDatabasePath, options);
    if (!store.ok()) abort();
    return *disk;
  }();
  return formatted;
}

World::World(const Scenario& scenario, bool verbose)
    : scene_(scenario, verbose),
      disk_(MakeDisk(scenario)),
      vfs_(*disk_, "simulation"),
      watcher_(scene_, history_),
      host_(scene_, *disk_, vfs_, watcher_),
      network_(scene_, host_),
      checks_(scene_, history_, watcher_),
      services_(scene_, network_, host_, watcher_, checks_),
      nemesis_(scene_, *disk_, host_, agents_) {
  // SQLite draws the salts of its log from one generator of the process.
  sqlite3_test_control(SQLITE_TESTCTRL_PRNG_SEED, static_cast<int>(scenario.seed & 0x7fffffff), nullptr);
  for (int i = 1; i <= scenario.agents; ++i) {
    agents_.push_back(std::make_unique<SimulatedAgent>(scene_, history_, services_, i));
  }
  for (int i = 1; i <= scenario.users; ++i) {
    users_.push_back(std::make_unique<SimulatedUser>(scene_, history_, services_, i));
  }
}

World::Result World::Run() {
  host_.Start();
  for (const auto& user : users_) user->Start();
  for (const auto& agent : agents_) agent->Start();
  nemesis_.Start();
  scene_.queue.After(scene_.scenario.faults_until, [this] { EndFaults(); });
  scene_.queue.After(kAuditEvery, [this] { CheckNow(); });
  RunUntilOver();
  const int64_t operations = disk_->operations();
  if (scene_.violation.empty()) CheckAtTheEnd();
  CountDiskFaults();
  const bool crashed = disk_->tally().crashes_at_an_operation > 0;
  Result result{scene_.violation, scene_.trace.hash(), scene_.calls, operations, crashed, "", scene_.coverage};
  if (scene_.violation.empty()) result.final_state = DescribeSweeps();
  return result;
}

void World::RunUntilOver() {
  const absl::Duration end = scene_.scenario.faults_until + kLiveness;
  while (scene_.violation.empty() && !IsOver()) {
    scene_.queue.RunNext();
    if (scene_.queue.now() > end) {
      scene_.Violate(absl::StrCat("the faults are over, but not everything ends: ", DescribeWhatIsOpen()));
    }
  }
}

std::string World::DescribeWhatIsOpen() const {
  std::string text = host_.up() ? "" : "the controller is down; ";
  for (const auto& [id, seen] : watcher_.sweeps()) {
    const SweepHistory::Moment& now = seen.now();
    if (IsTerminal(now.state)) continue;
    absl::StrAppend(&text, "sweep ", id, " is ", std::string(SweepStateName(now.state)), " with ", now.counts.pending,
                    " pending, ", now.counts.running, " running, ", now.counts.lost, " lost; ");
  }
  return text;
}

bool World::IsOver() const {
  if (scene_.faulty && !scene_.scenario.is_reference()) return false;
  if (!host_.up() || disk_->crashed()) return false;
  const bool satisfied = std::all_of(users_.begin(), users_.end(), [](const auto& user) { return user->satisfied(); });
  const auto& sweeps = watcher_.sweeps();
  return satisfied && std::all_of(sweeps.begin(), sweeps.end(),
                                  [](const auto& sweep) { return IsTerminal(sweep.second.now().state); });
}

void World::EndFaults() {
  scene_.trace.Add("the faults are over");
  scene_.faulty = false;
  disk_->SetFull(Disk::Full::kNo);
  disk_->StopFailing();
  for (const auto& agent : agents_) {
    agent->endpoint().CutOffUntil(scene_.queue.now());
    agent->endpoint().PauseUntil(scene_.queue.now());
  }
}

void World::CheckNow() {
  scene_.queue.After(kAuditEvery, [this] { CheckNow(); });
  if (!host_.up() || disk_->crashed()) return;
  CheckEverything();
}

void World::CheckEverything() {
  disk_->SuspendFaults(true);
  Audit(scene_, history_, watcher_, host_.reader()).Run();
  disk_->SuspendFaults(false);
}

void World::CheckAtTheEnd() {
  disk_->StopFailing();
  CheckEverything();
  const auto restart = [this](ControllerHost::End end) {
    host_.Restart(end, absl::Seconds(1));
    if (const std::string complaint = CheckIntegrity(kDatabasePath, vfs_.name()); !complaint.empty()) {
      scene_.Violate(absl::StrCat("the database is damaged: ", complaint));
    }
    while (scene_.violation.empty() && !host_.up()) scene_.queue.RunNext();
    if (scene_.violation.empty()) CheckEverything();
  };
  restart(ControllerHost::End::kPowerLoss);
  if (scene_.violation.empty()) restart(ControllerHost::End::kClean);
}

std::string World::DescribeSweeps() {
  std::map<std::string, std::string> by_name;
  const auto sweeps = host_.reader().ListSweeps({{}, "", kMaxPageSize});
  for (const Sweep& sweep : *sweeps) {
    std::string& text = by_name[sweep.spec->name];
    absl::StrAppend(&text, sweep.spec->name, " ", std::string(SweepStateName(sweep.state)), "\n");
    const auto trials = host_.reader().ListTrials(sweep.id, {{}, TrialOrder::kNumber, 0, kMaxPageSize});
    for (const Trial& trial : *trials) {
      absl::StrAppend(&text, "  ", trial.key.number, " ", ToJson(Value(trial.assignment)), " ",
                      std::string(TrialStateName(trial.state)), " ",
                      trial.objective.has_value() ? FormatDouble(*trial.objective) : "-", "\n");
    }
  }
  std::string all;
  for (const auto& [name, text] : by_name) all += text;
  return all;
}

void World::CountDiskFaults() {
  const Disk::Tally& tally = disk_->tally();
  scene_.coverage.Note(Interest::kSectorTorn, tally.sectors_torn);
  scene_.coverage.Note(Interest::kSectorTornInLog, tally.log_sectors_torn);
}

}  // namespace sweepd::simulation
