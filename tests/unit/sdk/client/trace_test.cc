// traceparent: what a call says of the request that it is made for.
#include "core/sdk/client/trace.h"

#include <gtest/gtest.h>

namespace svc {
namespace {

constexpr std::string_view kParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

TEST(Traceparent, AChildKeepsTheTraceAndItsFlags) {
  const std::string child = child_traceparent(kParent);
  EXPECT_TRUE(parse_traceparent(child));
  EXPECT_EQ(child.substr(0, 36), kParent.substr(0, 36));
  EXPECT_NE(child.substr(36, 16), kParent.substr(36, 16));
  EXPECT_EQ(child.substr(52), "-01");
  EXPECT_TRUE(parse_traceparent(child_traceparent("")));
  EXPECT_TRUE(child_traceparent("nonsense").ends_with("-00"));
}

}  // namespace
}  // namespace svc
