#include "server/wire/page_token.h"

#include "server/core/limits.h"
#include "tests/support/status_matchers.h"

namespace sweepd {
namespace {

TEST(PageToken, ComesBackAsTheRowItWasMadeOf) {
  EXPECT_EQ(*ReadPageToken("trials", MakePageToken("trials", "17")), "17");
  EXPECT_EQ(*ReadPageToken("trials", ""), "");
}

TEST(PageToken, OfAnotherListOrMadeUpIsRefused) {
  for (const std::string& token : {MakePageToken("sweeps", "17"), std::string("17"), std::string("%%%")}) {
    EXPECT_THAT(ReadPageToken("trials", token), StatusIsCode(absl::StatusCode::kInvalidArgument)) << token;
  }
}

TEST(PageSize, ZeroIsTheDefaultAndTooManyIsRefused) {
  EXPECT_EQ(*ReadPageSize(0), kDefaultPageSize);
  EXPECT_EQ(*ReadPageSize(1000), 1000);
  EXPECT_THAT(ReadPageSize(1001), StatusIsCode(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(ReadPageSize(-1), StatusIsCode(absl::StatusCode::kInvalidArgument));
}

}  // namespace
}  // namespace sweepd
