// SIGTERM under load: whoever was let in gets a whole answer, whoever comes later is refused, and
// the end comes as soon as the last answer is out.
#include <fmt/core.h>
#include <gtest/gtest.h>
#include <linux/capability.h>
#include <signal.h>
#include <sys/prctl.h>

#include "tests/support/http_client.h"
#include "tests/support/load.h"
#include "tests/support/storm.h"

namespace svc::testing {
namespace {

// Generous for a loaded machine; bench/ops measures against 150 ms.
constexpr auto kEndMax = 3s;

// As most servers run: no filter may be put on a TCP socket (core/net/full_queue.h).
ProcessOptions without_net_admin() {
  ProcessOptions options;
  options.before_exec = [] { ::prctl(PR_CAPBSET_DROP, CAP_NET_ADMIN); };
  return options;
}

class TermUnderLoad : public ::testing::TestWithParam<Traffic> {};

void expect_answers_then_refusals(const Traffic& traffic, const ProcessOptions& options) {
  Svcd svcd("");
  svcd.configure(chaos_on(svcd, traffic.sockets, 2));
  ASSERT_TRUE(svcd.start(options)) << svcd.ready_text();
  Load load({.address = svcd.address("one"),
             .target = "/sleep/100",
             .clients = 16,
             .keep_alive = traffic.keep_alive,
             .think = traffic.think,
             .until_refused = true});
  ASSERT_TRUE(load.wait_for(50));
  const auto began = Clock::now();
  svcd.process().signal(SIGTERM);
  EXPECT_EQ(svcd.process().exit_code(), 0);
  EXPECT_LT(Clock::now() - began, kEndMax);
  EXPECT_TRUE(load.refused());
  load.stop();
  EXPECT_EQ(load.failed(), 0u) << load.first_failure();
}

TEST_P(TermUnderLoad, AnswersAllThatCameAndThenRefuses) {
  expect_answers_then_refusals(GetParam(), {});
}

TEST_P(TermUnderLoad, DoesSoWithoutPrivileges) {
  expect_answers_then_refusals(GetParam(), without_net_admin());
}

INSTANTIATE_TEST_SUITE_P(Traffic, TermUnderLoad,
                         ::testing::Values(Traffic{false, 0ms, Sockets::reuseport},
                                           Traffic{false, 0ms, Sockets::shared},
                                           Traffic{false, 0ms, Sockets::unix_},
                                           Traffic{true, 0ms, Sockets::reuseport},
                                           Traffic{true, 0ms, Sockets::unix_}),
                         [](const auto& row) { return row.param.identifier(); });

// One worker whose handlers hold the loop: most connections wait in the kernel's queue.
TEST(TermUnderLoad, AnswersThoseWhoWaitedToBeAccepted) {
  for (const Sockets sockets : {Sockets::reuseport, Sockets::unix_}) {
    Svcd svcd("");
    svcd.configure(chaos_on(svcd, sockets, 1));
    ASSERT_TRUE(svcd.start()) << svcd.ready_text();
    Load load({.address = svcd.address("one"),
               .target = "/spin/30",
               .clients = 20,
               .until_refused = true});
    ASSERT_TRUE(load.wait_for(20));
    svcd.process().signal(SIGTERM);
    EXPECT_EQ(svcd.process().exit_code(), 0);
    EXPECT_TRUE(load.refused());
    load.stop();
    EXPECT_EQ(load.failed(), 0u) << name_of(sockets) << ": " << load.first_failure();
  }
}

TEST(TermUnderLoad, WaitsNoLongerThanGracefulTimeout) {
  Svcd svcd(chaos_service("one", 1, "graceful_timeout = \"1s\"\n"));
  ASSERT_TRUE(svcd.start()) << svcd.ready_text();
  HttpClient client(svcd.address("one"));
  ASSERT_TRUE(client.send("GET /sleep/60000 HTTP/1.1\r\nHost: test\r\n\r\n"));
  ASSERT_TRUE(eventually([&] { return svcd.status("/services/0/workers/0/in_flight") == "1"; }));
  const auto began = Clock::now();
  svcd.process().signal(SIGTERM);
  const auto answer = client.read_answer();
  ASSERT_TRUE(answer) << "it is cancelled, and told so";
  EXPECT_EQ(answer->status, 503);
  EXPECT_EQ(svcd.process().exit_code(), 0);
  EXPECT_LT(Clock::now() - began, 1s + kEndMax);
}

TEST(PreStopDelay, TellsLoadBalancersBeforeAnybodyIsTurnedAway) {
  Svcd svcd(fmt::format("[service.one]\nmodule = \"{}\"\nlisten = [\"127.0.0.1:0\"]\n"
                        "workers = 2\n",
                        module_path("demo")),
            "pre_stop_delay = \"2s\"\n");
  ASSERT_TRUE(svcd.start()) << svcd.ready_text();
  const std::string address = svcd.address("one");
  const auto health = [&] {
    const auto answer = fetch(address, "/health");
    return answer ? answer->status : 0;
  };
  ASSERT_EQ(health(), 200);
  Load load({.address = address, .target = "/time", .clients = 2});
  const auto told = Clock::now();
  svcd.process().signal(SIGTERM);
  ASSERT_TRUE(eventually([&] { return health() == 503; }));
  EXPECT_EQ(svcd.status("/state"), "\"draining\"");
  const auto refused = svcd.svcctl({"reload"});
  EXPECT_EQ(refused.exit_code, 1) << refused.output;
  ASSERT_TRUE(load.wait_for(50));
  load.stop();
  EXPECT_LT(Clock::now() - told, 2s) << "too slow to tell";
  EXPECT_EQ(load.failed(), 0u) << (load.failures().empty() ? "" : load.failures().front());
  EXPECT_EQ(svcd.process().wait(), 0);
  EXPECT_GE(Clock::now() - told, 2s);
}

TEST(PreStopDelay, IsEndedByASecondSignal) {
  Svcd svcd(chaos_service("one", 1), "pre_stop_delay = \"1m\"\n");
  ASSERT_TRUE(svcd.start()) << svcd.ready_text();
  svcd.process().signal(SIGTERM);
  ASSERT_TRUE(svcd.log_has("serving on for 1m (pre_stop_delay)"));
  svcd.process().signal(SIGTERM);
  EXPECT_EQ(svcd.process().wait(), 0);
}

}  // namespace
}  // namespace svc::testing
