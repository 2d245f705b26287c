#include "bench/quality/suggester.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "bench/sweep_session.h"
#include "common/status_macros.h"
#include "server/strategy/gp/sobol.h"
#include "server/strategy/strategy.h"

namespace sweepd::quality {
namespace {

SweepSpec SpecOf(Method method, const Task& task, uint64_t seed) {
  SweepSpec spec;
  spec.name = task.name;
  spec.method = method;
  spec.space = task.space;
  spec.objective = Objective{"loss", Goal::kMinimize, Aggregation::kBest, std::nullopt};
  spec.run_cap = task.budget;
  spec.max_parallel = task.workers;
  spec.seed = seed;
  return spec;
}

std::vector<Assignment> SobolAssignments(const Task& task, uint64_t seed) {
  const std::vector<Parameter>& parameters = task.space.parameters();
  const Eigen::MatrixXd points = gp::SobolPoints(static_cast<Eigen::Index>(parameters.size()), seed, 0, task.budget);
  std::vector<Assignment> assignments;
  for (const auto& point : points.colwise()) {
    assignments.push_back(task.space.Assign(
        [&](size_t i) { return ValueAt(parameters[i].distribution, point(static_cast<Eigen::Index>(i))); }));
  }
  return assignments;
}

class SessionSuggester : public Suggester {
 public:
  explicit SessionSuggester(std::unique_ptr<SweepSession> session) : session_(std::move(session)) {}

  absl::StatusOr<std::optional<Suggestion>> Ask() override {
    ASSIGN_OR_RETURN(const std::optional<LeaseGrant> grant, session_->Ask());
    if (!grant.has_value()) return std::nullopt;
    leases_.emplace(grant->ref.trial.number, grant->ref);
    return Suggestion{grant->ref.trial.number, *grant->assignment};
  }

  absl::Status Tell(int64_t number, std::optional<double> objective) override {
    const LeaseRef lease = leases_.at(number);
    leases_.erase(number);
    return objective.has_value() ? session_->Succeed(lease, *objective) : session_->Fail(lease);
  }

 private:
  std::unique_ptr<SweepSession> session_;
  std::map<int64_t, LeaseRef> leases_;  // of the open trials
};

class PendingBlindSuggester : public Suggester {
 public:
  explicit PendingBlindSuggester(const SweepSpec& spec) : strategy_(MakeStrategy(spec)) {}

  absl::StatusOr<std::optional<Suggestion>> Ask() override {
    ASSIGN_OR_RETURN(std::optional<Assignment> assignment, strategy_->Suggest({asked_, results_}));
    if (!assignment.has_value()) return std::nullopt;
    open_[++asked_] = *assignment;
    return Suggestion{asked_, *std::move(assignment)};
  }

  absl::Status Tell(int64_t number, std::optional<double> objective) override {
    Observation result;
    result.trial = number;
    result.assignment = open_.at(number);
    result.outcome = objective.has_value() ? Observation::Outcome::kValue : Observation::Outcome::kFailed;
    result.objective = objective.value_or(0);
    result.arrival = ++told_;
    open_.erase(number);
    const auto place = std::find_if(results_.begin(), results_.end(),
                                    [number](const Observation& other) { return other.trial > number; });
    results_.insert(place, std::move(result));
    return absl::OkStatus();
  }

 private:
  std::unique_ptr<Strategy> strategy_;
  std::map<int64_t, Assignment> open_;
  std::vector<Observation> results_;  // in the order of their numbers
  int64_t asked_ = 0;
  int64_t told_ = 0;
};

}  // namespace

std::vector<std::string> MethodNames() { return {"bayes", "random", "grid", "sobol", "bayes-ignoring-pending"}; }

absl::StatusOr<std::unique_ptr<Suggester>> MakeSuggester(absl::string_view method, const Task& task, uint64_t seed) {
  if (method == "bayes-ignoring-pending") {
    return std::make_unique<PendingBlindSuggester>(SpecOf(Method::kBayes, task, seed));
  }
  SweepSpec spec;
  if (method == "sobol") {
    spec = SpecOf(Method::kRandom, task, seed);
    spec.initial = SobolAssignments(task, seed);
  } else if (const std::optional<Method> named = ParseMethod(method); named.has_value()) {
    spec = SpecOf(*named, task, seed);
  } else {
    return absl::InvalidArgumentError(
        absl::StrCat("method \"", method, "\" should be one of: ", absl::StrJoin(MethodNames(), ", ")));
  }
  ASSIGN_OR_RETURN(std::unique_ptr<SweepSession> session, SweepSession::Start(spec));
  return std::make_unique<SessionSuggester>(std::move(session));
}

}  // namespace sweepd::quality
