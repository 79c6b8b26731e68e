// What a server counts of each route, on a board.
#include "core/http/route_counters.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "server_support.h"

namespace svc {
namespace {

class CountedRoutes : public ::testing::Test {
 protected:
  CountedRoutes() { board_.claim(0, "users"); }

  RouteCounters counters(const std::vector<RouteInfo>& routes) {
    return RouteCounters(board_.slot(0), board_.routes(0), "users", routes);
  }
  RouteTotals total(std::string_view route) {
    const std::vector<size_t> alive = {0};
    for (const RouteTotals& it : route_totals(board_, alive))
      if (it.route == route) return it;
    ADD_FAILURE() << "no row " << route;
    return {};
  }
  static EndedRequest ended(uint32_t route, int status, Duration took, bool complete = true) {
    return {.route = route,
            .status = status,
            .complete = complete,
            .bytes_in = 7,
            .bytes_out = 70,
            .began = Instant(1h),
            .ended = Instant(1h) + took};
  }

  Board board_ = Board::create(2).value();
};

TEST_F(CountedRoutes, EachHasItsOwnAndWhatHasNoneTheFirst) {
  RouteCounters routes = counters({{"GET", "/a"}, {"POST", "/a"}});
  routes.request_over(ended(0, 200, 3ms));
  routes.request_over(ended(0, 503, 40s));
  routes.request_over(ended(kRouteNone, 404, 1us));
  routes.request_over(ended(99, 404, 1us));  // Nobody's: no such index.
  routes.handler_began(0);
  const RouteTotals a = total("/a");
  EXPECT_EQ(a.method, "GET");
  EXPECT_EQ(a.answers[2], 1u);
  EXPECT_EQ(a.answers[5], 1u);
  EXPECT_EQ(a.took[latency_bucket(3ms)], 1u);
  EXPECT_EQ(a.took.back(), 1u);
  EXPECT_EQ(a.took_ns, static_cast<uint64_t>(Duration(40'003ms).count()));
  EXPECT_EQ(a.bytes_in, 14u);
  EXPECT_EQ(a.bytes_out, 140u);
  EXPECT_EQ(a.in_flight, 1u);
  EXPECT_EQ(total(kNoRoute).answers[4], 2u);
  EXPECT_EQ(total(kNoRoute).method, kAnyMethod);
}

TEST_F(CountedRoutes, WhatWasCutIsNoAnswer) {
  RouteCounters routes = counters({{"GET", "/a"}});
  routes.request_over(ended(0, 200, 3ms, false));
  EXPECT_EQ(total("/a").answered(), 0u);
  EXPECT_EQ(total("/a").failed, 1u);
  EXPECT_EQ(total("/a").took[latency_bucket(3ms)], 0u);
}

TEST_F(CountedRoutes, TheNextGenerationGoesOnInItsOwnOrder) {
  {
    RouteCounters routes = counters({{"GET", "/a"}, {"GET", "/b"}});
    routes.request_over(ended(0, 200, 1ms));
    routes.request_over(ended(1, 200, 1ms));
  }
  board_.claim(0, "users");
  RouteCounters routes = counters({{"GET", "/b"}, {"GET", "/c"}, {"GET", "/a"}});
  routes.request_over(ended(2, 200, 1ms));
  EXPECT_EQ(total("/a").answers[2], 2u);
  EXPECT_EQ(total("/b").answers[2], 1u);
  EXPECT_EQ(total("/c").answers[2], 0u);
}

TEST(RouteCounters, WithoutABoardCountForNobody) {
  WorkerSlot slot;
  const std::vector<RouteInfo> routes = {{"GET", "/a"}};
  RouteCounters counters(slot, {}, "", routes);
  counters.handler_began(0);
  counters.handler_ended(0);
  counters.request_over({.route = kRouteNone, .status = 200, .complete = true});
}

}  // namespace
}  // namespace svc
