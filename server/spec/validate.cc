#include "server/spec/validate.h"

#include <set>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/command_template.h"
#include "server/core/limits.h"
#include "server/spec/validate_early_terminate.h"
#include "server/spec/validate_space.h"
#include "server/spec/validate_stdout_pattern.h"
#include "server/spec/validate_trial_plan.h"

namespace sweepd {
namespace {

// Checks the parts of a draft and fills the spec from them.
class SweepCheck {
 public:
  SweepCheck(const SweepDraft& draft, ProblemList& found) : draft_(draft), found_(found) {}

  ValidSpec Run() {
    spec_.name = draft_.name.value.value_or("");
    spec_.description = draft_.description.value.value_or("");
    spec_.project = draft_.project.value.value_or("");
    spec_.entity = draft_.entity.value.value_or("");
    spec_.program = draft_.program.value.value_or("");
    CheckMethod();
    CheckParameters();
    CheckMetric();
    CheckCommandLine();
    CheckNumbers();
    CheckStdoutMetrics();
    CheckEarlyTerminate();
    ValidateTrialPlan(draft_, method_, spec_, found_);
    return {std::move(spec_), draft_.seed.value.has_value()};
  }

 private:
  void CheckMethod() {
    if (!draft_.method.is_given()) {
      found_.Report(draft_.place, "method", "method is required", "write grid, random or bayes");
    }
    method_ = Word(draft_.method, "method", {"grid", "random", "bayes"}, ParseMethod);
    spec_.method = method_.value_or(Method::kRandom);
  }

  void CheckParameters() {
    const Field<std::vector<ParameterDraft>>& field = draft_.parameters;
    if (!field.value.has_value() || field.value->empty()) {
      if (field.is_faulty) return;
      return found_.Report(field.value.has_value() ? field.place : draft_.place, "parameters",
                           "at least one parameter is required",
                           "for example parameters: {lr: {min: 0.001, max: 0.1}}");
    }
    if (std::optional<SearchSpace> space = ValidateSpace(field, method_, found_); space.has_value()) {
      spec_.space = *std::move(space);
    }
    CheckGridOrder();
    CheckBayesOptions();
  }

  void CheckGridOrder() {
    spec_.grid_order =
        Word(draft_.grid_order, "grid.order", {"sorted", "shuffled"}, ParseGridOrder).value_or(GridOrder::kSorted);
    if (!draft_.grid_order.is_given() || !method_.has_value() || method_ == Method::kGrid) return;
    spec_.grid_order = GridOrder::kSorted;
    found_.Warn(draft_.grid_order.key_place, "grid.order", "this key is for method grid and has no effect here");
  }

  void CheckBayesOptions() {
    const Field<int64_t>& startup = draft_.bayes_startup_trials;
    const std::optional<bool> noise_free = Word(draft_.bayes_noise, "bayes.noise", {"auto", "none"}, ParseNoiseFree);
    if (startup.value.has_value() && *startup.value < 1) {
      found_.Report(startup.place, "bayes.startup_trials", absl::StrCat("must be at least 1, but is ", *startup.value),
                    "leave it out for a number that suits the parameters");
    }
    if (method_ == Method::kBayes) {
      spec_.bayes = {startup.value, noise_free.value_or(false)};
      return;
    }
    if (!method_.has_value()) return;
    const auto warn = [this](const auto& field, const std::string& path) {
      if (field.is_given()) found_.Warn(field.key_place, path, "this key is for method bayes and has no effect here");
    };
    warn(startup, "bayes.startup_trials");
    warn(draft_.bayes_noise, "bayes.noise");
  }

  void CheckMetric() {
    if (draft_.metric.is_faulty) return;
    if (!draft_.metric.value.has_value()) {
      if (method_ != Method::kBayes) return;
      return found_.Report(draft_.method.place, "metric", "method bayes needs a metric to optimise",
                           "for example metric: {name: loss, goal: minimize}");
    }
    const MetricDraft& draft = *draft_.metric.value;
    Objective objective;
    objective.metric = draft.name.value.value_or("");
    if (!draft.name.is_given() || (draft.name.value.has_value() && draft.name.value->empty())) {
      found_.Report(draft.name.is_given() ? draft.name.place : draft_.metric.place, "metric.name",
                    "the metric needs a name", "the one that the program reports, for example loss");
    } else if (objective.metric.size() > kMaxMetricNameBytes) {
      found_.Report(draft.name.place, "metric.name",
                    absl::StrCat("the name of a metric has at most ", kMaxMetricNameBytes, " bytes"));
    }
    objective.goal = Word(draft.goal, "metric.goal", {"minimize", "maximize"}, ParseGoal).value_or(Goal::kMinimize);
    objective.aggregation =
        Word(draft.aggregation, "metric.aggregation", {"best", "last"}, ParseAggregation).value_or(Aggregation::kBest);
    objective.target = draft.target.value;
    objective.impute =
        Word(draft.impute, "metric.impute", {"worst", "best", "latest"}, ParseImpute).value_or(Impute::kWorst);
    if (draft.impute.value.has_value() && method_.has_value() && method_ != Method::kBayes) {
      found_.Warn(draft.impute.key_place, "metric.impute",
                  absl::StrCat("has no effect with method ", MethodName(*method_), ": it has no model"));
    }
    spec_.objective = std::move(objective);
  }

