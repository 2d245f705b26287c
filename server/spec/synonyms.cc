#include "server/spec/synonyms.h"

#include <algorithm>

#include "absl/strings/ascii.h"

namespace sweepd {
namespace {

struct Synonym {
  absl::string_view word;
  absl::string_view ours;
};

// A word may stand for several: the first that is a candidate counts.
constexpr Synonym kSynonyms[] = {
    {"algorithm", "method"},
    {"strategy", "method"},
    {"tpe", "bayes"},
    {"objective", "metric"},
    {"mode", "goal"},
    {"direction", "goal"},
    {"minimum", "minimize"},
    {"maximum", "maximize"},
    {"minimum", "min"},
    {"maximum", "max"},
    {"down", "minimize"},
    {"up", "maximize"},
    {"script", "program"},
    {"entrypoint", "program"},
    {"count", "run_cap"},
    {"max_runs", "run_cap"},
    {"max_trials", "run_cap"},
    {"n_trials", "run_cap"},
    {"num_samples", "run_cap"},
    {"timeout", "trial_timeout"},
    {"concurrency", "max_parallel"},
    {"n_jobs", "max_parallel"},
    {"early_stopping", "early_terminate"},
    {"grace_period", "min_iter"},
    {"reduction_factor", "eta"},
    {"failure", "failed"},
    {"losses", "lost"},
    {"random", "shuffled"},
    {"false", "off"},
    {"no", "off"},
    {"true", "auto"},
    {"yes", "auto"},
    {"on", "auto"},
    {"type", "distribution"},
    {"choices", "values"},
    {"options", "values"},
    {"vals", "values"},
    {"weights", "probabilities"},
    {"low", "min"},
    {"lower", "min"},
    {"high", "max"},
    {"upper", "max"},
    {"step", "q"},
    {"quantum", "q"},
    {"mean", "mu"},
    {"loc", "mu"},
    {"std", "sigma"},
    {"stddev", "sigma"},
    {"scale", "sigma"},
    {"alpha", "a"},
    {"beta", "b"},
    {"if", "when"},
    {"condition", "when"},
    {"depends_on", "when"},
    {"choice", "categorical"},
    {"discrete", "categorical"},
    {"fixed", "constant"},
    {"int", "int_uniform"},
    {"integer", "int_uniform"},
    {"randint", "int_uniform"},
    {"uniform_int", "int_uniform"},
    {"float", "uniform"},
    {"double", "uniform"},
    {"loguniform", "log_uniform_values"},
    {"qloguniform", "q_log_uniform_values"},
    {"gauss", "normal"},
    {"gaussian", "normal"},
    {"randn", "normal"},
};

}  // namespace

std::string FindSynonym(absl::string_view word, const std::vector<std::string>& candidates) {
  const std::string lower = absl::AsciiStrToLower(word);
  for (const Synonym& synonym : kSynonyms) {
    if (synonym.word != lower) continue;
    if (std::find(candidates.begin(), candidates.end(), synonym.ours) != candidates.end()) {
      return std::string(synonym.ours);
    }
  }
  return "";
}

}  // namespace sweepd
