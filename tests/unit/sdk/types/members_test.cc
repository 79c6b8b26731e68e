#include "core/sdk/types/members.h"

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/sdk/types/describe.h"

namespace svc {
namespace {

struct Empty {};
struct Inner {
  int x;
  std::string y;
};
struct Order {
  Inner first;
  std::optional<std::string> note;
  std::array<int, 3> three;
  std::vector<Inner> many;
  std::map<std::string, int> named;
  svc::Text<1, 32> text;
  svc::Default<svc::Int<1, 5>, 2> qty;
  bool class_;
};
struct Derived : Inner {
  int z;
};
struct MoveOnly {
  std::unique_ptr<int> owned;
  int plain;
};
struct SixtyFour {
  int a01, a02, a03, a04, a05, a06, a07, a08, a09, a10, a11, a12, a13, a14, a15, a16;
  int b01, b02, b03, b04, b05, b06, b07, b08, b09, b10, b11, b12, b13, b14, b15, b16;
  int c01, c02, c03, c04, c05, c06, c07, c08, c09, c10, c11, c12, c13, c14, c15, c16;
  int d01, d02, d03, d04, d05, d06, d07, d08, d09, d10, d11, d12, d13, d14, d15, d16;
};

TEST(Members, AreCounted) {
  struct Local {
    int one;
    double two;
  };
  EXPECT_EQ(detail::member_count<Empty>, 0u);
  EXPECT_EQ(detail::member_count<Inner>, 2u);
  EXPECT_EQ(detail::member_count<Order>, 8u);
  EXPECT_EQ(detail::member_count<Local>, 2u);
  EXPECT_EQ(detail::member_count<MoveOnly>, 2u);
  EXPECT_EQ(detail::member_count<SixtyFour>, 64u);
}

TEST(Members, HaveTheNamesOfTheSource) {
  struct Local {
    int one;
    Inner two;
  };
  EXPECT_EQ((detail::member_name<Order, 0>()), "first");
  EXPECT_EQ((detail::member_name<Order, 2>()), "three");
  EXPECT_EQ((detail::member_name<Order, 6>()), "qty");
  EXPECT_EQ((detail::member_name<Local, 0>()), "one");
  EXPECT_EQ((detail::member_name<Local, 1>()), "two");
  EXPECT_EQ((detail::member_name<SixtyFour, 63>()), "d16");
}

TEST(Members, NameWithAnUnderscoreBehindLosesIt) {
  EXPECT_EQ((detail::member_name<Order, 7>()), "class");
}

TEST(Members, AreVisitedInPlace) {
  Inner inner{1, "one"};
  detail::visit_members(inner, [](int& x, std::string& y) {
    ++x;
    y += "+";
  });
  EXPECT_EQ(inner.x, 2);
  EXPECT_EQ(inner.y, "one+");
}

TEST(Members, BaseClassIsNoticed) {
  EXPECT_TRUE(detail::has_base<Derived>);
  EXPECT_FALSE(detail::has_base<Inner>);
  EXPECT_FALSE(detail::has_base<Order>);
}

}  // namespace
}  // namespace svc
