// What a command works with: the controller it talks to and the place where it prints.
#pragma once

#include <memory>

#include "absl/status/status.h"
#include "client/exit_code.h"
#include "client/output/format.h"
#include "client/surroundings.h"
#include "client/sweep_client.h"

namespace sweepd::client {

class Session {
 public:
  // `surroundings` must outlive the session.
  Session(const Surroundings& surroundings, ClientOptions options, Format format)
      : surroundings_(surroundings), options_(std::move(options)), format_(format) {}

  // Made at the first use.
  SweepClient& client();

  // Talk to another controller from now on, for a command that starts its own.
  void UseController(std::string address);

  // For commands that can stay connected for long; before the first use of the client.
  void set_reconnect_for(absl::Duration duration) { options_.reconnect_for = duration; }

  const Surroundings& surroundings() const { return surroundings_; }
  Format format() const { return format_; }
  std::ostream& out() const { return surroundings_.out; }
  std::ostream& err() const { return surroundings_.err; }
  Terminal terminal() const { return surroundings_.measure_terminal(); }
  absl::Time Now() const { return surroundings_.clock.Now(); }
  absl::TimeZone zone() const { return surroundings_.zone; }

 private:
  const Surroundings& surroundings_;
  ClientOptions options_;
  const Format format_;
  std::unique_ptr<SweepClient> client_;
};

// Prints an error with its hint, or every problem of a sweep file, and gives the exit code.
ExitCode ReportError(std::ostream& err, const absl::Status& status);

}  // namespace sweepd::client
