// What pause, resume, stop and cancel have in common.
#pragma once

#include <string>

#include "client/command.h"

namespace sweepd::client {

// Calls one method with a sweep's id and shows the state it led to.
class SweepVerb : public Command {
 public:
  using Method = absl::StatusOr<v1::Sweep> (SweepClient::*)(absl::string_view sweep);

  explicit SweepVerb(Method method) : method_(method) {}

  void Declare(CommandLine& line) override;
  absl::StatusOr<ExitCode> Run(Session& session) override;

 private:
  const Method method_;
  std::string id_;
};

}  // namespace sweepd::client
