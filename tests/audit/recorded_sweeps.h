// A database that the real engine wrote: sweeps whose trials went every way a trial can go.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "common/ids.h"
#include "server/engine/engine.h"
#include "server/store/store.h"
#include "tests/support/fake_clock.h"

namespace sweepd {

// Which sweep is which.
struct RecordedSweeps {
  std::string grid;  // FINISHED: 2 x 2 points, minimises "loss", best value; trials 1 and 3 are equally good
  std::string
      open;  // ACTIVE: random, maximises "loss", last value; trials RUNNING, LOST, PENDING after a failure, STOPPED
  std::string cancelled;  // CANCELLED with a trial that ran and one that was lost
  std::string plain;      // FINISHED: random, without a metric
  // FINISHED: repeats 3, max_failures 2, run_cap 7. Means 0.3 (trial 1) and 0.1 (trial 6); the last of the trials,
  // which is alone with its assignment, failed.
  std::string repeats;
  std::string steered;  // FINISHED: a grid whose limits a user changed and whose trials were added, retried, cancelled
};

// Runs commands on an engine over `store`, each in a transaction of its own.
class Recorder {
 public:
  explicit Recorder(Store& store);

  RecordedSweeps Record();

  // After Record. An ACTIVE sweep with hyperband: trial 1 runs, 2 was stopped early, 3 is to stop and runs still, 4 was
  // to stop and lost its agent. Returns its id.
  std::string RecordStops();

 private:
  template <class Command>
  auto Run(Command command);

  std::string CreateSweep(SweepSpec spec);
  LeaseRef Lease(const std::string& sweep);
  // Values of "loss", reported as 1, 2, ... from `first` on.
  void Report(const LeaseRef& lease, int64_t first, const std::vector<double>& losses);
  void Finish(const LeaseRef& lease, Outcome outcome, int64_t last_sequence);
  void Expire(const LeaseRef& lease);

  std::string RecordGrid();
  std::string RecordOpen();
  std::string RecordCancelled();
  std::string RecordPlain();
  std::string RecordRepeats();
  std::string RecordSteered();

  Store& store_;
  FakeClock clock_;
  SeededIdSource ids_{1};
  WatchHub watch_hub_;
  Engine engine_;
  std::string agent_;
  int requests_ = 0;
};

}  // namespace sweepd
