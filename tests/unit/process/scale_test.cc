#include "core/process/scale.h"

#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
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

// Kills it and waits for the one in its place.
void replace_worker(const TestMaster& master, size_t index) {
  const auto before = master.pids(0);
  ASSERT_GT(before.size(), index);
  ::kill(before[index], SIGKILL);
  ASSERT_TRUE(eventually([&] {
    const auto now = master.pids(0);
    return now.size() == before.size() &&
           std::find(now.begin(), now.end(), before[index]) == now.end();
  }));
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
  replace_worker(master, 0);
  for (int i = 0; i < 50; ++i) ASSERT_NE(ask(master.port(0)), "");
}

// Which queue is whose depends on their number, and a death makes a worker out of the new number.
TEST(Scale, AReplacementAfterSeveralStepsLeavesNoQueueAlone) {
  TestMaster master(two_workers);
  ASSERT_TRUE(master.wait_ready());
  for (const auto& [signal, wanted] :
       {std::pair{SIGTTIN, 3U}, {SIGTTIN, 4U}, {SIGTTOU, 3U}, {SIGTTOU, 2U}}) {
    master.signal(signal);
    ASSERT_TRUE(has_workers(master, wanted));
  }
  for (const size_t index : {0U, 1U}) {
    replace_worker(master, index);
    for (int i = 0; i < 100; ++i) ASSERT_NE(ask(master.port(0)), "") << "after " << index;
  }
  master.signal(SIGTTIN);
  ASSERT_TRUE(has_workers(master, 3));
  for (const size_t index : {0U, 1U, 2U}) {
    replace_worker(master, index);
    for (int i = 0; i < 100; ++i) ASSERT_NE(ask(master.port(0)), "") << "after " << index;
  }
}

TEST(Scale, IsNotDoneWhileTheMasterStarts) {
  TestMaster master([](Config config) {
    config.services["alpha"] = test_service("alpha", "hang", 1);
    return Result<Config>(std::move(config));
  });
  ASSERT_TRUE(master.wait_state(0, "booting"));
  master.signal(SIGTTIN);
  EXPECT_TRUE(master.logged("the signal is ignored: the start is under way"));
}

}  // namespace
}  // namespace svc::testing
