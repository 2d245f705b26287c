#include "server/spec/problem_list.h"

#include <gtest/gtest.h>

namespace sweepd {
namespace {

TEST(GuessWord, KnowsMisspeltShortenedAndLongerWords) {
  EXPECT_EQ(GuessWord("metod", {"method", "metric"}), "method");
  EXPECT_EQ(GuessWord("max", {"minimize", "maximize"}), "maximize");
  EXPECT_EQ(GuessWord("bayesian", {"grid", "bayes"}), "bayes");
}

TEST(GuessWord, TakesTheSameLettersForTheNearest) {
  EXPECT_EQ(GuessWord("quniform", {"uniform", "q_uniform"}), "q_uniform");
  EXPECT_EQ(GuessWord("max-parallel", {"max_parallel"}), "max_parallel");
}

TEST(GuessWord, KnowsWhatOtherToolsSayWhereOursMayStand) {
  EXPECT_EQ(GuessWord("minimum", {"min", "max"}), "min");
  EXPECT_EQ(GuessWord("minimum", {"minimize", "maximize"}), "minimize");
  EXPECT_EQ(GuessWord("Choices", {"value", "values"}), "values");
  EXPECT_EQ(GuessWord("choices", {"lr"}), "");
}

TEST(GuessWord, SaysNothingWhenNoWordIsNear) {
  EXPECT_EQ(GuessWord("banana", {"method", "a"}), "");
  EXPECT_EQ(GuessWord("1", {"a", "q"}), "");
  EXPECT_EQ(GuessWord("--", {"a-b"}), "");
  EXPECT_EQ(GuessWord("", {"method"}), "");
}

TEST(JoinAlternatives, ReadsLikeASentence) {
  EXPECT_EQ(JoinAlternatives({}), "");
  EXPECT_EQ(JoinAlternatives({"a"}), "a");
  EXPECT_EQ(JoinAlternatives({"a", "b", "c"}), "a, b or c");
}

}  // namespace
}  // namespace sweepd
