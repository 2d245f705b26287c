// A controller and an agent of one's own, for a single sweep on this machine.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "client/local/child_process.h"
#include "client/local/data_folder.h"

namespace sweepd::client {

// The path of a program: in `folder`, else in the folders of `search_path` (as $PATH). NOT_FOUND says where it was
// looked for.
absl::StatusOr<std::string> FindProgram(const std::string& name, const std::string& folder,
                                        const std::string& search_path);

// Both programs write logs into the data folder, whose last lines become part of error messages. Not thread-safe.
class LocalStack {
 public:
  // Paths of the two programs; the folder must outlive the stack.
  LocalStack(std::string sweepd, std::string sweep_agent, const DataFolder& folder)
      : sweepd_(std::move(sweepd)), sweep_agent_(std::move(sweep_agent)), folder_(folder) {}
  ~LocalStack();

  // Gives the controller's address once it listens. `interrupted` is asked meanwhile.
  absl::StatusOr<std::string> StartController(absl::FunctionRef<bool()> interrupted);

  absl::Status StartAgent(const std::string& controller, const std::string& sweep, int64_t slots);

  // INTERNAL with the end of its log when a program has ended although the sweep is not over.
  absl::Status Check();

  // Ends the agent, then the controller, politely; `hurry` is asked meanwhile, and true kills them. An agent whose
  // sweep is over is given the time to end by itself.
  void Stop(bool sweep_is_over, absl::FunctionRef<bool()> hurry);

 private:
  // Empty until the controller has written it.
  std::string ReadAddress() const;

  const std::string sweepd_;
  const std::string sweep_agent_;
  const DataFolder& folder_;
  std::unique_ptr<ChildProcess> controller_;
  std::unique_ptr<ChildProcess> agent_;
  absl::Time agent_done_ = absl::InfiniteFuture();  // when it was first seen to have ended with 0
};

}  // namespace sweepd::client
