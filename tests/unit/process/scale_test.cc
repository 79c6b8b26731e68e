#include "core/process/scale.h"

#include <gtest/gtest.h>
#include <signal.h>

#include <atomic>
#include <set>
#include <thread>

#include "tests/support/eventually.h"
#include "tests/support/json.h"
#include "tests/unit/process/master_support.h"

namespace svc::testing {
namespace {

Result<Config> two_workers(Config config) {
  config.services["alpha"] = test_service("alpha", "serve", 2);
  return config;
}

bool has_workers(const TestMaster& master, size_t count) {
  return eventually([&] {
    return master.pids(0).size() == count && master.pids(0, "draining").empty() &&
           master.state(0) == "ready";
  });
}

TEST(Scale, TtinAddsOneWorkerAndKeepsTheOthers) {
  TestMaster master(two_workers);
  ASSERT_TRUE(master.wait_ready());
  const auto before = master.pids(0);
  master.signal(SIGTTIN);
  ASSERT_TRUE(has_workers(master, 3));
  const auto after = master.pids(0);
  EXPECT_EQ(after[0], before[0]);
  EXPECT_EQ(after[1], before[1]);
}

TEST(Scale, TtouTakesOneAwayAndNeverTheLast) {
  TestMaster master(two_workers);
  ASSERT_TRUE(master.wait_ready());
  const auto before = master.pids(0);
  master.signal(SIGTTOU);
  ASSERT_TRUE(has_workers(master, 1));
  EXPECT_EQ(master.pids(0)[0], before[0]);
  master.signal(SIGTTOU);
  EXPECT_TRUE(master.logged("alpha: not fewer than 1 worker"));
  EXPECT_EQ(master.pids(0).size(), 1U);
  // The parked queue is emptied by who is left: no connection waits for ever.
  for (int i = 0; i < 50; ++i) ASSERT_NE(ask(master.port(0)), "");
}

TEST(Scale, LosesNoConnectionUpAndDown) {
  TestMaster master(two_workers);
  ASSERT_TRUE(master.wait_ready());
  const uint16_t port = master.port(0);
  std::atomic<bool> over = false;
  std::atomic<int> answered = 0, failed = 0;
  std::thread client([&] {
    while (!over) (ask(port).empty() ? failed : answered)++;
  });
  for (const size_t wanted : {3U, 4U}) {
    master.signal(SIGTTIN);
    EXPECT_TRUE(has_workers(master, wanted));
  }
  for (const size_t wanted : {3U, 2U, 1U}) {
    master.signal(SIGTTOU);
    EXPECT_TRUE(has_workers(master, wanted));
  }
  master.signal(SIGTTIN);
  EXPECT_TRUE(has_workers(master, 2));
  over = true;
  client.join();
  EXPECT_EQ(failed, 0);
  EXPECT_GT(answered, 10);
}

TEST(Scale, AReplacementOfAScaledServiceEmptiesParkedQueuesToo) {
  TestMaster master(two_workers);
  ASSERT_TRUE(master.wait_ready());
  master.signal(SIGTTOU);
  ASSERT_TRUE(has_workers(master, 1));
  const pid_t before = master.pids(0)[0];
  ::kill(before, SIGKILL);
  ASSERT_TRUE(
      eventually([&] { return master.pids(0).size() == 1 && master.pids(0)[0] != before; }));
  for (int i = 0; i < 50; ++i) ASSERT_NE(ask(master.port(0)), "");
}

}  // namespace
}  // namespace svc::testing
