#include "tests/simulation/network.h"

#include <algorithm>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace sweepd::simulation {
namespace {

constexpr uint64_t kNetworkStream = 200;

// Calls that are remembered before those that are over are forgotten.
constexpr size_t kMostOpenCalls = 256;

}  // namespace

void Endpoint::After(absl::Duration delay, EventQueue::Action action) {
  scene_.queue.After(delay, [this, incarnation = incarnation_, action = std::move(action)]() mutable {
    Happen(incarnation, std::move(action));
  });
}

void Endpoint::Happen(int64_t incarnation, EventQueue::Action action) {
  if (incarnation != incarnation_) return;
  if (!paused()) return action();
  scene_.queue.At(paused_until_, [this, incarnation, action = std::move(action)]() mutable {
    Happen(incarnation, std::move(action));
  });
}

Network::Network(Scene& scene, ControllerHost& host)
    : scene_(scene), host_(host), dice_(scene.scenario.seed, kNetworkStream) {
  host_.OnEnd([this] { BreakConnections(); });
}

void Network::Open(Endpoint& client, const std::shared_ptr<OpenCall>& call, absl::Duration deadline,
                   absl::AnyInvocable<void(const absl::Status&)> fail) {
  call->incarnation = client.incarnation();
  call->client = &client;
  call->cancel_arrives = !scene_.faulty || !dice_.Chance(0.2);
  call->fail = std::move(fail);
  client.After(deadline, [call] { call->fail(absl::DeadlineExceededError("no answer in time")); });
  if (open_.size() >= kMostOpenCalls) {
    const auto over = [](const std::weak_ptr<OpenCall>& open) {
      const std::shared_ptr<OpenCall> known = open.lock();
      return known == nullptr || known->answered;
    };
    open_.erase(std::remove_if(open_.begin(), open_.end(), over), open_.end());
  }
  open_.push_back(call);
}

absl::Duration Network::DrawDelay() {
  const Scenario& scenario = scene_.scenario;
  const absl::Duration usual = dice_.Between(absl::Microseconds(100), absl::Milliseconds(2));
  if (!scene_.faulty) return usual;
  if (dice_.Chance(scenario.very_late)) return dice_.Between(absl::Seconds(5), 3 * scenario.lease_ttl);
  if (dice_.Chance(scenario.delayed)) return dice_.Between(absl::Milliseconds(5), absl::Seconds(5));
  return usual;
}

void Network::Send(const std::shared_ptr<OpenCall>& call, absl::string_view what, std::function<void()> arrive) {
  const Scenario& scenario = scene_.scenario;
  const auto send = [&] {
    scene_.queue.After(DrawDelay(), [this, call, what = std::string(what), arrive] { Arrive(call, what, arrive); });
  };
  if (scene_.faulty && dice_.Chance(scenario.drop)) return;
  send();
  if (scene_.faulty && dice_.Chance(scenario.duplicate)) send();
}

void Network::Arrive(const std::shared_ptr<OpenCall>& call, absl::string_view what,
                     const std::function<void()>& serve) {
  if (call->client->cut_off()) return;
  if (host_.asleep_until() > scene_.queue.now()) {
    scene_.queue.At(host_.asleep_until(), [this, call, what = std::string(what), serve] { Arrive(call, what, serve); });
    return;
  }
  if (!host_.up()) {
    SendBack(call, [call] { call->fail(absl::UnavailableError("connection refused")); });
    return;
  }
  ++scene_.calls;
  scene_.trace.Add(call->client->name(), " -> ", what);
  serve();
}

void Network::SendBack(const std::shared_ptr<OpenCall>& call, EventQueue::Action arrive) {
  if (call->client->cut_off() || call->incarnation != call->client->incarnation()) return;
  if (scene_.faulty && dice_.Chance(scene_.scenario.lost_reply)) return;
  call->client->After(DrawDelay(), [call, arrive = std::move(arrive)]() mutable {
    if (call->incarnation == call->client->incarnation()) arrive();
  });
}

void Network::BreakConnections() {
  for (const std::weak_ptr<OpenCall>& open : std::exchange(open_, {})) {
    const std::shared_ptr<OpenCall> call = open.lock();
    if (call == nullptr || call->answered || call->incarnation != call->client->incarnation()) continue;
    SendBack(call, [call] { call->fail(absl::UnavailableError("the connection broke")); });
  }
}

}  // namespace sweepd::simulation
