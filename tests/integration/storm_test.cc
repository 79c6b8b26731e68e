// Reloads faster than generations boot, under every kind of traffic: nobody notices, and no more
// than two generations live at once.
#include <gtest/gtest.h>

#include "tests/support/storm.h"

namespace svc::testing {
namespace {

class ReloadStorm : public ::testing::TestWithParam<Traffic> {};

TEST_P(ReloadStorm, LosesNoRequestAndKeepsTwoGenerationsAtMost) {
  const Storm seen =
      storm(GetParam(), {.quiet = 0ms, .lasts = 4s, .reloads = 80, .count_generations = true});
  EXPECT_GT(seen.answered, 0u);
  EXPECT_EQ(seen.failed, 0u) << seen.first_failure;
  EXPECT_LE(seen.generations_most, 2u);
  EXPECT_GE(seen.promoted, 2);
  EXPECT_TRUE(seen.stopped);
}

INSTANTIATE_TEST_SUITE_P(
    Traffic, ReloadStorm,
    ::testing::Values(Traffic{false, 0ms, Sockets::reuseport}, Traffic{false, 0ms, Sockets::shared},
                      Traffic{false, 0ms, Sockets::unix_}, Traffic{true, 0ms, Sockets::reuseport},
                      Traffic{true, 1ms, Sockets::shared}, Traffic{true, 5ms, Sockets::reuseport},
                      Traffic{true, 200ms, Sockets::unix_},
                      Traffic{true, 3000ms, Sockets::reuseport}),
    [](const auto& row) { return row.param.identifier(); });

}  // namespace
}  // namespace svc::testing
