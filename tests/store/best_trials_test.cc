// The cached store's notion of the best trial, against the store below asked anew.
#include <gtest/gtest.h>

#include <memory>

#include "common/rng.h"
#include "server/store/cached/cached_store.h"
#include "server/store/memory/memory_store.h"
#include "tests/store/samples.h"
#include "tests/support/status_matchers.h"

namespace sweepd {
namespace {

constexpr int64_t kTrials = 12;

std::string TextOf(const absl::StatusOr<std::optional<Trial>>& best) {
  if (!best.ok()) return best.status().ToString();
  return best->has_value() ? Describe(**best) : "none";
}

// Draws what happens to a few trials of one sweep, and does it to a cached and to a plain store.
class TwoStores {
 public:
  TwoStores(uint64_t seed, Goal goal, int64_t repeats) : dice_(seed, 0) {
    Sweep sweep = SampleSweep("aaaaaaaa", goal);
    SweepSpec spec = *sweep.spec;
    spec.repeats = repeats;
    sweep.spec = std::make_shared<const SweepSpec>(std::move(spec));
    Both([&](Store& store) {
      EXPECT_OK(store.Begin());
      EXPECT_OK(store.InsertSweep(sweep));
      for (int64_t number = 1; number <= kTrials; ++number) {
        EXPECT_OK(store.InsertTrial(SampleTrial("aaaaaaaa", number, TrialState::kRunning, std::nullopt)));
      }
      EXPECT_OK(store.Commit());
    });
  }

  void Transaction() {
    Both([](Store& store) { EXPECT_OK(store.Begin()); });
    for (uint64_t command = dice_.NextBelow(4); command > 0; --command) Command();
    const bool commit = dice_.NextBelow(5) > 0;
    Both([&](Store& store) {
      if (commit) {
        EXPECT_OK(store.Commit());
      } else {
        store.Rollback();
      }
    });
    Compare();
  }

 private:
  template <class Do>
  void Both(Do change) {
    change(*cached_);
    change(*plain_);
  }

  void Command() {
    Both([](Store& store) { EXPECT_OK(store.Savepoint()); });
    for (uint64_t changes = 1 + dice_.NextBelow(2); changes > 0; --changes) {
      const Trial trial = Draw();
      Both([&](Store& store) { EXPECT_OK(store.UpdateTrial(trial)); });
      Compare();
    }
    const bool keep = dice_.NextBelow(4) > 0;
    Both([&](Store& store) { EXPECT_OK(keep ? store.Release() : store.RollbackToSavepoint()); });
    Compare();
  }

  // Objectives from few values, so that there are ties.
  Trial Draw() {
    constexpr TrialState kStates[] = {TrialState::kSucceeded, TrialState::kStopped, TrialState::kFailed,
                                      TrialState::kRunning};
    const auto number = static_cast<int64_t>(1 + dice_.NextBelow(kTrials));
    const TrialState state = kStates[dice_.NextBelow(4)];
    const uint64_t value = dice_.NextBelow(5);
    Trial trial = SampleTrial("aaaaaaaa", number, state, value == 0 ? std::nullopt : std::optional(0.5 * value));
    // The mean of an assignment stands in one of its trials that ended well.
    const bool ended_well = state == TrialState::kSucceeded || state == TrialState::kStopped;
    if (ended_well && trial.objective.has_value() && dice_.NextBelow(2) == 0) trial.mean = 0.25 * dice_.NextBelow(9);
    return trial;
  }

  void Compare() { ASSERT_EQ(TextOf(cached_->FindBestTrial("aaaaaaaa")), TextOf(plain_->FindBestTrial("aaaaaaaa"))); }

  Rng dice_;
  std::unique_ptr<Store> cached_ = std::make_unique<CachedStore>(std::make_unique<MemoryStore>());
  std::unique_ptr<Store> plain_ = std::make_unique<MemoryStore>();
};

TEST(BestTrials, AreThoseOfTheStoreBelowWhateverIsChangedAndUndone) {
  for (uint64_t seed = 1; seed <= 40; ++seed) {
    SCOPED_TRACE(seed);
    TwoStores stores(seed, seed % 2 == 0 ? Goal::kMinimize : Goal::kMaximize, seed % 3 == 0 ? 3 : 1);
    for (int i = 0; i < 60 && !testing::Test::HasFatalFailure(); ++i) stores.Transaction();
  }
}

}  // namespace
}  // namespace sweepd
