// The C++ client of a controller: SweepService with retries, one method for each rpc.
//
//     SweepClient client({.address = "127.0.0.1:7077"});
//     absl::StatusOr<v1::Sweep> sweep = client.GetSweep("abcdefgh");
//
// Every call may be repeated without further effect, so UNAVAILABLE and the other transient errors are retried with
// full jitter, for at most ClientOptions::patience after the call began. An error keeps the controller's code and
// message, and its v1::ErrorDetail: see DetailOf in client/error_detail.h. An unreachable controller is UNAVAILABLE
// with a message that names the address.
//
// Thread-safe. gRPC stays out of this header.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "client/sweep_watch.h"
#include "sweepd/v1/admin_service.pb.h"
#include "sweepd/v1/sweep_service.pb.h"

namespace sweepd::client {

struct ClientOptions {
  std::string address = "127.0.0.1:7077";            // HOST:PORT
  absl::Duration patience = absl::Seconds(2);        // how long a controller that does not answer is tried
  absl::Duration call_timeout = absl::Seconds(30);   // longest that one try waits for its answer
  absl::Duration reconnect_for = absl::Seconds(60);  // the same as patience, for a watch that was connected
};

class SweepClient {
 public:
  // Does not connect yet.
  explicit SweepClient(ClientOptions options);
  ~SweepClient();

  const std::string& address() const { return options_.address; }

  // Fills in a fresh request_id when the request has none.
  absl::StatusOr<v1::CreateSweepResponse> CreateSweep(v1::CreateSweepRequest request);
  absl::StatusOr<v1::ValidateSweepResponse> ValidateSweep(const v1::ValidateSweepRequest& request);

  absl::StatusOr<v1::Sweep> GetSweep(absl::string_view sweep);
  absl::StatusOr<v1::Sweep> PauseSweep(absl::string_view sweep);
  absl::StatusOr<v1::Sweep> ResumeSweep(absl::string_view sweep);
  absl::StatusOr<v1::Sweep> StopSweep(absl::string_view sweep);
  absl::StatusOr<v1::Sweep> CancelSweep(absl::string_view sweep);
  absl::Status DeleteSweep(absl::string_view sweep);

  absl::StatusOr<v1::Sweep> UpdateSweep(const v1::UpdateSweepRequest& request);

  // The first two fill in a fresh request_id when the request has none.
  absl::StatusOr<v1::Trial> AddTrial(v1::AddTrialRequest request);
  absl::StatusOr<v1::Trial> RetryTrial(v1::RetryTrialRequest request);
  absl::StatusOr<v1::Trial> CancelTrial(absl::string_view sweep, int64_t number);
  absl::StatusOr<v1::GetTrialResponse> GetTrial(absl::string_view sweep, int64_t number);
  absl::StatusOr<v1::Trial> GetBestTrial(absl::string_view sweep);

  // One page each; client/paging.h goes through all of them.
  absl::StatusOr<v1::ListSweepsResponse> ListSweeps(const v1::ListSweepsRequest& request);
  absl::StatusOr<v1::ListTrialsResponse> ListTrials(const v1::ListTrialsRequest& request);
  absl::StatusOr<v1::ListMetricsResponse> ListMetrics(const v1::ListMetricsRequest& request);

  absl::StatusOr<v1::ListAgentsResponse> ListAgents(const v1::ListAgentsRequest& request);
  absl::StatusOr<v1::ServerStats> GetServerStats();

  // Streams a backup of the controller; `take` gets its parts in their order. Ends early with the first error of
  // `take`. Not repeated by itself once it has begun. client/backup_download.h makes a file of it.
  absl::Status Backup(absl::FunctionRef<absl::Status(const v1::BackupResponse&)> take);

  // The events after a revision, reconnecting by itself. Must not outlive the client.
  std::unique_ptr<SweepWatch> WatchSweep(absl::string_view sweep, int64_t after_revision);

 private:
  struct Connection;

  ClientOptions options_;
  std::unique_ptr<Connection> connection_;
};

}  // namespace sweepd::client
