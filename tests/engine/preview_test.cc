// What a sweep would try first is what it tries first.
#include "server/engine/preview.h"

#include "server/strategy/bayes_search.h"
#include "server/strategy/strategy.h"
#include "tests/support/status_matchers.h"
#include "tests/support/sweep_specs.h"

namespace sweepd {
namespace {

TEST(PreviewAssignments, GivesTheFirstOfTheMethod) {
  for (const Method method : {Method::kGrid, Method::kRandom}) {
    const SweepSpec spec = SpecOf(method);
    ASSERT_OK_AND_ASSIGN(const auto preview, PreviewAssignments(spec, 5));
    ASSERT_EQ(preview.size(), 5u);
    for (size_t i = 0; i < preview.size(); ++i) {
      EXPECT_EQ(preview[i], **MakeStrategy(spec)->Suggest({static_cast<int64_t>(i), {}})) << i;
    }
  }
}

TEST(PreviewAssignments, EndsWithTheGridAndWithTheCap) {
  EXPECT_EQ(PreviewAssignments(SpecOf(Method::kGrid), 100)->size(), 12u);
  SweepSpec spec = SpecOf(Method::kRandom);
  spec.run_cap = 3;
  EXPECT_EQ(PreviewAssignments(spec, 100)->size(), 3u);
}

TEST(PreviewAssignments, OfBayesEndsBeforeResultsCount) {
  const SweepSpec spec = SpecOf(Method::kBayes);
  ASSERT_OK_AND_ASSIGN(const auto preview, PreviewAssignments(spec, 100));
  EXPECT_EQ(static_cast<int64_t>(preview.size()), BayesSearch(spec).startup_trials());
  for (const Assignment& assignment : preview) EXPECT_OK(spec.space.CheckAssignment(assignment));
}

}  // namespace
}  // namespace sweepd
