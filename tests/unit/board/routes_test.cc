// Rows of routes: found by name by whoever owns the slot next, summed over all slots.
#include "core/board/routes.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <string>
#include <vector>

#include "core/board/board.h"

namespace svc {
namespace {

class RouteSlots : public ::testing::Test {
 protected:
  RouteSlot& take(size_t slot, std::string_view method, std::string_view pattern) {
    return take_route(board.slot(slot), board.routes(slot), "users", method, pattern);
  }
  std::vector<RouteTotals> totals(std::vector<size_t> alive = {}) {
    return route_totals(board, alive);
  }

  Board board = Board::create(8).value();
};

TEST_F(RouteSlots, AreFoundAgainByTheNextOwner) {
  board.claim(0, "users");
  RouteSlot& first = take(0, "GET", "/a");
  RouteSlot& second = take(0, "GET", "/b");
  EXPECT_NE(&first, &second);
  first.answers[2].add(3);
  first.in_flight.add(2);
  board.claim(0, "users");
  EXPECT_EQ(&take(0, "GET", "/b"), &second) << "in another order";
  EXPECT_EQ(&take(0, "GET", "/a"), &first);
  EXPECT_NE(&take(0, "POST", "/a"), &first);
  EXPECT_EQ(first.answers[2].get(), 3u);
  EXPECT_EQ(first.in_flight.get(), 0u) << "whoever ran them is dead";
  EXPECT_EQ(board.slot(0).routes_used.get(), 3u);
}

TEST_F(RouteSlots, AreSummedOverAllSlotsThatWereEverUsed) {
  for (const size_t slot : {0u, 2u, 5u}) {
    board.claim(slot, "users");
    RouteSlot& row = take(slot, "GET", "/users/{id}");
    row.answers[2].add(10);
    row.answers[4].add(1);
    row.failed.add(2);
    row.bytes_in.add(100);
    row.bytes_out.add(200);
    row.took_ns.add(5000);
    row.took[3].add(11);
    row.in_flight.add(1);
  }
  const auto sums = totals({2, 5});
  ASSERT_EQ(sums.size(), 1u);
  EXPECT_EQ(sums[0].service, "users");
  EXPECT_EQ(sums[0].method, "GET");
  EXPECT_EQ(sums[0].route, "/users/{id}");
  EXPECT_EQ(sums[0].answers[2], 30u);
  EXPECT_EQ(sums[0].answered(), 33u);
  EXPECT_EQ(sums[0].failed, 6u);
  EXPECT_EQ(sums[0].bytes_in, 300u);
  EXPECT_EQ(sums[0].bytes_out, 600u);
  EXPECT_EQ(sums[0].took_ns, 15'000u);
  EXPECT_EQ(sums[0].took[3], 33u);
  EXPECT_EQ(sums[0].in_flight, 2u) << "of the living only";
}

TEST_F(RouteSlots, ShareTheLastRowWhenThereAreTooMany) {
  board.claim(0, "users");
  for (size_t i = 0; i + 1 < kRoutesOfSlot; ++i) take(0, "GET", "/" + std::to_string(i));
  RouteSlot& one = take(0, "GET", "/one-too-many");
  EXPECT_EQ(&take(0, "GET", "/two-too-many"), &one);
  EXPECT_EQ(&one, &board.routes(0).back());
  one.answers[2].add(5);
  const auto sums = totals();
  ASSERT_EQ(sums.size(), kRoutesOfSlot);
  const auto other = std::ranges::find(sums, kOtherRoutes, &RouteTotals::route);
  ASSERT_NE(other, sums.end());
  EXPECT_EQ(other->method, kAnyMethod);
  EXPECT_EQ(other->answers[2], 5u);
  EXPECT_EQ(&take(0, "GET", "/7"), &board.routes(0)[7]) << "those that have one keep it";
}

TEST_F(RouteSlots, LongNamesAreCutAndStayTheirOwn) {
  const std::string longer(300, 'x');
  const std::string one = route_key("users", "GET", "/" + longer + "1");
  const std::string two = route_key("users", "GET", "/" + longer + "2");
  EXPECT_EQ(one.size(), 128u);
  EXPECT_NE(one, two);
  EXPECT_TRUE(one.starts_with("users GET /xxx"));
  // Not in the middle of a character.
  std::string umlauts = "/a";
  for (int i = 0; i < 100; ++i) umlauts += "ä";
  const std::string cut = route_key("users", "GET", umlauts);
  const size_t end = cut.find('~');
  ASSERT_NE(end, cut.npos);
  EXPECT_EQ(static_cast<unsigned char>(cut[end - 1]), 0xa4) << "its last byte";
}

TEST_F(RouteSlots, NonsenseInARowIsNobodysRoute) {
  board.claim(0, "users");
  take(0, "GET", "/a").key.set("nonsense");
  board.slot(0).routes_used.set(UINT64_MAX);
  EXPECT_TRUE(totals().empty());
  board.claim(0, "users");  // Bounded, too.
}

TEST(RouteSlotsMemory, RowsThatNobodyTookCostNothing) {
  Board board = Board::create(Board::kSlotsMax).value();
  for (size_t slot = 0; slot < 64; ++slot) {
    board.claim(slot, "users");
    for (int i = 0; i < 10; ++i)
      take_route(board.slot(slot), board.routes(slot), "users", "GET", "/" + std::to_string(i));
  }
  EXPECT_EQ(route_totals(board, {}).size(), 10u);
  struct stat facts {};
  ASSERT_EQ(::fstat(board.descriptor(), &facts), 0);
  EXPECT_LE(facts.st_blocks * 512, 64 * 100 * 1024) << "100 KiB for each worker at most";
}

}  // namespace
}  // namespace svc
