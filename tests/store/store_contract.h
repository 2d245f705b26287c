// What every Store must do. A backend joins by a row in store_contract_test.cc.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "server/store/store.h"
#include "tests/support/status_matchers.h"

namespace sweepd {

struct StoreBackend {
  std::string name;
  // A new, empty store; `folder` exists, is empty and lives as long as the store.
  std::function<absl::StatusOr<std::unique_ptr<Store>>(const std::string& folder)> open;
};

class StoreContract : public testing::TestWithParam<StoreBackend> {
 protected:
  void SetUp() override;
  void TearDown() override;

  Store& store() { return *store_; }

  // Runs the changes in one transaction of their own and commits.
  template <class Changes>
  void Commit(Changes changes) {
    ASSERT_OK(store().Begin());
    changes();
    ASSERT_OK(store().Commit());
  }

  // Committed rows, made of the samples.
  void HaveSweep(const Sweep& sweep);
  void HaveTrial(const Trial& trial);
  void HaveAttempt(const Attempt& attempt);

 private:
  std::string folder_;
  std::unique_ptr<Store> store_;
};

// Begins with one trial of two attempts: 1, which failed, and 2, which is the current one.
class MetricsContract : public StoreContract {
 protected:
  void SetUp() override;

  void HaveReports(int64_t attempt, const std::vector<MetricReport>& reports);
  // The answer to a query about the trial, each point as "name/step/sequence".
  std::vector<std::string> PointsOf(const MetricQuery& query);

  const TrialKey kTrial = {"aaaaaaaa", 1};
};

}  // namespace sweepd
