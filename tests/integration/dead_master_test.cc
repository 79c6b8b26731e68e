// A master that is killed: its workers serve on, and the next one takes over from them, or from
// systemd, without a client that notices.
#include <fmt/core.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "tests/support/http_client.h"
#include "tests/support/json.h"
#include "tests/support/load.h"
#include "tests/support/notify_socket.h"
#include "tests/support/svcd.h"

namespace svc::testing {
namespace {

constexpr std::string_view kPid = "GET /pid HTTP/1.1\r\nHost: x\r\n\r\n";
constexpr std::string_view kPatient = "orphan_timeout = \"60s\"\n";

int64_t generation_in(const std::optional<Answer>& answer) {
  return answer ? json_number(answer->body, "/generation").value_or(-1) : -1;
}

bool are_gone(const std::vector<pid_t>& pids) {
  return eventually([&] {
    return std::none_of(pids.begin(), pids.end(), [](pid_t pid) { return process_exists(pid); });
  });
}

void kill_master(Svcd& svcd) {
  svcd.process().signal(SIGKILL);
  ASSERT_TRUE(svcd.process().wait());
}

struct Kind {
  const char* name;
  const char* settings;
  bool local = false;
  bool takes_root = false;
};

std::string service_of(const Svcd& svcd, const Kind& kind, int workers = 2) {
  const std::string listen =
      kind.local ? "unix:" + svcd.dir().file("one.sock") : std::string("127.0.0.1:0");
  return fmt::format("[service.one]\nmodule = \"{}\"\nlisten = [\"{}\"]\nworkers = {}\n{}\n",
                     module_path("chaos"), listen, workers, kind.settings);
}

class DeadMaster : public ::testing::TestWithParam<Kind> {};

TEST_P(DeadMaster, IsFollowedByOneThatLosesNoRequest) {
  if (GetParam().takes_root && ::geteuid() != 0) GTEST_SKIP() << "needs root";
  Svcd svcd("", kPatient);
  svcd.configure(service_of(svcd, GetParam()));
  ASSERT_TRUE(svcd.start()) << svcd.ready_text();
  const std::string address = svcd.address("one");
  HttpClient idle(address), halfway(address);
  ASSERT_EQ(generation_in(idle.get("/pid")), 1);
  ASSERT_EQ(generation_in(halfway.get("/pid")), 1);
  ASSERT_TRUE(halfway.send(kPid));  // And half of a second one, behind it.
  ASSERT_TRUE(halfway.send(kPid.substr(0, 17)));
  ASSERT_EQ(generation_in(halfway.read_answer()), 1);
  Load closing({.address = address, .clients = 3});
  Load keeping({.address = address, .clients = 3, .keep_alive = true});
  for (int64_t generation = 2; generation <= 3; ++generation) {
    const auto strays = svcd.workers("one");
    ASSERT_EQ(strays.size(), 2u);
    kill_master(svcd);
    ASSERT_TRUE(closing.wait_for(50));
    ASSERT_TRUE(svcd.start()) << svcd.ready_text();
    EXPECT_TRUE(are_gone(strays));
    EXPECT_EQ(svcd.address("one"), address);
    EXPECT_EQ(svcd.generation("one"), generation);
    ASSERT_TRUE(closing.wait_for(50));
    ASSERT_TRUE(keeping.wait_for(50));
    EXPECT_EQ(generation_in(idle.get("/pid")), generation);
  }
  ASSERT_TRUE(halfway.send(kPid.substr(17)));
  EXPECT_EQ(generation_in(halfway.read_answer()), 3);
  closing.stop();
  keeping.stop();
  EXPECT_EQ(closing.failed(), 0u) << closing.failures().front();
  EXPECT_EQ(keeping.failed(), 0u) << keeping.failures().front();
  idle.close();
  halfway.close();
  EXPECT_TRUE(svcd.stop());
  EXPECT_FALSE(HttpClient(address).connected());
}

INSTANTIATE_TEST_SUITE_P(
    Sockets, DeadMaster,
    ::testing::Values(Kind{"Reuseport", ""}, Kind{"Shared", "reuseport = \"off\"\n"},
                      Kind{"Unix", "", true},
                      Kind{"OfAnotherUser", "user = \"nobody\"\n", false, true}),
    [](const auto& row) { return row.param.name; });

TEST(DeadMasterWorkers, MayBeMoreOrFewerAfterwards) {
  Svcd svcd(chaos_service("one", 2), kPatient);
  ASSERT_TRUE(svcd.start());
  const std::string address = svcd.address("one");
  Load closing({.address = address, .clients = 2});
  Load keeping({.address = address, .clients = 2, .keep_alive = true});
  for (const int workers : {4, 1, 3}) {
    svcd.configure(chaos_service("one", workers));
    kill_master(svcd);
    ASSERT_TRUE(svcd.start()) << svcd.ready_text();
    EXPECT_TRUE(svcd.wait_ready("one", static_cast<size_t>(workers))) << svcd.status();
    EXPECT_EQ(svcd.address("one"), address);
    EXPECT_EQ(svcd.svcctl({"reload"}).exit_code, 0);
    ASSERT_TRUE(closing.wait_for(50));
  }
  closing.stop();
  keeping.stop();
  EXPECT_EQ(closing.failed(), 0u) << closing.failures().front();
  EXPECT_EQ(keeping.failed(), 0u) << keeping.failures().front();
  EXPECT_TRUE(svcd.stop());
}

// A worker that was booting, or waited for its generation, is of no use to the next master.
TEST(DeadMasterWorkers, ThatHaveNotServedYetEnd) {
  Svcd svcd(chaos_service("one", 1), kPatient);
  ASSERT_TRUE(svcd.start());
  svcd.configure(chaos_service("one", 1, "[service.one.options]\nboot_delay_ms = 1000\n"));
  svcd.process().signal(SIGHUP);
  ASSERT_TRUE(svcd.log_has("started, generation 2"));
  const std::string document = svcd.status();
  std::vector<pid_t> booting;
  for (size_t i = 0; i < json_size(document, "/services/0/workers"); ++i)
    if (json_text(document, fmt::format("/services/0/workers/{}/state", i)) != "ready")
      booting.push_back(static_cast<pid_t>(
          json_number(document, fmt::format("/services/0/workers/{}/pid", i)).value_or(0)));
  ASSERT_EQ(booting.size(), 1u) << document;
  const auto serving = svcd.workers("one");
  kill_master(svcd);
  EXPECT_TRUE(are_gone(booting));
  for (const pid_t pid : serving) EXPECT_TRUE(process_exists(pid));
}

TEST(Strays, LeaveAfterOrphanTimeoutIfNobodyComes) {
  Svcd svcd(chaos_service("one", 2), "orphan_timeout = \"300ms\"\n");
  ASSERT_TRUE(svcd.start());
  const std::string address = svcd.address("one");
  const auto strays = svcd.workers("one");
  kill_master(svcd);
  EXPECT_TRUE(are_gone(strays));
  EXPECT_FALSE(HttpClient(address).connected());
  // What they left behind doesn't stop the next one.
  EXPECT_TRUE(svcd.start()) << svcd.ready_text();
  EXPECT_TRUE(svcd.stop());
}

TEST(Strays, ThatAreTerminatedDrain) {
  Svcd svcd(chaos_service("one", 1), kPatient);
  ASSERT_TRUE(svcd.start());
  const auto strays = svcd.workers("one");
  HttpClient client(svcd.address("one"));
  ASSERT_TRUE(client.send("GET /sleep/500 HTTP/1.1\r\nHost: test\r\n\r\n"));
  ASSERT_TRUE(eventually([&] { return svcd.status("/services/0/workers/0/in_flight") == "1"; }));
  kill_master(svcd);
  ::kill(strays.at(0), SIGTERM);
  const auto answer = client.read_answer();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 200);
  EXPECT_TRUE(are_gone(strays));
}

TEST(Strays, SurviveAMasterThatDiesWhileItTakesOver) {
  Svcd svcd(chaos_service("one", 2), kPatient);
  ASSERT_TRUE(svcd.start());
  const std::string address = svcd.address("one");
  const auto strays = svcd.workers("one");
  Load load({.address = address, .clients = 3, .keep_alive = true});
  kill_master(svcd);
  svcd.configure(chaos_service("one", 2, "[service.one.options]\nboot_delay_ms = 20000\n"));
  for (int i = 1; i <= 3; ++i) {
    auto second = Process::start({program("svcd"), "-c", svcd.config_path()});
    ASSERT_TRUE(eventually([&] {
      const std::string log = svcd.log();
      size_t times = 0;
      for (size_t at = 0; (at = log.find("started, generation", at)) != log.npos; ++at) ++times;
      return times >= static_cast<size_t>(2 + 2 * i);
    })) << svcd.log();
    second.signal(SIGKILL);
    ASSERT_TRUE(second.wait());
  }
  svcd.configure(chaos_service("one", 2));
  ASSERT_TRUE(svcd.start()) << svcd.ready_text();
  EXPECT_TRUE(are_gone(strays));
  EXPECT_EQ(svcd.address("one"), address);
  ASSERT_TRUE(load.wait_for(50));
  load.stop();
  EXPECT_EQ(load.failed(), 0u) << load.failures().front();
  EXPECT_TRUE(svcd.stop());
}

TEST(Strays, AreLeftAloneByAMasterThatCannotStart) {
  Svcd svcd(chaos_service("one", 2), kPatient);
  ASSERT_TRUE(svcd.start());
  const std::string address = svcd.address("one");
  const auto strays = svcd.workers("one");
  Load load({.address = address, .clients = 2});
  kill_master(svcd);
  svcd.configure(chaos_service("one", 2, "[service.one.options]\nboot_fail = \"throw\"\n"));
  EXPECT_FALSE(svcd.start());
  EXPECT_NE(svcd.process().exit_code(), 0);
  for (const pid_t pid : strays) EXPECT_TRUE(process_exists(pid));
  ASSERT_TRUE(load.wait_for(50));
  svcd.configure(chaos_service("one", 2));
  ASSERT_TRUE(svcd.start()) << svcd.ready_text();
  EXPECT_TRUE(are_gone(strays));
  EXPECT_EQ(svcd.address("one"), address);
  load.stop();
  EXPECT_EQ(load.failed(), 0u) << load.failures().front();
  EXPECT_TRUE(svcd.stop());
}

TEST(Strays, ThatAreStoppedHoldNothingUpAndLeaveLater) {
  Svcd svcd(chaos_service("one", 2), kPatient);
  ASSERT_TRUE(svcd.start());
  const std::string address = svcd.address("one");
  const auto strays = svcd.workers("one");
  kill_master(svcd);  // First: a process group that is orphaned gets SIGCONT.
  ::kill(strays.at(0), SIGSTOP);
  ASSERT_TRUE(svcd.start()) << svcd.ready_text();
  EXPECT_EQ(svcd.address("one"), address);
  EXPECT_TRUE(are_gone({strays.at(1)}));
  EXPECT_TRUE(process_exists(strays.at(0)));
  ::kill(strays.at(0), SIGCONT);
  EXPECT_TRUE(are_gone(strays));
  EXPECT_TRUE(svcd.stop());
}

TEST(Strays, OfServicesThatAreNoMoreLeaveTheirAddresses) {
  Svcd svcd(chaos_service("one", 1) + chaos_service("two", 1), kPatient);
  ASSERT_TRUE(svcd.start());
  const std::string one = svcd.address("one"), two = svcd.address("two");
  const auto strays = svcd.workers("two");
  kill_master(svcd);
  svcd.configure(chaos_service("one", 1));
  ASSERT_TRUE(svcd.start()) << svcd.ready_text();
  EXPECT_TRUE(are_gone(strays));
  EXPECT_TRUE(eventually([&] { return !HttpClient(two).connected(); }));
  EXPECT_EQ(fetch(one, "/pid")->status, 200);
  EXPECT_TRUE(svcd.stop());
}

// Its workers finish what they have begun, but hold no address for that long.
TEST(DeadMasterThatWasStopping, LeavesItsAddressToTheNext) {
  for (const char* reuseport : {"auto", "off"}) {
    Svcd svcd("", kPatient);
    svcd.configure(chaos_service("one", 2, fmt::format("reuseport = \"{}\"\n", reuseport)));
    ASSERT_TRUE(svcd.start());
    const std::string address = svcd.address("one");
    svcd.configure(fmt::format(
        "[service.one]\nmodule = \"{}\"\nlisten = [\"{}\"]\nworkers = 2\nreuseport = \"{}\"\n",
        module_path("chaos"), address, reuseport));
    HttpClient client(address);
    ASSERT_TRUE(client.send("GET /sleep/3000 HTTP/1.1\r\nHost: test\r\n\r\n"));
    ASSERT_TRUE(eventually([&] {
      const std::string status = svcd.status();
      return json_number(status, "/services/0/workers/0/in_flight").value_or(0) +
                 json_number(status, "/services/0/workers/1/in_flight").value_or(0) ==
             1;
    }));
    svcd.process().signal(SIGTERM);
    ASSERT_TRUE(svcd.log_has(") ended"));  // The one that has nothing to finish.
    kill_master(svcd);
    ASSERT_TRUE(svcd.start()) << svcd.ready_text();
    EXPECT_EQ(svcd.address("one"), address);
    const auto next = fetch(address, "/pid");
    ASSERT_TRUE(next);
    EXPECT_EQ(next->status, 200);
    const auto answer = client.read_answer();
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, 200);
    client.close();
    EXPECT_TRUE(svcd.stop());
  }
}

