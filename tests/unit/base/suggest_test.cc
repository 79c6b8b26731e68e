#include "core/base/suggest.h"

#include <gtest/gtest.h>

#include <array>
#include <string>

namespace svc {
namespace {

constexpr std::array<std::string_view, 5> kNames{"workers", "threads", "backlog", "listen", "user"};

TEST(Suggest, FindsTheNameBehindOneWrongLetter) {
  EXPECT_EQ(suggest("worker", kNames), "workers");    // One missing.
  EXPECT_EQ(suggest("worksers", kNames), "workers");  // One too many.
  EXPECT_EQ(suggest("theeads", kNames), "threads");   // One replaced.
  EXPECT_EQ(suggest("lsiten", kNames), "listen");     // Two swapped.
}

TEST(Suggest, SwappedNeighboursAreOneMistake) {
  constexpr std::array<std::string_view, 1> kOne{"ab"};
  EXPECT_EQ(suggest("ba", kOne), "ab");
}

TEST(Suggest, CaseIsNoMistake) { EXPECT_EQ(suggest("WORKERS", kNames), "workers"); }

TEST(Suggest, SaysNothingWhenNothingIsNear) {
  EXPECT_EQ(suggest("database", kNames), std::nullopt);
  EXPECT_EQ(suggest("x", kNames), std::nullopt);
  EXPECT_EQ(suggest("", kNames), std::nullopt);
  EXPECT_EQ(suggest("workers", {}), std::nullopt);
}

TEST(Suggest, TakesTheNearestAndOfTwoTheFirst) {
  constexpr std::array<std::string_view, 3> kNear{"header_max", "headers_max", "headerz_max"};
  EXPECT_EQ(suggest("headers_maxx", kNear), "headers_max");
  EXPECT_EQ(suggest("headerq_max", kNear), "header_max");
}

TEST(Suggest, OneLetterNamesHaveNothingInCommon) {
  constexpr std::array<std::string_view, 1> kOne{"a"};
  EXPECT_EQ(suggest("b", kOne), std::nullopt);
}

TEST(Suggest, EndlessNamesCostNothing) {
  const std::string endless(1 << 20, 'w');
  const std::array<std::string_view, 1> candidates{endless};
  EXPECT_EQ(suggest(endless, kNames), std::nullopt);
  EXPECT_EQ(suggest("workers", candidates), std::nullopt);
}

}  // namespace
}  // namespace svc
