#include "tests/simulation/nemesis.h"

#include <utility>

namespace sweepd::simulation {
namespace {

constexpr uint64_t kNemesisStream = 600;

// Operations of the disk from now within which a planned crash or error comes.
constexpr int64_t kSoon = 60;

}  // namespace

Nemesis::Nemesis(Scene& scene, Disk& disk, ControllerHost& host, std::vector<std::unique_ptr<SimulatedAgent>>& agents)
    : scene_(scene), disk_(disk), host_(host), agents_(agents), dice_(scene.scenario.seed, kNemesisStream) {}

void Nemesis::Start() {
  const Scenario& scenario = scene_.scenario;
  Repeat(scenario.partition_every, [this] { CutOff(); });
  Repeat(scenario.agent_crash_every, [this] { CrashAgent(); });
  Repeat(scenario.agent_pause_every, [this] { PauseAgent(); });
  Repeat(scenario.controller_crash_every, [this] { CrashController(); });
  Repeat(scenario.clean_restart_every, [this] {
    host_.Restart(ControllerHost::End::kClean, dice_.Between(absl::Milliseconds(50), absl::Seconds(5)));
  });
  Repeat(scenario.sleep_every, [this] { host_.Sleep(AroundLease()); });
  Repeat(scenario.stall_every, [this] { host_.StallNextCommit(AroundLease()); });
  Repeat(scenario.disk_error_every, [this] { BreakDisk(); });
  Repeat(scenario.full_disk_every, [this] { FillDisk(); });
  Repeat(scenario.wall_clock_every, [this] { SetWallClock(); });
}

void Nemesis::Repeat(absl::Duration every, std::function<void()> fault) {
  if (every == absl::InfiniteDuration()) return;
  scene_.queue.After(2 * every * dice_.Unit(), [this, every, fault = std::move(fault)] {
    if (!scene_.faulty) return;
    fault();
    Repeat(every, fault);
  });
}

void Nemesis::CutOff() {
  scene_.coverage.Note(Interest::kPartition);
  SimulatedAgent& agent = AnyAgent();
  scene_.trace.Add("partition of ", agent.endpoint().name());
  agent.endpoint().CutOffUntil(scene_.queue.now() + AroundLease());
}

void Nemesis::CrashAgent() {
  scene_.coverage.Note(Interest::kAgentCrashed);
  SimulatedAgent& agent = AnyAgent();
  scene_.trace.Add("crash of ", agent.endpoint().name());
  agent.Crash(dice_.Between(absl::Seconds(1), absl::Seconds(30)));
}

void Nemesis::PauseAgent() {
  scene_.coverage.Note(Interest::kAgentPaused);
  SimulatedAgent& agent = AnyAgent();
  scene_.trace.Add("pause of ", agent.endpoint().name());
  agent.endpoint().PauseUntil(scene_.queue.now() + AroundLease());
}

ControllerHost::End Nemesis::DrawEnd() {
  return dice_.Chance(scene_.scenario.power_loss) ? ControllerHost::End::kPowerLoss : ControllerHost::End::kKill;
}

void Nemesis::CrashController() {
  const int64_t soon = disk_.operations() + dice_.Between(1, kSoon);
  switch (dice_.Below(4)) {
    case 0: return host_.Restart(DrawEnd(), dice_.Between(absl::Milliseconds(50), absl::Seconds(20)));
    case 1: return host_.DieAfterCommit(DrawEnd());
    case 2:
      // The next start finds what was written and never synced, and cannot sync it.
      disk_.FailNext(Disk::Operation::kSync, soon + 1);
      [[fallthrough]];
    default: return disk_.CrashAt(soon);
  }
}

void Nemesis::BreakDisk() {
  const Disk::Operation kinds[] = {Disk::Operation::kSync, Disk::Operation::kWrite, Disk::Operation::kRead};
  disk_.FailNext(kinds[dice_.Below(3)], disk_.operations() + dice_.Between(1, kSoon));
}

void Nemesis::FillDisk() {
  scene_.trace.Add("the disk is full");
  disk_.SetFull(dice_.Chance(0.5) ? Disk::Full::kGrowing : Disk::Full::kAll);
  scene_.queue.After(AroundLease(), [this] { disk_.SetFull(Disk::Full::kNo); });
}

void Nemesis::SetWallClock() {
  scene_.coverage.Note(Interest::kWallClockSet);
  scene_.clock.SetWallClock(dice_.Between(-absl::Hours(3), absl::Hours(3)));
}

}  // namespace sweepd::simulation
