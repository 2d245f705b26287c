#include "common/ids.h"

#include <gtest/gtest.h>

#include <set>

namespace sweepd {
namespace {

TEST(Ids, AreMadeOfTheirAlphabets) {
  SeededIdSource ids(1);
  for (int i = 0; i < 100; ++i) {
    const std::string id = MakeBase32Id(ids, 8);
    EXPECT_EQ(id.size(), 8u);
    EXPECT_EQ(id.find_first_not_of("abcdefghijklmnopqrstuvwxyz234567"), std::string::npos) << id;
    const std::string token = MakeToken(ids);
    EXPECT_EQ(token.size(), 32u);
    EXPECT_EQ(token.find_first_not_of("0123456789abcdef"), std::string::npos) << token;
  }
}

TEST(Ids, RepeatForASeedAndDifferOtherwise) {
  SeededIdSource first(1);
  SeededIdSource again(1);
  SeededIdSource other(2);
  const std::string id = MakeBase32Id(first, 12);
  EXPECT_EQ(MakeBase32Id(again, 12), id);
  EXPECT_NE(MakeBase32Id(other, 12), id);
}

TEST(Ids, OfLaterTimesSortBehindEarlierOnes) {
  SeededIdSource ids(1);
  const absl::Time start = absl::FromUnixMillis(1'700'000'000'000);
  std::string earlier;
  for (int i = 0; i < 100; ++i) {
    const std::string id = MakeTimeOrderedId(ids, start + i * absl::Milliseconds(1));
    EXPECT_EQ(id.size(), 32u);
    EXPECT_EQ(id.find_first_not_of("0123456789abcdef"), std::string::npos) << id;
    EXPECT_LT(earlier, id);
    earlier = id;
  }
  EXPECT_NE(MakeTimeOrderedId(ids, start), MakeTimeOrderedId(ids, start));
}

TEST(Ids, FromTheSystemDoNotRepeat) {
  RandomIdSource ids;
  std::set<uint64_t> words;
  for (int i = 0; i < 1000; ++i) words.insert(ids.NextWord());
  EXPECT_EQ(words.size(), 1000u);
}

}  // namespace
}  // namespace sweepd
