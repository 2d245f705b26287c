// How a user changes the limits of a sweep.
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/status_macros.h"
#include "server/core/errors.h"
#include "server/engine/engine.h"

namespace sweepd {
namespace {

std::string Shown(const std::optional<int64_t>& cap) { return cap.has_value() ? absl::StrCat(*cap) : "none"; }

std::string Shown(const std::optional<EarlyTerminate>& rule) {
  return rule.has_value() ? ToJson(EarlyTerminateToValue(*rule)) : "none";
}

// Puts new values into a spec and remembers what changed, for the event.
class SpecChange {
 public:
  explicit SpecChange(const SweepSpec& spec) : spec_(spec) {}

  void SetCap(const char* name, std::optional<int64_t> SweepSpec::*cap, std::optional<int64_t> given,
              std::optional<int64_t> fallback) {
    if (!given.has_value()) return;
    const std::optional<int64_t> value = *given == 0 ? fallback : given;
    if (spec_.*cap != value) changes_.push_back(absl::StrCat(name, " ", Shown(spec_.*cap), " -> ", Shown(value)));
    spec_.*cap = value;
  }

  void SetRetries(const char* name, int64_t Retries::*count, std::optional<int64_t> given) {
    if (!given.has_value()) return;
    int64_t& value = spec_.retries.*count;
    if (value != *given) changes_.push_back(absl::StrCat(name, " ", value, " -> ", *given));
    value = *given;
  }

  void SetRule(const std::optional<RuleChange>& change) {
    if (!change.has_value()) return;
    std::optional<EarlyTerminate>& rule = spec_.early_terminate;
    if (rule != change->rule) {
      changes_.push_back(absl::StrCat("early_terminate ", Shown(rule), " -> ", Shown(change->rule)));
    }
    rule = change->rule;
  }

  const SweepSpec& spec() const { return spec_; }
  // "run_cap 10 -> 20, ..."; empty when nothing changed.
  std::string Text() const { return absl::StrJoin(changes_, ", "); }

 private:
  SweepSpec spec_;
  std::vector<std::string> changes_;
};

}  // namespace

absl::StatusOr<SweepView> Engine::UpdateSweep(const SweepUpdate& update) {
  ASSIGN_OR_RETURN(Sweep sweep, store_.FindSweep(update.sweep_id));
  if (sweep.state == SweepState::kCancelled) return WrongSweepState(sweep, "update");
  const bool has_rule = update.early_terminate.has_value() && update.early_terminate->rule.has_value();
  if (has_rule && !sweep.spec->objective.has_value()) return NothingToJudgeBy(sweep.id);
  SpecChange change(*sweep.spec);
  const bool is_bayes = sweep.spec->method == Method::kBayes;
  change.SetCap("run_cap", &SweepSpec::run_cap, update.run_cap, std::nullopt);
  change.SetCap("max_parallel", &SweepSpec::max_parallel, update.max_parallel,
                is_bayes ? std::optional<int64_t>(1) : std::nullopt);
  change.SetRule(update.early_terminate);
  change.SetRetries("retries.lost", &Retries::lost, update.retries_lost);
  change.SetRetries("retries.failed", &Retries::failed, update.retries_failed);
  if (change.Text().empty()) return ViewOf(store_, std::move(sweep));

  sweep.spec = std::make_shared<const SweepSpec>(change.spec());
  RETURN_IF_ERROR(store_.UpdateSpec(sweep));
  RETURN_IF_ERROR(AddEvent(sweep, EventKind::kSweepUpdated, nullptr, change.Text()));
  RETURN_IF_ERROR(StopIfExhausted(sweep));
  RETURN_IF_ERROR(Save(sweep));
  // The next suggestion is made by the new spec.
  AfterCommit([this, id = sweep.id] { strategies_.erase(id); });
  return ViewOf(store_, std::move(sweep));
}

}  // namespace sweepd
