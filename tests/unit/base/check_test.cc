#include "core/base/check.h"

#include <gtest/gtest.h>

namespace svc {
namespace {

TEST(Check, SaysWhereAndWhatAndAborts) {
  EXPECT_EXIT(SVC_CHECK(1 + 1 == 3), ::testing::KilledBySignal(SIGABRT),
              "check_test.cc:[0-9]+: check failed: 1 \\+ 1 == 3");
}

TEST(Check, EvaluatesItsConditionOnce) {
  int times = 0;
  SVC_CHECK(++times == 1);
  EXPECT_EQ(times, 1);
}

TEST(Check, CutsAnEndlessExpression) {
  const std::string endless(100'000, 'x');
  EXPECT_EXIT(check_failed("file.cc", 7, endless.c_str()), ::testing::KilledBySignal(SIGABRT),
              "file.cc:7: check failed: xxx");
}

}  // namespace
}  // namespace svc
