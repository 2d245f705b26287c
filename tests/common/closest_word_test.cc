#include "common/closest_word.h"

#include <gtest/gtest.h>

namespace sweepd {
namespace {

TEST(EditDistance, CountsInsertionsDeletionsSubstitutionsAndSwaps) {
  struct Case {
    const char* a;
    const char* b;
    int distance;
  };
  const Case cases[] = {{"", "", 0},      {"", "abc", 3},         {"abc", "abc", 0},   {"abc", "abd", 1},
                        {"abc", "ab", 1}, {"abc", "acb", 1},      {"abcd", "badc", 2}, {"kitten", "sitting", 3},
                        {"ca", "abc", 3}, {"metod", "method", 1}, {"goal", "gaol", 1}};
  for (const Case& c : cases) {
    EXPECT_EQ(EditDistance(c.a, c.b), c.distance) << c.a << " " << c.b;
    EXPECT_EQ(EditDistance(c.b, c.a), c.distance) << c.b << " " << c.a;
  }
}

TEST(ClosestWord, FindsALikelyMisspelling) {
  const std::vector<std::string> words = {"method", "metric", "parameters", "run_cap", "q"};
  EXPECT_EQ(ClosestWord("metod", words), "method");
  EXPECT_EQ(ClosestWord("METRIC", words), "metric");
  EXPECT_EQ(ClosestWord("paramters", words), "parameters");
  EXPECT_EQ(ClosestWord("runcap", words), "run_cap");
  EXPECT_EQ(ClosestWord("Q", words), "q");
}

TEST(ClosestWord, SaysNothingWhenNoWordIsNear) {
  EXPECT_EQ(ClosestWord("banana", {"method", "metric"}), "");
  EXPECT_EQ(ClosestWord("x", {"method"}), "");
  EXPECT_EQ(ClosestWord("x", {"a", "q"}), "");
  EXPECT_EQ(ClosestWord("method", {}), "");
  EXPECT_EQ(ClosestWord("", {"method"}), "");
}

TEST(ClosestWord, TakesTheFirstOfTwoEquallyNear) { EXPECT_EQ(ClosestWord("bat", {"cat", "hat"}), "cat"); }

TEST(ClosestWord, IgnoresWordsThatAreTooLongToBeWords) {
  const std::string word(1000, 'x');
  EXPECT_EQ(ClosestWord(word, {word}), "");
}

}  // namespace
}  // namespace sweepd
