// The two status macros of the project; there are no others.
#pragma once

#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

// Returns the status from the enclosing function when `expr` is not OK.
#define RETURN_IF_ERROR(expr)                                \
  do {                                                       \
    absl::Status status_macro_value = (expr);                \
    if (!status_macro_value.ok()) return status_macro_value; \
  } while (false)

#define SWEEPD_STATUS_CONCAT_INNER(a, b) a##b
#define SWEEPD_STATUS_CONCAT(a, b) SWEEPD_STATUS_CONCAT_INNER(a, b)
#define SWEEPD_ASSIGN_OR_RETURN_IMPL(temporary, lhs, expr)   \
  auto temporary = (expr);                                   \
  if (!temporary.ok()) return std::move(temporary).status(); \
  lhs = *std::move(temporary)

// Assigns the value of a StatusOr expression to `lhs` (a declaration or an lvalue), or returns its status.
#define ASSIGN_OR_RETURN(lhs, expr) SWEEPD_ASSIGN_OR_RETURN_IMPL(SWEEPD_STATUS_CONCAT(status_or_, __LINE__), lhs, expr)
