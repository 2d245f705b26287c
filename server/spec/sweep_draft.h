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
#include "server/spec/problem.h"

namespace sweepd {

template <class T>
struct Field {
  std::optional<T> value;
  Place place;  // of the value
  Place key_place;
  // It was written, but not as a T, and that is reported already: it is neither used nor missed.
  bool is_faulty = false;

  bool is_given() const { return value.has_value() || is_faulty; }
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
  // Of q_uniform: its values are integers. nullopt: they are when min, max and q are integers.
  std::optional<bool> integral;
};

struct MetricDraft {
  Field<std::string> name;
  Field<std::string> goal;
  Field<std::string> aggregation;
  Field<double> target;
};

struct RetriesDraft {
  Field<int64_t> lost;
  Field<int64_t> failed;
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
  Field<absl::Duration> trial_timeout;
};

}  // namespace sweepd
