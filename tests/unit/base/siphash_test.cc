#include "core/base/siphash.h"

#include <gtest/gtest.h>

#include <string>

namespace svc {
namespace {

// The vectors of the authors' reference: key 00 01 … 0f, input 00 01 … (n - 1).
TEST(SipHash, IsTheOneOfThePaper) {
  const HashSeed seed = {0x0706050403020100, 0x0f0e0d0c0b0a0908};
  std::string input;
  EXPECT_EQ(siphash(seed, input), 0x726fdb47dd0e0e31u);
  for (char byte = 0; byte < 8; ++byte) input += byte;
  EXPECT_EQ(siphash(seed, input), 0x93f5f5799a932462u);
  for (char byte = 8; byte < 15; ++byte) input += byte;
  EXPECT_EQ(siphash(seed, input), 0xa129ca6149be45e5u);
}

TEST(SipHash, ChangesWithItsSeed) { EXPECT_NE(siphash({1, 2}, "ann"), siphash({1, 3}, "ann")); }

}  // namespace
}  // namespace svc
