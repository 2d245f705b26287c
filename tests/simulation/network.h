// Calls between simulated machines: messages are late, twice, lost, or cut off by a partition.
//
// A client's process is an Endpoint. When it crashes its timers and calls are gone; while it is paused they wait.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "tests/simulation/controller_host.h"
#include "tests/simulation/dice.h"
#include "tests/simulation/scene.h"

namespace sweepd::simulation {

class Endpoint {
 public:
  Endpoint(Scene& scene, std::string name) : scene_(scene), name_(std::move(name)) {}

  // Lets `action` happen in this process: not when it has crashed meanwhile, later when it is paused then.
  void After(absl::Duration delay, EventQueue::Action action);
  void Crash() { ++incarnation_; }
  void PauseUntil(absl::Duration time) { paused_until_ = time; }
  void CutOffUntil(absl::Duration time) { cut_off_until_ = time; }

  bool paused() const { return scene_.queue.now() < paused_until_; }
  bool cut_off() const { return scene_.queue.now() < cut_off_until_; }
  int64_t incarnation() const { return incarnation_; }
  const std::string& name() const { return name_; }

 private:
  void Happen(int64_t incarnation, EventQueue::Action action);

  Scene& scene_;
  const std::string name_;
  int64_t incarnation_ = 0;
  absl::Duration paused_until_;
  absl::Duration cut_off_until_;
};

// One call of a client, however often it arrives.
struct OpenCall {
  bool answered = false;       // the client has its answer, or has given up
  bool cancel_arrives = true;  // the controller learns that it has given up
  int64_t incarnation = 0;     // of the client
  Endpoint* client = nullptr;
  absl::AnyInvocable<void(const absl::Status&)> fail;  // gives the client an error

  bool abandoned() const { return cancel_arrives && (answered || incarnation != client->incarnation()); }
};

class Network {
 public:
  template <class T>
  using Reply = absl::AnyInvocable<void(absl::StatusOr<T>)>;
  // What the controller does with a call: answer by `reply`, now or later.
  template <class T>
  using Serve = std::function<void(const std::shared_ptr<OpenCall>& call, Reply<T> reply)>;

  Network(Scene& scene, ControllerHost& host);

  // `done` gets the answer, or UNAVAILABLE, or DEADLINE_EXCEEDED after `deadline`; exactly once, unless the client
  // crashes before.
  template <class T>
  void Call(Endpoint& client, absl::string_view what, absl::Duration deadline, Serve<T> serve, Reply<T> done) {
    auto call = std::make_shared<OpenCall>();
    auto callback = std::make_shared<Reply<T>>(std::move(done));
    // It is a part of the call, and holds it by a plain pointer: the call would keep itself alive.
    Open(client, call, deadline, [open = call.get(), callback](const absl::Status& status) {
      if (std::exchange(open->answered, true)) return;
      (*callback)(status);
    });
    const auto answer = [call, callback](absl::StatusOr<T> result) {
      if (std::exchange(call->answered, true)) return;
      (*callback)(std::move(result));
    };
    Send(call, what, [this, call, serve = std::move(serve), answer, name = std::string(what)] {
      serve(call, [this, call, answer, name](absl::StatusOr<T> result) {
        scene_.trace.Add(call->client->name(), " <- ", name, " ", StatusCodeToString(result.status().code()));
        // Anything the answer holds is kept until it arrives.
        SendBack(call, [answer, result = std::move(result)]() mutable { answer(std::move(result)); });
      });
    });
  }

 private:
  void Open(Endpoint& client, const std::shared_ptr<OpenCall>& call, absl::Duration deadline,
            absl::AnyInvocable<void(const absl::Status&)> fail);
  // Lets `arrive` happen at the controller, once, twice or never.
  void Send(const std::shared_ptr<OpenCall>& call, absl::string_view what, std::function<void()> arrive);
  void Arrive(const std::shared_ptr<OpenCall>& call, absl::string_view what, const std::function<void()>& serve);
  void SendBack(const std::shared_ptr<OpenCall>& call, EventQueue::Action arrive);
  // The controller's process is gone, and all connections with it.
  void BreakConnections();
  absl::Duration DrawDelay();

  Scene& scene_;
  ControllerHost& host_;
  Dice dice_;
  std::vector<std::weak_ptr<OpenCall>> open_;
};

}  // namespace sweepd::simulation
