// Matchers for absl::Status and absl::StatusOr.
//
//     EXPECT_THAT(store.Commit(), IsOk());
//     EXPECT_THAT(FindSweep("x"), StatusIs(absl::StatusCode::kNotFound, HasSubstr("no sweep")));
//     ASSERT_OK_AND_ASSIGN(Sweep sweep, store.FindSweep(id));
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace sweepd {

inline const absl::Status& StatusOf(const absl::Status& status) { return status; }
template <class T>
const absl::Status& StatusOf(const absl::StatusOr<T>& result) {
  return result.status();
}

MATCHER(IsOk, "is OK") {
  *result_listener << "whose status is " << StatusOf(arg).ToString();
  return arg.ok();
}

MATCHER_P2(StatusIs, code, message, "") {
  *result_listener << "whose status is " << StatusOf(arg).ToString();
  return StatusOf(arg).code() == code &&
         testing::ExplainMatchResult(message, std::string(StatusOf(arg).message()), result_listener);
}

inline auto StatusIsCode(absl::StatusCode code) { return StatusIs(code, testing::_); }

}  // namespace sweepd

#define SWEEPD_TEST_CONCAT_INNER(a, b) a##b
#define SWEEPD_TEST_CONCAT(a, b) SWEEPD_TEST_CONCAT_INNER(a, b)
#define ASSERT_OK(expr) ASSERT_THAT(expr, ::sweepd::IsOk())
#define EXPECT_OK(expr) EXPECT_THAT(expr, ::sweepd::IsOk())
#define ASSERT_OK_AND_ASSIGN(lhs, expr)                                 \
  auto SWEEPD_TEST_CONCAT(result_, __LINE__) = (expr);                  \
  ASSERT_THAT(SWEEPD_TEST_CONCAT(result_, __LINE__), ::sweepd::IsOk()); \
  lhs = *std::move(SWEEPD_TEST_CONCAT(result_, __LINE__))
