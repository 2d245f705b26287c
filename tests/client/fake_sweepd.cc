// A program with sweepd's command line that plays a whole sweep of four trials as soon as one is created, for the tests
// of `sweepctl run` and for looking at the live view. $FAKE_SWEEPD_STEP_MS is the time between two events.
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <string>
#include <thread>

#include "absl/time/clock.h"
#include "tests/client/fake_sweep_service.h"

namespace {

constexpr const char* kSweep = "sweep001";

void PlaySweep(sweepd::client::FakeSweepService& service) {
  const char* variable = std::getenv("FAKE_SWEEPD_STEP_MS");
  const absl::Duration step = absl::Milliseconds(variable == nullptr ? 1 : std::atoi(variable));
  while (service.sweeps_created() == 0) absl::SleepFor(absl::Milliseconds(10));
  sweepd::v1::Agent agent;
  agent.set_name("local-1");
  agent.set_slots(2);
  agent.set_alive(true);
  for (int number : {1, 2, 3, 4}) agent.add_trials("sweeps/sweep001/trials/" + std::to_string(number));
  service.AddAgent(agent);
  for (int number : {1, 3}) {
    for (int offset : {0, 1}) service.StartTrial(kSweep, number + offset);
    absl::SleepFor(step);
    service.SucceedTrial(kSweep, number, 0.5 + 0.1 * number);
    absl::SleepFor(step);
    service.SucceedTrial(kSweep, number + 1, 0.6);
  }
  service.FinishSweep(kSweep);
}

}  // namespace

int main(int argc, char** argv) {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  sweepd::client::FakeController controller;
  for (int i = 1; i + 1 < argc; ++i) {
    if (std::string(argv[i]) == "--address-file") std::ofstream(argv[i + 1]) << controller.address() << "\n";
  }
  std::thread([&controller] { PlaySweep(controller.service()); }).detach();
  int number = 0;
  sigwait(&signals, &number);
  // The player may still be waiting for a sweep: leave without asking it.
  std::_Exit(0);
}