  void CheckCommandLine() {
    spec_.command =
        draft_.command.value.value_or(std::vector<std::string>{"${env}", "${interpreter}", "${program}", "${args}"});
    if (draft_.command.is_faulty) return;
    if (spec_.command.empty()) {
      return found_.Report(draft_.command.place, "command", "the command is empty",
                           "leave it out to run ${env} ${interpreter} ${program} ${args}");
    }
    MacroNames names;
    if (draft_.parameters.value.has_value()) names = MacroNamesOf(*draft_.parameters.value);
    for (MacroProblem& problem : CheckCommand(spec_.command, names.all)) {
      // Names are not known when the parameters could not be read.
      if (draft_.parameters.is_faulty) break;
      ReportElement(problem.element, std::move(problem.message), "");
    }
    CheckConditionalMacros({names.conditional.begin(), names.conditional.end()});
    const bool has_program = draft_.program.is_faulty || !spec_.program.empty();
    if (!has_program && UsesMacro(spec_.command, "program")) ReportMissingProgram();
  }

  void ReportElement(size_t element, std::string message, std::string hint) {
    const bool has_place = element < draft_.command_places.size();
    found_.Report(has_place ? draft_.command_places[element] : draft_.command.place,
                  absl::StrCat("command[", element, "]"), std::move(message), std::move(hint));
  }

  // A command that names a parameter fails in every trial that does not have it.
  void CheckConditionalMacros(const std::set<std::string>& conditional) {
    for (size_t i = 0; i < spec_.command.size(); ++i) {
      for (const std::string& name : MacrosIn(spec_.command[i])) {
        const bool is_macro = CheckCommand({absl::StrCat("${", name, "}")}, {}).empty();  // it wins over a parameter
        if (is_macro || conditional.count(name) == 0) continue;
        ReportElement(i, absl::StrCat("${", name, "} is not in every trial, because ", name, " has conditions (when)"),
                      "use ${args}, which leaves it out where it does not exist");
      }
    }
  }

  void ReportMissingProgram() {
    const bool is_empty = draft_.program.value.has_value();
    const Place place = is_empty ? draft_.program.place : draft_.command.value ? draft_.command.place : draft_.place;
    found_.Report(place, "program",
                  draft_.command.value ? "program is required, because the command uses ${program}"
                                       : "program is required, because the default command uses ${program}",
                  "for example program: train.py");
  }

  void CheckNumbers() {
    spec_.run_cap = AtLeast(draft_.run_cap, "run_cap", 1);
    spec_.max_parallel = AtLeast(draft_.max_parallel, "max_parallel", 1);
    if (!draft_.max_parallel.is_given() && method_ == Method::kBayes) spec_.max_parallel = 1;
    spec_.retries.lost = AtLeast(draft_.retries.lost, "retries.lost", 0).value_or(Retries{}.lost);
    spec_.retries.failed = AtLeast(draft_.retries.failed, "retries.failed", 0).value_or(Retries{}.failed);
    CheckTrialTimeout();
    spec_.seed = static_cast<uint64_t>(AtLeast(draft_.seed, "seed", 0).value_or(0));
    if (method_.has_value() && method_ != Method::kGrid && !draft_.run_cap.is_given()) {
      const bool has_target = spec_.objective.has_value() && spec_.objective->target.has_value();
      found_.Warn(draft_.method.place, "run_cap",
                  absl::StrCat("without run_cap this sweep runs until it is stopped",
                               has_target ? " or reaches its target" : ""),
                  "for example run_cap: 100");
    }
  }

  void CheckTrialTimeout() {
    spec_.trial_timeout = draft_.trial_timeout.value;
    if (spec_.trial_timeout.has_value() && *spec_.trial_timeout < absl::Seconds(1)) {
      found_.Report(draft_.trial_timeout.place, "trial_timeout",
                    absl::StrCat("must be at least 1s, but is ", absl::FormatDuration(*spec_.trial_timeout)));
    }
  }

  void CheckStdoutMetrics() {
    spec_.stdout_metrics =
        Word(draft_.stdout_metrics, "stdout_metrics", {"off", "auto", "kv", "json", "regex"}, ParseStdoutMetrics)
            .value_or(StdoutMetrics::kAuto);
    ValidateStdoutPattern(draft_, spec_, found_);
  }

  void CheckEarlyTerminate() {
    if (!draft_.early_terminate.value.has_value()) return;
    spec_.early_terminate = ValidateEarlyTerminate(draft_.early_terminate, found_);
    if (draft_.metric.is_given() || method_ == Method::kBayes) return;  // bayes has said so
    found_.Report(draft_.early_terminate.key_place, "metric", "early_terminate needs a metric to judge trials by",
                  "for example metric: {name: loss, goal: minimize}");
  }

  std::optional<int64_t> AtLeast(const Field<int64_t>& field, std::string path, int64_t least) {
    if (field.value.has_value() && *field.value < least) {
      found_.Report(field.place, std::move(path), absl::StrCat("must be at least ", least, ", but is ", *field.value));
    }
    return field.value;
  }

  // The enum value of a word; nullopt when it is missing, or after a report when it is none of `words`.
  template <class Enum>
  std::optional<Enum> Word(const Field<std::string>& field, std::string path, const std::vector<std::string>& words,
                           std::optional<Enum> (*parse)(absl::string_view)) {
    if (!field.value.has_value()) return std::nullopt;
    const std::optional<Enum> word = parse(*field.value);
    if (word.has_value()) return word;
    const std::string guess = DidYouMean(*field.value, words);
    const std::string text = ToJson(Value(ShortText(*field.value)));
    found_.Report(field.place, std::move(path), absl::StrCat("must be ", JoinAlternatives(words), ", but is ", text),
                  guess);
    return std::nullopt;
  }

  const SweepDraft& draft_;
  ProblemList& found_;
  std::optional<Method> method_;
  SweepSpec spec_;
};

}  // namespace

std::optional<ValidSpec> ValidateDraft(const SweepDraft& draft, ProblemList& found) {
  ValidSpec valid = SweepCheck(draft, found).Run();
  if (!found.problems.empty()) return std::nullopt;
  return valid;
}

}  // namespace sweepd
