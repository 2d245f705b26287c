#include "client/output/stop_table.h"

#include "absl/strings/str_cat.h"
#include "client/output/number_text.h"
#include "client/output/table.h"

namespace sweepd::client {

void PrintStops(std::ostream& out, const Terminal& terminal, const v1::GetTrialResponse& response,
                absl::TimeZone zone) {
  Table table({{"STOPPED ATTEMPT", Align::kRight},
               {"RULE"},
               {"ITERATION", Align::kRight},
               {"VALUE", Align::kRight},
               {"THRESHOLD", Align::kRight},
               {"BY TRIALS", Align::kRight},
               {"DECIDED"}});
  for (const v1::Attempt& attempt : response.attempts()) {
    if (!attempt.has_stop()) continue;
    const v1::StopDecision& stop = attempt.stop();
    table.Add({absl::StrCat(attempt.number()), stop.rule(), absl::StrCat(stop.iteration()), NumberText(stop.value()),
               NumberText(stop.threshold()), absl::StrCat(stop.trials()), TimeText(stop.time(), zone)});
  }
  if (table.empty()) return;
  out << '\n';
  table.Print(out, terminal);
}

}  // namespace sweepd::client
