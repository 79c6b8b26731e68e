// Who is who: strangers that become our children are reaped and mistaken for nobody; a pid file is
// believed only as far as its lock goes.
#include <fmt/core.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <vector>

#include "tests/support/http_client.h"
#include "tests/support/pid1.h"
#include "tests/support/proc.h"

namespace svc::testing {
namespace {

TEST(Pid1, StrangersAreReapedAndNoneIsTakenForAWorker) {
  if (!Pid1::possible())
    GTEST_SKIP() << "a pid namespace with a /proc of its own needs more privileges";
  Svcd svcd(chaos_service("one", 2));
  Pid1 container;
  ASSERT_TRUE(container.start(svcd)) << svcd.log();
  const auto workers = svcd.workers("one");
  EXPECT_TRUE(container.make_strangers(500));
  EXPECT_TRUE(eventually([&] { return !container.has_zombies(); }));
  EXPECT_EQ(svcd.workers("one"), workers);
  EXPECT_EQ(svcd.status("/services/0/restarts"), "0");
  EXPECT_EQ(fetch(svcd.address("one"), "/pid")->status, 200);
  EXPECT_EQ(container.stop(), 0);
}

// As a shell leaves them that starts something in the background and then becomes svcd.
TEST(Pid1, ChildrenThatTheMasterWasStartedWithAreReapedToo) {
  Svcd svcd(chaos_service("one", 1));
  ProcessOptions options;
  options.before_exec = [] {
    for (int i = 0; i < 50; ++i) {
      if (::fork() == 0) ::_exit(i);
    }
  };
  ASSERT_TRUE(svcd.start(options)) << svcd.ready_text();
  const auto workers = svcd.workers("one");
  EXPECT_TRUE(eventually([&] { return children_of(svcd.pid()) == workers; }))
      << children_of(svcd.pid()).size() << " children";
  EXPECT_EQ(svcd.status("/services/0/restarts"), "0");
  EXPECT_TRUE(svcd.stop());
}

TEST(PidFile, ThatNamesALivingStrangerBlocksNobody) {
  Svcd svcd(chaos_service("one", 1));
  auto stranger = Process::start({"sleep", "600"});
  svcd.dir().write("run/test/pid", fmt::format("{}\n", stranger.pid()));
  ASSERT_TRUE(svcd.start()) << svcd.ready_text();
  EXPECT_EQ(fetch(svcd.address("one"), "/pid")->status, 200);
  EXPECT_EQ(read_file(svcd.dir().file("run/test/pid")), fmt::format("{}\n", svcd.pid()));
  EXPECT_TRUE(svcd.stop());
  EXPECT_TRUE(stranger.running());
}

TEST(PidFile, OfRacingStartsOneWins) {
  Svcd svcd(chaos_service("one", 1));
  std::vector<Process> racers;
  for (int i = 0; i < 20; ++i)
    racers.push_back(Process::start({program("svcd"), "-c", svcd.config_path()},
                                    {.output = svcd.dir().file("output")}));
  const auto running = [&] {
    return std::count_if(racers.begin(), racers.end(), [](Process& it) { return it.running(); });
  };
  ASSERT_TRUE(eventually([&] { return running() == 1; })) << running() << " run";
  ASSERT_TRUE(svcd.wait_ready("one", 1));
  for (Process& racer : racers) {
    if (!racer.running()) {
      EXPECT_EQ(racer.exit_code(), 1);
      continue;
    }
    EXPECT_EQ(svcd.status("/pid"), std::to_string(racer.pid()));
    EXPECT_EQ(fetch(svcd.address("one"), "/pid")->status, 200);
    racer.signal(SIGTERM);
    EXPECT_EQ(racer.exit_code(), 0);
  }
}

}  // namespace
}  // namespace svc::testing
