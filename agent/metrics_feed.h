// Carries what a program reports to the outbox, as fast as the outbox takes it.
#pragma once

#include <string>

#include "absl/strings/string_view.h"
#include "agent/controller.h"
#include "agent/deadline.h"
#include "agent/metrics_intake.h"
#include "agent/outbox.h"
#include "agent/workdir.h"
#include "common/clock.h"

namespace sweepd::agent {

// Where the reports of a new attempt begin: at the start of its file, and those without a step after the checkpoint
// that the attempt resumes.
FeedMark FirstMark(const Workdir& workdir);

// Not thread-safe. References must outlive it.
class MetricsFeed {
 public:
  // `start` is where reading begins or goes on. `give_up` ends the waiting of Finish.
  MetricsFeed(const LeaseRef& lease, OutputFormat format, const FeedMark& start, const Workdir& workdir,
              const Clock& clock, Outbox& outbox, Deadline& give_up);

  // Takes a piece of the program's output. Reports in it that the outbox has no room for are dropped and counted: the
  // program must not wait for the network.
  void TakeOutput(absl::string_view piece);

  // Takes what was appended to the metrics file, unless the outbox is full.
  void TakeFile();

  // After the program's end: takes everything that is left, waiting for room. False when the waiting was given up
  // before; then the rest is in the file, behind the outbox's mark.
  bool Finish();

  // Whether the program said that it was ending for its machine's sake.
  bool preempting() const { return intake_.mark().preempting; }

  // What was wrong with the reports, for people; "" when nothing was.
  std::string Complaint() const;

 private:
  void Accept(Intake intake, bool droppable);

  const LeaseRef& lease_;
  const Workdir& workdir_;
  Outbox& outbox_;
  Deadline& give_up_;
  MetricsIntake intake_;
  bool complained_ = false;
};

}  // namespace sweepd::agent
