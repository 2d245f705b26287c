// Calls to the controller that are repeated, with the same content, until they are answered; each try is logged.
#pragma once

#include <grpcpp/grpcpp.h>

#include <atomic>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "absl/time/time.h"
#include "common/rng.h"
#include "sweepd/v1/agent_service.grpc.pb.h"
#include "tests/chaos/call_log.h"

namespace sweepd::chaos {

// How a call ended.
enum class CallError {
  kNone,
  kLeaseLost,
  kAgentNotFound,
  kRefused,
  kUnanswered,  // the program is to stop, and no answer came in time
};

// Used by one thread. `log` and `stopping` must outlive it.
class Caller {
 public:
  Caller(std::string agent, const std::shared_ptr<grpc::Channel>& channel, absl::Duration timeout, Rng rng,
         CallLog& log, const std::atomic<bool>& stopping);

  // Sends `request` until an answer comes that more tries would not change, or, once `stopping` is set, for kFarewell
  // more. `facts` are what the checker has to know of the request, `note` adds those of the answer.
  template <class Request, class Response, class Note>
  CallError Call(const char* rpc,
                 grpc::Status (v1::AgentService::Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                 const Request& request, Response& response, const nlohmann::json& facts, const Note& note) {
    for (int tries = 1;; ++tries) {
      nlohmann::json line = facts;
      line["began"] = Now();
      grpc::ClientContext context;
      SetDeadline(context);
      const grpc::Status status = ((*stub_).*method)(&context, request, &response);
      if (status.ok()) note(response, line);
      const CallError error = Log(rpc, tries, status, std::move(line));
      if (error != CallError::kUnanswered) return error;
      if (!PauseBeforeTry(tries)) return CallError::kUnanswered;
    }
  }

  const std::string& agent() const { return agent_; }
  CallLog& log() { return log_; }

  // Seconds of the monotonic clock, which is the same for every program of the machine.
  static double Now();

 private:
  void SetDeadline(grpc::ClientContext& context) const;
  // kUnanswered for a try after which the same call should be sent again.
  CallError Log(const char* rpc, int tries, const grpc::Status& status, nlohmann::json line);
  bool PauseBeforeTry(int tries);

  const std::string agent_;
  const std::unique_ptr<v1::AgentService::Stub> stub_;
  const absl::Duration timeout_;
  Rng rng_;
  CallLog& log_;
  const std::atomic<bool>& stopping_;
  double stopping_since_ = 0;  // 0: not yet seen
};

}  // namespace sweepd::chaos
