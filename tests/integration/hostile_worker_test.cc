// A worker that has been taken over writes nonsense over everything it shares with the master and
// sends nonsense over every socket it has: the master lives, signals no stranger, and serves.
#include <fmt/core.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>

#include "tests/support/http_client.h"
#include "tests/support/json.h"
#include "tests/support/load.h"
#include "tests/support/svcd.h"

namespace svc::testing {
namespace {

TEST(HostileWorker, HarmsNobodyButItsOwnService) {
  Svcd svcd(chaos_service("one", 1) + chaos_service("two", 1));
  ASSERT_TRUE(svcd.start()) << svcd.ready_text();
  auto stranger = Process::start({"sleep", "600"});
  Load two({.address = svcd.address("two"), .clients = 2, .think = 5ms});
  const pid_t hostile = svcd.workers("one").at(0);
  const auto answer = fetch(svcd.address("one"), fmt::format("/hostile/{}", stranger.pid()));
  ASSERT_TRUE(answer);
  ASSERT_EQ(answer->status, 200);
  // Longer than a second: what it may send in one is bounded.
  EXPECT_TRUE(throughout(
      [&] {
        const auto status = svcd.svcctl({"status", "--json"});
        return status.exit_code == 0 && is_json(status.out) && svcd.process().running() &&
               stranger.running();
      },
      4s));
  ASSERT_TRUE(two.wait_for(20));
  EXPECT_EQ(svcd.svcctl({"reload", "two"}).exit_code, 0);
  ASSERT_TRUE(two.wait_for(20));

  ::kill(hostile, SIGKILL);
  EXPECT_TRUE(eventually([&] {
    const auto workers = svcd.workers("one");
    return workers.size() == 1 && workers[0] != hostile;
  })) << svcd.status();
  EXPECT_EQ(fetch(svcd.address("one"), "/pid")->status, 200);
  const auto reloaded = svcd.svcctl({"reload"});
  EXPECT_EQ(reloaded.exit_code, 0) << reloaded.output;
  EXPECT_EQ(fetch(svcd.address("one"), "/pid")->status, 200);
  ASSERT_TRUE(two.wait_for(20));
  two.stop();
  EXPECT_EQ(two.failed(), 0u) << two.first_failure();
  EXPECT_TRUE(stranger.running());
  EXPECT_TRUE(svcd.stop());
}

// It is asked to go like any other, with what it has filled the hand-over pair with in its heirs'
// hands.
TEST(HostileWorker, IsReplacedByAReload) {
  Svcd svcd(chaos_service("one", 1, "graceful_timeout = \"2s\"\n"));
  ASSERT_TRUE(svcd.start()) << svcd.ready_text();
  const pid_t hostile = svcd.workers("one").at(0);
  ASSERT_TRUE(fetch(svcd.address("one"), "/hostile/1"));
  const auto reloaded = svcd.svcctl({"reload"});
  EXPECT_EQ(reloaded.exit_code, 0) << reloaded.output;
  EXPECT_TRUE(eventually([&] { return !process_exists(hostile); }));
  EXPECT_TRUE(svcd.wait_ready("one", 1));
  EXPECT_EQ(json_number(fetch(svcd.address("one"), "/pid")->body, "/generation"), 2);
  EXPECT_EQ(svcd.svcctl({"reload"}).exit_code, 0);
  EXPECT_TRUE(svcd.stop());
}

}  // namespace
}  // namespace svc::testing
