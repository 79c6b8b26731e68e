// A service that dies whenever it boots: tried again ever more seldom, told plainly, back as soon
// as a good generation is there; the others never notice.
#include <fmt/core.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <filesystem>
#include <string_view>

#include "tests/support/json.h"
#include "tests/support/load.h"
#include "tests/support/svcd.h"

namespace svc::testing {
namespace {

size_t forks_of(const Svcd& svcd, std::string_view worker) {
  const std::string log = svcd.log();
  size_t count = 0;
  for (size_t at = 0; (at = log.find(worker, at)) != log.npos; ++at) {
    const std::string_view line = std::string_view(log).substr(at, log.find('\n', at) - at);
    count += line.find(" started, generation ") != line.npos;
  }
  return count;
}

TEST(CrashLoop, IsToldAndBoundedAndEndsWithAGoodReload) {
  Svcd svcd("");
  const std::string broken = svcd.dir().file("broken");
  const std::string services =
      chaos_service("one", 1,
                    fmt::format("[service.one.options]\nboot_fail = \"crash\"\n"
                                "boot_fail_while = \"{}\"\n",
                                broken)) +
      chaos_service("two", 1);
  svcd.configure(services);
  ASSERT_TRUE(svcd.start()) << svcd.ready_text();
  Load two({.address = svcd.address("two"), .clients = 2, .think = 1ms});
  svcd.dir().write("broken", "");
  ::kill(svcd.workers("one").at(0), SIGKILL);
  // In place of the one that was killed; at once after its first failure; 0.5 s, 1 s, 2 s later.
  ASSERT_TRUE(eventually([&] { return forks_of(svcd, "one worker 0 ") >= 6; }));
  const auto sixth = Clock::now();
  const std::string status = svcd.status();
  EXPECT_EQ(json_text(status, "/services/0/state"), "crash-loop") << status;
  EXPECT_NE(json_text(status, "/services/0/last_death")->find("SIGSEGV"), std::string::npos);
  EXPECT_EQ(json_text(status, "/services/1/state"), "ready") << status;
  EXPECT_NE(svcd.svcctl({"status"}).output.find("crash-loop"), std::string::npos);
  EXPECT_NE(svcd.svcctl({"status"}).output.find("SIGSEGV"), std::string::npos);
  EXPECT_EQ(forks_of(svcd, "one worker 0 "), 6u) << "the next one is due in 4 s";
  EXPECT_LT(Clock::now() - sixth, 3s) << "too slow to tell";
  EXPECT_EQ(svcd.status("/services/0/passed_by"), "[]") << "there is nobody else";
  const auto told_times = [&](std::string_view text) {
    const std::string log = svcd.log();
    size_t times = 0;
    for (size_t at = log.find(text); at != log.npos; at = log.find(text, at + 1)) ++times;
    return times;
  };
  EXPECT_EQ(told_times("one: none of its workers can take connections"), 1u) << svcd.log();
  EXPECT_EQ(told_times("connections again"), 0u) << svcd.log();
  EXPECT_EQ(told_times("pass by worker"), 0u) << svcd.log();

  std::filesystem::remove(broken);
  const auto began = Clock::now();
  const auto told = svcd.svcctl({"reload"});
  EXPECT_EQ(told.exit_code, 0) << told.output;
  EXPECT_EQ(svcd.status("/services/0/state"), "\"ready\"");
  EXPECT_LT(Clock::now() - began, 3s) << "as fast as it boots, not when the next try is due";
  ASSERT_TRUE(two.wait_for(20));
  two.stop();
  EXPECT_EQ(two.failed(), 0u) << two.first_failure();
  EXPECT_TRUE(svcd.stop());
}

}  // namespace
}  // namespace svc::testing
