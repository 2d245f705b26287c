// A table of real results: hyperparameters of a model, and its cross-validated error for every combination.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "server/core/search_space.h"

namespace sweepd::quality {

// Immutable; safe to share between threads.
class Table {
 public:
  // Text of a CSV file without quotes. Its header names the columns: `name:int` and `name:kind` are parameters,
  // `name:int?parent=a|b` one that only exists where the parent has one of these values, `error` comes last. Integers
  // reach from their least to their greatest value. An empty cell: the parameter does not exist in that row.
  // INVALID_ARGUMENT, with the line, for anything else, and when a combination is missing or there twice.
  static absl::StatusOr<Table> Parse(absl::string_view text);

  const SearchSpace& space() const { return space_; }

  // The error of an assignment of the space.
  double ErrorOf(const Assignment& assignment) const;

  size_t rows() const { return errors_.size(); }
  double least() const { return least_; }
  double median() const { return median_; }

 private:
  Table() = default;

  SearchSpace space_;
  std::map<std::string, double, std::less<>> errors_;  // by the assignment as JSON
  double least_ = 0;
  double median_ = 0;
};

}  // namespace sweepd::quality
