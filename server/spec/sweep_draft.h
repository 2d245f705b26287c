// A sweep as somebody wrote it down, not checked yet: every part may be missing or wrong.
//
// The sweep file and the typed spec of the wire are both turned into this, so that one check (validate.h) gives both
// the same errors. A typed spec leaves every place at 0. Words of enums are kept as they were written.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "common/value.h"
#include "server/spec/assignment_draft.h"
#include "server/spec/draft_field.h"
#include "server/spec/problem.h"

namespace sweepd {

// One name under `when`, and the values it must have.
struct ConditionDraft {
  std::string parameter;
  Place place;  // of the name
  std::vector<Value> values;
  std::vector<Place> value_places;  // of each of `values`; empty in a typed spec
};

struct ParameterDraft {
  std::string name;
  Place place;  // of its name
  // Its keys could not all be read, which is reported already: a key that is missing need not be reported.
  bool is_partial = false;

  Field<std::string> distribution;  // nullopt: inferred from the other keys
  Field<Value> value;
  Field<std::vector<Value>> values;
  std::vector<Place> value_places;  // of each of `values`; empty in a typed spec
  // Numbers, integer or floating point: which of them decides between int_uniform and uniform.
  Field<Value> min;
  Field<Value> max;
  Field<Value> q;
  // Of stepped values: they are integers. nullopt: they are when q, and min and max if there are any, are integers.
  std::optional<bool> integral;
  Field<std::vector<double>> probabilities;
  std::vector<Place> probability_places;  // of each of `probabilities`; empty in a typed spec
  Field<Value> mu;
  Field<Value> sigma;
  Field<Value> a;
  Field<Value> b;
  Field<std::vector<ParameterDraft>> parameters;  // it is a group of these, and has no law
  Field<std::vector<ConditionDraft>> when;
};

struct MetricDraft {
  Field<std::string> name;
  Field<std::string> goal;
  Field<std::string> aggregation;
  Field<double> target;
  Field<std::string> impute;
};

struct RetriesDraft {
  Field<int64_t> lost;
  Field<int64_t> failed;
};

// The keys of every rule: which of them belong together is checked later.
struct EarlyTerminateDraft {
  Field<std::string> type;
  Field<int64_t> min_iter;
  Field<int64_t> max_iter;
  Field<int64_t> s;
  Field<double> eta;
  Field<bool> strict;
  Field<int64_t> min_trials;
};

struct SweepDraft {
  Place place;  // where it begins
  Field<std::string> name;
  Field<std::string> description;
  Field<std::string> project;
  Field<std::string> entity;
  Field<std::string> method;
  Field<std::vector<ParameterDraft>> parameters;
  Field<MetricDraft> metric;
  Field<std::string> program;
  Field<std::vector<std::string>> command;
  std::vector<Place> command_places;  // of each element; empty in a typed spec
  Field<int64_t> run_cap;
  Field<int64_t> max_parallel;
  Field<int64_t> seed;
  RetriesDraft retries;
  Field<std::string> stdout_metrics;
  Field<std::vector<std::string>> stdout_pattern;
  std::vector<Place> stdout_pattern_places;  // of each element; empty in a typed spec, and when it was one text
  Field<std::string> grid_order;
  Field<int64_t> bayes_startup_trials;
  Field<std::string> bayes_noise;
  Field<EarlyTerminateDraft> early_terminate;
  Field<std::vector<AssignmentDraft>> initial;
  Field<int64_t> repeats;
  Field<int64_t> max_failures;
  Field<std::vector<std::string>> prior;
  std::vector<Place> prior_places;  // of each element; empty in a typed spec
  Field<absl::Duration> trial_timeout;
};

}  // namespace sweepd
