// Work in the background is waited for when its worker goes, as long as requests are.
#include <gtest/gtest.h>

#include "tests/support/eventually.h"
#include "tests/support/http_client.h"
#include "tests/support/svcd.h"

namespace svc::testing {
namespace {

int leave_to_background(const Svcd& svcd, std::string_view ms) {
  const auto answer = fetch(svcd.address("one"), "GET", "/background/" + std::string(ms), {}, {});
  return answer ? answer->status : 0;
}

TEST(Background, OfAnOldGenerationIsFinished) {
  Svcd svcd(chaos_service("one", 1));
  ASSERT_TRUE(svcd.start()) << svcd.ready_text();
  ASSERT_EQ(leave_to_background(svcd, "1500"), 200);
  ASSERT_EQ(svcd.svcctl({"reload"}).exit_code, 0);
  EXPECT_TRUE(eventually([&] { return svcd.log_has("1500 ms in the background are over"); }));
  EXPECT_EQ(svcd.generation("one"), 2);
  EXPECT_TRUE(svcd.stop());
  EXPECT_EQ(svcd.log().find("was cancelled"), std::string::npos) << svcd.log();
}

TEST(Background, ThatTakesTooLongIsCancelledAtAStop) {
  Svcd svcd(chaos_service("one", 1, "graceful_timeout = \"2s\"\n"));
  ASSERT_TRUE(svcd.start()) << svcd.ready_text();
  ASSERT_EQ(leave_to_background(svcd, "600000"), 200);
  EXPECT_TRUE(svcd.stop());
  EXPECT_TRUE(svcd.log_has("/background/{ms}: background work was cancelled")) << svcd.log();
  // Nobody had to be killed.
  EXPECT_EQ(svcd.log().find("graceful_timeout"), std::string::npos) << svcd.log();
}

}  // namespace
}  // namespace svc::testing
