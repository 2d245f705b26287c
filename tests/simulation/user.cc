#include "tests/simulation/user.h"

#include <utility>

#include "absl/strings/str_cat.h"

namespace sweepd::simulation {
namespace {

constexpr uint64_t kUserStream = 500;
constexpr uint64_t kSpecStream = 800;

bool MayComeRight(const absl::Status& status) {
  return absl::IsUnavailable(status) || absl::IsDeadlineExceeded(status) || absl::IsResourceExhausted(status);
}

constexpr absl::Duration kBackOff = absl::Milliseconds(700);
constexpr absl::Duration kLook = absl::Seconds(5);

}  // namespace

SimulatedUser::SimulatedUser(Scene& scene, History& history, Services& services, int number)
    : scene_(scene),
      history_(history),
      services_(services),
      dice_(scene.scenario.seed, kUserStream + static_cast<uint64_t>(number)),
      number_(number),
      endpoint_(scene, absl::StrCat("user", number)),
      to_create_(scene.scenario.sweeps_per_user) {}

void SimulatedUser::Start() {
  CreateNext();
  Look();
  if (scene_.scenario.user_verbs) endpoint_.After(absl::Seconds(dice_.Between(5, 60)), [this] { Meddle(); });
}

void SimulatedUser::CreateNext() {
  if (to_create_ == 0) return;
  --to_create_;
  ++creating_;
  const std::string name = absl::StrCat(endpoint_.name(), "-", ++created_);
  history_.sweep_names.insert(name);
  // Whatever happened before, it asks for the same sweeps.
  Dice spec(MixSeed(scene_.scenario.seed, static_cast<uint64_t>(number_)),
            kSpecStream + static_cast<uint64_t>(created_));
  NewSweep request{absl::StrCat("create-", name), name, DrawSpec(scene_.scenario, spec, name), true, ""};
  request.seed_given = scene_.scenario.is_reference() || dice_.Chance(0.5);
  SendCreate(request, 0);
}

void SimulatedUser::SendCreate(const NewSweep& request, int tries) {
  services_.Create(endpoint_, request, false, [this, request, tries](const absl::StatusOr<SweepView>& answer) {
    if (!answer.ok()) {
      if (!MayComeRight(answer.status())) scene_.Violate(absl::StrCat("no sweep: ", answer.status().ToString()));
      return endpoint_.After(kBackOff, [this, request, tries] { SendCreate(request, tries + 1); });
    }
    if (tries > 0) scene_.coverage.Note(Interest::kLostReplyRepeated);
    --creating_;
    history_.created[request.request_id] = {answer->sweep.id, request.spec.name};
    open_.insert(answer->sweep.id);
    sweeps_.push_back(answer->sweep.id);
    if (dice_.Chance(0.1)) ReuseRequestId(request);
    endpoint_.After(dice_.Between(absl::ZeroDuration(), absl::Seconds(40)), [this] { CreateNext(); });
  });
}

void SimulatedUser::ReuseRequestId(const NewSweep& request) {
  NewSweep other = request;
  other.fingerprint = "another content";
  services_.Create(endpoint_, other, true, [this](const absl::StatusOr<SweepView>& answer) {
    if (answer.ok()) scene_.Violate("a request id was taken with another content");
  });
}

void SimulatedUser::Look() {
  endpoint_.After(kLook, [this] { Look(); });
  for (const std::string& id : open_) {
    services_.Get(endpoint_, id, [this, id](const absl::StatusOr<SweepView>& answer) { TakeView(id, answer); });
  }
  if (scene_.faulty && !dice_.Chance(0.2)) return;
  services_.List(endpoint_, [this](const absl::StatusOr<std::vector<Sweep>>& answer) {
    if (!answer.ok() || scene_.faulty) return;
    // A late call of anybody may have paused it.
    for (const Sweep& sweep : *answer) {
      if (sweep.state == SweepState::kPaused) SendVerb(Verb::kResume, sweep.id, 0);
    }
  });
}

void SimulatedUser::TakeView(const std::string& sweep_id, const absl::StatusOr<SweepView>& answer) {
  if (absl::IsNotFound(answer.status())) open_.erase(sweep_id);
  if (!answer.ok()) return;
  if (IsTerminal(answer->sweep.state)) {
    open_.erase(sweep_id);
  } else if (answer->sweep.state == SweepState::kPaused && dice_.Chance(0.3)) {
    SendVerb(Verb::kResume, sweep_id, 0);
  }
}

void SimulatedUser::Meddle() {
  if (!scene_.faulty) return;
  endpoint_.After(absl::Seconds(dice_.Between(5, 60)), [this] { Meddle(); });
  if (sweeps_.empty()) return;
  const std::string& id = sweeps_[dice_.Below(sweeps_.size())];
  const uint64_t roll = dice_.Below(20);
  if (roll < 9) return SendVerb(Verb::kPause, id, 0);
  if (roll < 14) return SendVerb(Verb::kResume, id, 0);
  if (roll < 16) return SendVerb(Verb::kStop, id, 0);
  if (roll < 17) return SendVerb(Verb::kCancel, id, 0);
  SendDelete(id);
}

void SimulatedUser::SendVerb(Verb verb, const std::string& sweep_id, int tries) {
  services_.Change(endpoint_, verb, sweep_id, [this, verb, sweep_id, tries](const absl::StatusOr<SweepView>& answer) {
    if (answer.ok()) {
      if (tries > 0) scene_.coverage.Note(Interest::kLostReplyRepeated);
      if (!IsTerminal(answer->sweep.state)) open_.insert(sweep_id);
      return;
    }
    if (!MayComeRight(answer.status())) return;
    endpoint_.After(kBackOff, [this, verb, sweep_id, tries] { SendVerb(verb, sweep_id, tries + 1); });
  });
}

void SimulatedUser::SendDelete(const std::string& sweep_id) {
  history_.delete_requested.insert(sweep_id);
  services_.Delete(endpoint_, sweep_id, [this, sweep_id](const absl::StatusOr<bool>& answer) {
    if (answer.ok()) history_.deleted.insert(sweep_id);
  });
}

}  // namespace sweepd::simulation
