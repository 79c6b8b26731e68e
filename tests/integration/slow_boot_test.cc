// Workers that take long to boot keep nobody waiting: not clients, not operators, not the rest.
#include <gtest/gtest.h>
#include <signal.h>

#include "tests/support/load.h"
#include "tests/support/svcd.h"

namespace svc::testing {
namespace {

constexpr auto kPatience = 2s;  // Far less than the boot; far more than a loaded machine needs.

TEST(SlowBoot, DelaysNeitherClientsNorOperatorsNorOtherServices) {
  const std::string slow = "[service.one.options]\nboot_delay_ms = 5000\n";
  Svcd svcd(chaos_service("one", 2) + chaos_service("two", 1));
  ASSERT_TRUE(svcd.start()) << svcd.ready_text();
  Load one({.address = svcd.address("one"), .clients = 2, .keep_alive = true, .think = 1ms});
  Load fresh({.address = svcd.address("one"), .clients = 2, .think = 1ms});
  svcd.configure(chaos_service("one", 2, slow) + chaos_service("two", 1));
  auto reload = Process::start({program("svcctl"), "-c", svcd.config_path(), "reload"},
                               {.output = svcd.dir().file("said")});
  ASSERT_TRUE(eventually([&] { return svcd.status("/services/0/state") == "\"reloading\""; }));

  const pid_t victim = svcd.workers("two").at(0);
  auto began = Clock::now();
  ::kill(victim, SIGKILL);
  // The new generation of "two" is ready long before that of "one", and waits in standby.
  EXPECT_TRUE(eventually([&] {
    const auto ready = svcd.workers("two");
    return ready.size() == 1 && ready[0] != victim;
  }));
  EXPECT_LT(Clock::now() - began, kPatience);
  while (reload.running()) {
    began = Clock::now();
    ASSERT_EQ(svcd.svcctl({"status"}).exit_code, 0);
    EXPECT_LT(Clock::now() - began, kPatience);
    ASSERT_TRUE(one.wait_for(20));
  }
  EXPECT_EQ(reload.exit_code(), 0) << read_file(svcd.dir().file("said"));
  ASSERT_TRUE(one.wait_for(50) && fresh.wait_for(50));
  EXPECT_EQ(svcd.generation("one"), 2);
  one.stop();
  fresh.stop();
  EXPECT_EQ(one.failed(), 0u) << one.first_failure();
  EXPECT_EQ(fresh.failed(), 0u) << fresh.first_failure();
  EXPECT_LT(one.slowest(), kPatience);
  EXPECT_LT(fresh.slowest(), kPatience);
  EXPECT_TRUE(svcd.stop());
}

}  // namespace
}  // namespace svc::testing
