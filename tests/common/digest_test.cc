#include "common/digest.h"

#include <gtest/gtest.h>

namespace sweepd {
namespace {

// FIPS 180-2, appendix B.1.
TEST(Digest, Sha256OfAbc) {
  EXPECT_EQ(Sha256Hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

// RFC 4231, test case 2.
TEST(Digest, HmacSha256OfTheRfc) {
  EXPECT_EQ(HmacSha256Hex("Jefe", "what do ya want for nothing?"),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

TEST(Digest, ComparesSecrets) {
  EXPECT_TRUE(EqualInConstantTime("abc", "abc"));
  EXPECT_FALSE(EqualInConstantTime("abc", "abd"));
  EXPECT_FALSE(EqualInConstantTime("abc", "ab"));
  EXPECT_TRUE(EqualInConstantTime("", ""));
}

TEST(Digest, OfPiecesIsTheDigestOfTheWhole) {
  Sha256 digest;
  for (const char* piece : {"ab", "", "c"}) digest.Add(piece);
  EXPECT_EQ(digest.Hex(), Sha256Hex("abc"));
}

}  // namespace
}  // namespace sweepd
