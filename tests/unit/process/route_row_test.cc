#include "core/process/route_row.h"

#include <gtest/gtest.h>

namespace svc {
namespace {

TEST(RouteRow, ComesBackAsItWasTold) {
  RouteRow row;
  row.method = "POST";
  row.pattern = "/a/{b}";
  row.name = "make";
  row.summary = "Makes\tan\norder";
  row.deadline = std::chrono::milliseconds(1500);
  row.body_max = 16;
  row.offloaded = true;
  row.around = {"cors", "rate limit 5/s"};
  const std::string line = encode_route_row(row);
  ASSERT_TRUE(line.ends_with('\n'));
  EXPECT_EQ(line.find('\n'), line.size() - 1);
  const RouteRow back = parse_route_row(std::string_view(line).substr(0, line.size() - 1));
  EXPECT_EQ(back.method, "POST");
  EXPECT_EQ(back.pattern, "/a/{b}");
  EXPECT_EQ(back.name, "make");
  EXPECT_EQ(back.summary, "Makes an order");
  EXPECT_EQ(back.deadline, row.deadline);
  EXPECT_EQ(back.body_max, 16u);
  EXPECT_TRUE(back.offloaded);
  EXPECT_EQ(back.around, row.around);
  EXPECT_EQ(route_row_name(line), "POST /a/{b}");
}

TEST(RouteRow, AnyTextIsSomeRow) {
  EXPECT_EQ(parse_route_row("GET /").pattern, "/");
  EXPECT_EQ(parse_route_row("").method, "");
  EXPECT_EQ(parse_route_row("\t\t\t99999999999999999999\t-1\t2\t\x1f\x1f").around.size(), 2u);
  RouteRow long_one;
  long_one.summary = std::string(10'000, 'x');
  EXPECT_LT(encode_route_row(long_one).size(), 300u);
}

}  // namespace
}  // namespace svc
