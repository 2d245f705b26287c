#include "server/engine/command_queue.h"

#include "server/core/errors.h"
#include "tests/support/status_matchers.h"

namespace sweepd {
namespace {

EngineLoop::Item AnItem() { return EngineLoop::Command{nullptr, nullptr}; }

size_t TakeOne(CommandQueue& queue) {
  std::vector<EngineLoop::Item> batch;
  queue.TakeBatch(absl::ZeroDuration(), batch);
  return batch.size();
}

TEST(CommandQueue, RefusesReportsBeforeRequestsBeforeCompletions) {
  EngineStats stats;
  CommandQueue queue(stats, {.commands = 8, .bytes = 1000});
  for (int i = 0; i < 4; ++i) EXPECT_OK(queue.Push(AnItem(), Urgency::kReport, 0));
  const absl::Status refused = queue.Push(AnItem(), Urgency::kReport, 0);
  EXPECT_EQ(refused.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(ReasonOf(refused), "OVERLOADED");
  EXPECT_GT(RetryAfterOf(refused), absl::ZeroDuration());
  for (int i = 0; i < 2; ++i) EXPECT_OK(queue.Push(AnItem(), Urgency::kRequest, 0));
  EXPECT_EQ(ReasonOf(queue.Push(AnItem(), Urgency::kRequest, 0)), "OVERLOADED");
  for (int i = 0; i < 2; ++i) EXPECT_OK(queue.Push(AnItem(), Urgency::kCompletion, 0));
  EXPECT_EQ(ReasonOf(queue.Push(AnItem(), Urgency::kCompletion, 0)), "OVERLOADED");
  EXPECT_EQ(TakeOne(queue), 8U);
  EXPECT_OK(queue.Push(AnItem(), Urgency::kReport, 0));
  EXPECT_EQ(stats.Read().refused, (std::array<int64_t, kUrgencies>{1, 1, 1}));
  EXPECT_EQ(stats.Read().queue_peak, 8);
}

TEST(CommandQueue, CountsBytesToo) {
  EngineStats stats;
  CommandQueue queue(stats, {.commands = 100, .bytes = 1000});
  EXPECT_OK(queue.Push(AnItem(), Urgency::kReport, 400));
  EXPECT_EQ(ReasonOf(queue.Push(AnItem(), Urgency::kReport, 200)), "OVERLOADED");
  EXPECT_OK(queue.Push(AnItem(), Urgency::kRequest, 200));
  EXPECT_EQ(TakeOne(queue), 2U);
  EXPECT_OK(queue.Push(AnItem(), Urgency::kReport, 500));
}

TEST(CommandQueue, ABatchHoldsAtMostItsCommandsAndItsBytesButAlwaysOne) {
  EngineStats stats;
  CommandQueue queue(stats, {.commands = 100, .bytes = 10000, .batch_commands = 3, .batch_bytes = 100});
  for (const size_t bytes : {500U, 60U, 60U, 10U, 10U, 10U}) EXPECT_OK(queue.Push(AnItem(), Urgency::kReport, bytes));
  EXPECT_EQ(TakeOne(queue), 1U);
  EXPECT_EQ(TakeOne(queue), 1U);
  EXPECT_EQ(TakeOne(queue), 3U);
  EXPECT_EQ(TakeOne(queue), 1U);
  EXPECT_EQ(TakeOne(queue), 0U);
}

TEST(CommandQueue, AfterCloseItGivesOutWhatItHoldsAndTakesNothing) {
  EngineStats stats;
  CommandQueue queue(stats);
  EXPECT_OK(queue.Push(AnItem(), Urgency::kReport, 0));
  queue.Close();
  EXPECT_EQ(ReasonOf(queue.Push(AnItem(), Urgency::kCompletion, 0)), "SHUTTING_DOWN");
  std::vector<EngineLoop::Item> batch;
  EXPECT_TRUE(queue.TakeBatch(absl::InfiniteDuration(), batch));
  EXPECT_EQ(batch.size(), 1U);
  batch.clear();
  EXPECT_FALSE(queue.TakeBatch(absl::InfiniteDuration(), batch));
}

}  // namespace
}  // namespace sweepd
