// Agents, stored responses and events.
#include <limits>

#include "server/core/errors.h"
#include "tests/store/samples.h"
#include "tests/store/store_contract.h"

namespace sweepd {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<int64_t> RevisionsOf(const absl::StatusOr<std::vector<Event>>& events) {
  EXPECT_OK(events);
  std::vector<int64_t> revisions;
  for (const Event& event : events.value_or(std::vector<Event>())) revisions.push_back(event.revision);
  return revisions;
}

TEST_P(StoreContract, FindsAnAgentAsItRegistered) {
  Commit([&] { ASSERT_OK(store().InsertAgent(SampleAgent("agent-a"))); });
  EXPECT_EQ(Describe(*store().FindAgent("agent-a")), Describe(SampleAgent("agent-a")));
  EXPECT_EQ(ReasonOf(store().FindAgent("agent-b").status()), "AGENT_NOT_FOUND");
  Commit([&] {
    EXPECT_THAT(store().InsertAgent(SampleAgent("agent-a")), StatusIsCode(absl::StatusCode::kAlreadyExists));
  });
}

TEST_P(StoreContract, ListsTheNewestAgentsFirst) {
  EXPECT_THAT(*store().ListAgents(9), IsEmpty());
  for (const char* id : {"b", "a", "c"}) Commit([&] { ASSERT_OK(store().InsertAgent(SampleAgent(id))); });
  EXPECT_THAT(Describe(*store().ListAgents(9)),
              ElementsAre(Describe(SampleAgent("c")), Describe(SampleAgent("a")), Describe(SampleAgent("b"))));
  EXPECT_THAT(Describe(*store().ListAgents(1)), ElementsAre(Describe(SampleAgent("c"))));
}

TEST_P(StoreContract, FindsTheResponseToARequest) {
  const std::string binary("a\0b\xff", 4);
  Commit([&] { ASSERT_OK(store().InsertResponse("r1", {"print", binary}, At(1))); });
  ASSERT_OK_AND_ASSIGN(const std::optional<StoredResponse> found, store().FindResponse("r1"));
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->fingerprint, "print");
  EXPECT_EQ(found->response, binary);
  EXPECT_FALSE(store().FindResponse("r2")->has_value());
  Commit([&] {
    EXPECT_THAT(store().InsertResponse("r1", {"x", "y"}, At(2)), StatusIsCode(absl::StatusCode::kAlreadyExists));
  });
  EXPECT_EQ((*store().FindResponse("r1"))->response, binary);
}

TEST_P(StoreContract, ReturnsAnEventAsItWasAppended) {
  HaveSweep(SampleSweep("aaaaaaaa"));
  Event plain;
  plain.revision = 2;
  plain.time = At(5);
  Commit([&] {
    ASSERT_OK(store().AppendEvent("aaaaaaaa", SampleEvent(1)));
    ASSERT_OK(store().AppendEvent("aaaaaaaa", plain));
  });
  EXPECT_THAT(Describe(*store().ListEvents("aaaaaaaa", 0, 9)), ElementsAre(Describe(SampleEvent(1)), Describe(plain)));
}

TEST_P(StoreContract, KeepsTheObjectiveOfAnEventBitExact) {
  HaveSweep(SampleSweep("aaaaaaaa"));
  int64_t revision = 0;
  for (const double objective : {-0.0, std::numeric_limits<double>::infinity(), DoubleOf(0xfff8000000000001)}) {
    Event event = SampleEvent(++revision);
    event.objective = objective;
    Commit([&] { ASSERT_OK(store().AppendEvent("aaaaaaaa", event)); });
    EXPECT_THAT(Describe(*store().ListEvents("aaaaaaaa", revision - 1, 1)), ElementsAre(Describe(event)));
  }
}

TEST_P(StoreContract, AppendsOnlyTheNextRevisionOfASweep) {
  HaveSweep(SampleSweep("aaaaaaaa"));
  HaveSweep(SampleSweep("bbbbbbbb"));
  const auto refused = StatusIsCode(absl::StatusCode::kFailedPrecondition);
  ASSERT_OK(store().Begin());
  EXPECT_THAT(store().AppendEvent("aaaaaaaa", SampleEvent(0)), refused);
  EXPECT_THAT(store().AppendEvent("aaaaaaaa", SampleEvent(2)), refused);
  EXPECT_OK(store().AppendEvent("aaaaaaaa", SampleEvent(1)));
  EXPECT_THAT(store().AppendEvent("aaaaaaaa", SampleEvent(1)), refused);
  EXPECT_THAT(store().AppendEvent("aaaaaaaa", SampleEvent(3)), refused);
  EXPECT_OK(store().AppendEvent("aaaaaaaa", SampleEvent(2)));
  EXPECT_OK(store().AppendEvent("bbbbbbbb", SampleEvent(1)));
  EXPECT_THAT(store().AppendEvent("cccccccc", SampleEvent(1)), StatusIsCode(absl::StatusCode::kNotFound));
  ASSERT_OK(store().Commit());
}

TEST_P(StoreContract, ListsEventsAfterARevision) {
  HaveSweep(SampleSweep("aaaaaaaa"));
  Commit([&] {
    for (int64_t revision = 1; revision <= 5; ++revision) {
      ASSERT_OK(store().AppendEvent("aaaaaaaa", SampleEvent(revision)));
    }
  });
  EXPECT_THAT(RevisionsOf(store().ListEvents("aaaaaaaa", 0, 2)), ElementsAre(1, 2));
  EXPECT_THAT(RevisionsOf(store().ListEvents("aaaaaaaa", 2, 2)), ElementsAre(3, 4));
  EXPECT_THAT(RevisionsOf(store().ListEvents("aaaaaaaa", 4, 9)), ElementsAre(5));
  EXPECT_THAT(RevisionsOf(store().ListEvents("aaaaaaaa", 5, 9)), IsEmpty());
  EXPECT_THAT(store().ListEvents("bbbbbbbb", 0, 9), StatusIsCode(absl::StatusCode::kNotFound));
}

TEST_P(StoreContract, PrunesTheOldestResponsesInPortions) {
  Commit([&] {
    for (int64_t i = 1; i <= 5; ++i) {
      ASSERT_OK(store().InsertResponse(std::string(static_cast<size_t>(6 - i), 'r'), {"f", "answer"}, At(i)));
    }
  });
  const auto prune = [&](absl::Time before, int64_t limit) {
    absl::StatusOr<int64_t> pruned = -1;
    Commit([&] { pruned = store().PruneResponses(before, limit); });
    EXPECT_OK(pruned);
    return pruned.value_or(-1);
  };
  EXPECT_EQ(prune(At(1), 10), 0);
  EXPECT_EQ(prune(At(4), 2), 2);
  EXPECT_EQ(prune(At(4), 2), 1);
  EXPECT_EQ(prune(At(4), 2), 0);
  EXPECT_FALSE(store().FindResponse("rrr")->has_value()) << "the third that came";
  EXPECT_TRUE(store().FindResponse("rr")->has_value());
  EXPECT_THAT(store().PruneResponses(At(9), 9), StatusIsCode(absl::StatusCode::kFailedPrecondition));
}

}  // namespace
}  // namespace sweepd
