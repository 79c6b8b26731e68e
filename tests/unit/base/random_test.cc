#include "core/base/random.h"

#include <gtest/gtest.h>

#include <set>
#include <thread>

#include "base_support.h"

namespace svc {
namespace {

// Reference values of xoshiro256** 1.0 with the state that splitmix64 makes of 0.
TEST(Random, TheSameSeedGivesTheSameNumbers) {
  Random random(0);
  EXPECT_EQ(random(), 0x99EC5F36CB75F2B4u);
  EXPECT_EQ(random(), 0xBF6E1F784956452Au);
  EXPECT_EQ(random(), 0x1A5F849D4933E6E0u);
}

TEST(Random, BelowReachesEveryNumberAndNoOther) {
  Random random(5);
  std::set<uint64_t> seen;
  for (int round = 0; round < 1000; ++round) seen.insert(random.below(7));
  EXPECT_EQ(seen, (std::set<uint64_t>{0, 1, 2, 3, 4, 5, 6}));
  EXPECT_EQ(random.below(1), 0u);
  EXPECT_DEATH(random.below(0), "check failed");
}

TEST(Random, UnitStaysInItsInterval) {
  Random random(6);
  double sum = 0;
  for (int round = 0; round < 10'000; ++round) {
    const double number = random.unit();
    ASSERT_GE(number, 0.0);
    ASSERT_LT(number, 1.0);
    sum += number;
  }
  EXPECT_NEAR(sum / 10'000, 0.5, 0.02);
}

TEST(ThreadRandom, ParentAndChildrenGoDifferentWays) {
  thread_random()();  // Seeded before the fork: that is what must not be inherited.
  const auto number = [] { return std::to_string(thread_random()()); };
  const std::string first = in_child(number);
  const std::string second = in_child(number);
  EXPECT_NE(first, second);
  EXPECT_NE(first, number());
}

TEST(ThreadRandom, EveryThreadHasItsOwn) {
  uint64_t elsewhere = 0;
  std::thread([&] { elsewhere = thread_random()(); }).join();
  EXPECT_NE(elsewhere, thread_random()());
}

TEST(RandomHex, HasTwoDigitsAByte) {
  EXPECT_EQ(random_hex(0), "");
  for (const size_t bytes : {1u, 8u, 11u, 16u}) {
    const std::string text = random_hex(bytes);
    EXPECT_EQ(text.size(), bytes * 2);
    EXPECT_EQ(text.find_first_not_of("0123456789abcdef"), std::string::npos) << text;
  }
  EXPECT_NE(random_hex(16), random_hex(16));
}

}  // namespace
}  // namespace svc