TEST(DeadMasterCounters, GoOn) {
  Svcd svcd(chaos_service("one", 1), kPatient);
  ASSERT_TRUE(svcd.start());
  const std::string address = svcd.address("one");
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(fetch(address, "/pid"));
  ASSERT_TRUE(eventually([&] { return svcd.status("/services/0/requests") == "5"; }));
  kill_master(svcd);
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(fetch(address, "/pid"));
  ASSERT_TRUE(svcd.start()) << svcd.ready_text();
  EXPECT_TRUE(fetch(address, "/pid"));
  EXPECT_TRUE(eventually([&] { return svcd.status("/services/0/requests") == "9"; }))
      << svcd.status();
  EXPECT_TRUE(svcd.stop());
}

// systemd has the listeners in its store: connections that wait in their queues survive everybody.
TEST(FdStore, BringsEverythingBackWhenNobodyIsLeft) {
  NotifySocket systemd;
  Svcd svcd(chaos_service("one", 2) + chaos_service("two", 1), kPatient);
  ProcessOptions options;
  options.environment = {systemd.variable()};
  ASSERT_TRUE(svcd.start(options));
  ASSERT_TRUE(systemd.hear("READY=1"));
  EXPECT_NE(systemd.heard().find("FDPOLL=0"), std::string::npos);
  ASSERT_TRUE(eventually([&] { return systemd.kept().size() == 2; }));
  EXPECT_EQ(systemd.kept()[0].first, "svcd-one");
  EXPECT_EQ(systemd.kept()[1].first, "svcd-two");
  const std::string address = svcd.address("one");
  auto strays = svcd.workers("one");
  for (const pid_t pid : svcd.workers("two")) strays.push_back(pid);
  kill_master(svcd);
  for (const pid_t pid : strays) ::kill(pid, SIGKILL);
  ASSERT_TRUE(are_gone(strays));
  HttpClient early(address);
  ASSERT_TRUE(early.connected());
  ASSERT_TRUE(early.send(kPid));
  ASSERT_TRUE(svcd.start(systemd.give_back())) << svcd.ready_text();
  EXPECT_EQ(svcd.address("one"), address);
  EXPECT_EQ(generation_in(early.read_answer()), 2);
  early.close();
  EXPECT_TRUE(svcd.stop());
  EXPECT_TRUE(eventually([&] { return systemd.kept().empty(); }));
  EXPECT_FALSE(HttpClient(address).connected());
}

}  // namespace
}  // namespace svc::testing
