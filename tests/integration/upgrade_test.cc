// The installed binary follows the running one: no request is lost, and if it can't, nothing has
// happened.
#include <fmt/core.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
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

namespace fs = std::filesystem;

constexpr std::string_view kPid = "GET /pid HTTP/1.1\r\nHost: x\r\n\r\n";

int64_t generation_in(const std::optional<Answer>& answer) {
  return answer ? json_number(answer->body, "/generation").value_or(-1) : -1;
}

pid_t master_of(const Svcd& svcd) {
  return static_cast<pid_t>(json_number(svcd.status(), "/pid").value_or(-1));
}

bool is_gone(pid_t pid) {
  return eventually([pid] { return !process_exists(pid); });
}

// Ends a master that is not the test's own child any more; its workers end with it.
void stop(const Svcd& svcd) {
  const pid_t pid = master_of(svcd);
  EXPECT_EQ(svcd.svcctl({"stop"}).exit_code, 0);
  EXPECT_TRUE(is_gone(pid));
}

void expect_none_failed(Load& load) {
  load.stop();
  EXPECT_EQ(load.failed(), 0u) << load.failures().front();
}

struct Kind {
  const char* name;
  const char* settings;
  bool local = false;
};

class Upgrade : public ::testing::TestWithParam<Kind> {};

TEST_P(Upgrade, TwentyInARowUnderLoadLoseNoRequestAndNoConnection) {
  NotifySocket systemd;
  Svcd svcd("");
  const std::string listen =
      GetParam().local ? "unix:" + svcd.dir().file("one.sock") : std::string("127.0.0.1:0");
  svcd.configure(fmt::format("[service.one]\nmodule = \"{}\"\nlisten = [\"{}\"]\nworkers = 2\n{}\n",
                             module_path("chaos"), listen, GetParam().settings));
  ProcessOptions options;
  options.environment = {systemd.variable()};
  ASSERT_TRUE(svcd.start(options)) << svcd.ready_text();
  const std::string address = svcd.address("one");
  HttpClient idle(address), halfway(address);
  ASSERT_EQ(generation_in(idle.get("/pid")), 1);
  ASSERT_TRUE(halfway.send(kPid));
  ASSERT_TRUE(halfway.send(kPid.substr(0, 17)));
  ASSERT_EQ(generation_in(halfway.read_answer()), 1);
  Load closing({.address = address, .clients = 2});
  Load keeping({.address = address, .clients = 2, .keep_alive = true});
  constexpr int kUpgrades = 20;
  pid_t former = svcd.pid();
  for (int i = 1; i <= kUpgrades; ++i) {
    const Outcome upgrade = svcd.svcctl({"upgrade"});
    ASSERT_EQ(upgrade.exit_code, 0) << upgrade.output;
    const pid_t now = master_of(svcd);
    ASSERT_NE(now, former);
    EXPECT_TRUE(eventually([&] { return systemd.main_pid() == now; })) << systemd.heard();
    EXPECT_EQ(read_file(svcd.dir().file("run/test/pid")), fmt::format("{}\n", now));
    EXPECT_EQ(svcd.generation("one"), i + 1);
    EXPECT_EQ(svcd.status("/generation"), std::to_string(i + 1));
    former = now;
  }
  EXPECT_EQ(svcd.process().exit_code(), 0);
  EXPECT_TRUE(svcd.wait_ready("one", 2)) << svcd.status();
  EXPECT_EQ(generation_in(idle.get("/pid")), kUpgrades + 1);
  ASSERT_TRUE(halfway.send(kPid.substr(17)));
  EXPECT_EQ(generation_in(halfway.read_answer()), kUpgrades + 1);
  expect_none_failed(closing);
  expect_none_failed(keeping);
  idle.close();
  halfway.close();
  stop(svcd);
  EXPECT_FALSE(HttpClient(address).connected());
  EXPECT_TRUE(systemd.kept().empty());
}

INSTANTIATE_TEST_SUITE_P(Sockets, Upgrade,
                         ::testing::Values(Kind{"Reuseport", ""},
                                           Kind{"Shared", "reuseport = \"off\"\n"},
                                           Kind{"Unix", "", true}),
                         [](const auto& row) { return row.param.name; });

// A tree of its own, where the installed program can be replaced.
class Installed {
 public:
  Installed() {
    for (const char* folder : {"bin", "lib"}) {
      const fs::path from = fs::path(program("svcd")).parent_path().parent_path() / folder;
      if (!fs::exists(from)) continue;
      fs::create_directories(fs::path(dir_.path()) / folder);
      for (const auto& entry : fs::directory_iterator(from)) {
        const std::string name = entry.path().filename();
        if (name == "svcd" || name.starts_with("libsvc"))
          fs::copy(entry.path(), fs::path(dir_.path()) / folder / name,
                   fs::copy_options::copy_symlinks);
      }
    }
  }
  std::string svcd() const { return dir_.file("bin/svcd"); }
  // As a package manager does it: the running one keeps its file.
  void replace(std::string_view text) {
    const std::string path = dir_.write("new", text);
    fs::permissions(path, fs::perms(0755));
    fs::rename(path, svcd());
  }
  void replace_by(const std::string& other) {
    fs::copy(other, dir_.file("new"), fs::copy_options::overwrite_existing);
    fs::rename(dir_.file("new"), svcd());
  }

 private:
  TempDir dir_;
};

class BadBinary : public ::testing::Test {
 protected:
  BadBinary() : svcd_(chaos_service("one", 2, "boot_timeout = \"500ms\"\n")) {
    svcd_.use_file(installed_.svcd());
  }
  // Nothing has happened, but for the sentence.
  void expect_abandoned(std::string_view reason) {
    ASSERT_TRUE(svcd_.start()) << svcd_.ready_text();
    const auto workers = svcd_.workers("one");
    Load load({.address = svcd_.address("one"), .clients = 2, .keep_alive = true});
    replace_();
    const Outcome upgrade = svcd_.svcctl({"upgrade"});
    EXPECT_EQ(upgrade.exit_code, 1);
    EXPECT_NE(upgrade.output.find(reason), std::string::npos) << upgrade.output;
    EXPECT_EQ(master_of(svcd_), svcd_.pid());
    EXPECT_EQ(svcd_.workers("one"), workers);
    ASSERT_TRUE(load.wait_for(50));
    installed_.replace_by(program("svcd"));
    EXPECT_EQ(svcd_.svcctl({"upgrade"}).exit_code, 0);
    EXPECT_NE(master_of(svcd_), svcd_.pid());
    ASSERT_TRUE(load.wait_for(50));
    expect_none_failed(load);
    stop(svcd_);
  }
  Installed installed_;
  Svcd svcd_;
  std::function<void()> replace_;
};

TEST_F(BadBinary, ThatExitsIsAbandoned) {
  replace_ = [this] { installed_.replace("#!/bin/sh\nexit 3\n"); };
  expect_abandoned("exit status 3");
}

TEST_F(BadBinary, ThatCrashesIsAbandoned) {
  replace_ = [this] { installed_.replace("#!/bin/sh\nkill -SEGV $$\n"); };
  expect_abandoned("SIGSEGV");
}

TEST_F(BadBinary, ThatIsNeverReadyIsAbandoned) {
  replace_ = [this] { installed_.replace("#!/bin/sh\nexec sleep 600\n"); };
  expect_abandoned("not ready within");
}

TEST_F(BadBinary, ThatIsNoProgramIsAbandoned) {
  replace_ = [this] { installed_.replace("rubbish"); };
  expect_abandoned("Exec format error");
}

TEST(UpgradeFails, WithTheReasonOfTheNewConfiguration) {
  Svcd svcd(chaos_service("one", 2));
  ASSERT_TRUE(svcd.start());
  const auto workers = svcd.workers("one");
  svcd.configure("[service.one]\nwrokers = 2\n");
  const Outcome upgrade = svcd.svcctl({"upgrade"});
  EXPECT_EQ(upgrade.exit_code, 1);
  EXPECT_NE(upgrade.output.find("wrokers"), std::string::npos) << upgrade.output;
  EXPECT_EQ(svcd.workers("one"), workers);
  EXPECT_TRUE(svcd.stop());
}

TEST(UpgradeFails, WhenAWorkerOfItDoesNotBootAndNoneHasServed) {
  Svcd svcd(chaos_service("one", 2) + chaos_service("two", 1));
  ASSERT_TRUE(svcd.start());
  const auto workers = svcd.workers("one");
  Load load({.address = svcd.address("one"), .clients = 2});
  svcd.configure(chaos_service("one", 2) +
                 chaos_service("two", 1, "[service.two.options]\nboot_fail = \"throw\"\n"));
  for (int i = 0; i < 3; ++i) {
    const Outcome upgrade = svcd.svcctl({"upgrade", "--json"});
    EXPECT_EQ(upgrade.exit_code, 1);
    EXPECT_EQ(json_raw(upgrade.out, "/upgraded"), "false") << upgrade.out;
    EXPECT_NE(json_text(upgrade.out, "/message")->find("boot_fail"), std::string::npos);
  }
  EXPECT_EQ(svcd.workers("one"), workers);
  EXPECT_EQ(svcd.generation("one"), 1);
  ASSERT_TRUE(load.wait_for(50));
  svcd.configure(chaos_service("one", 2) + chaos_service("two", 1));
  EXPECT_EQ(svcd.svcctl({"reload"}).exit_code, 0);
  expect_none_failed(load);
  EXPECT_TRUE(svcd.stop());
}

// The sockets of more workers must get no connection before somebody accepts there.
TEST(UpgradeToOtherNumbers, LosesNoRequestWhetherItSucceedsOrFails) {
  Svcd svcd(chaos_service("one", 2));
  ASSERT_TRUE(svcd.start());
  const std::string address = svcd.address("one");
  Load closing({.address = address, .clients = 3});
  Load keeping({.address = address, .clients = 2, .keep_alive = true});
  for (const int workers : {4, 1, 3}) {
    svcd.configure(chaos_service(
        "one", workers + 2, "[service.one.options]\nboot_delay_ms = 200\nboot_fail = \"throw\"\n"));
    EXPECT_EQ(svcd.svcctl({"upgrade"}).exit_code, 1);
    ASSERT_TRUE(closing.wait_for(50));
    svcd.configure(chaos_service("one", workers, "[service.one.options]\nboot_delay_ms = 200\n"));
    EXPECT_EQ(svcd.svcctl({"upgrade"}).exit_code, 0);
    EXPECT_TRUE(svcd.wait_ready("one", static_cast<size_t>(workers))) << svcd.status();
    ASSERT_TRUE(closing.wait_for(50));
  }
  expect_none_failed(closing);
  expect_none_failed(keeping);
  stop(svcd);
}

TEST(UpgradeBySignal, GoesTheSameWay) {
  Svcd svcd(chaos_service("one", 1));
  ASSERT_TRUE(svcd.start());
  svcd.process().signal(SIGUSR2);
  EXPECT_EQ(svcd.process().exit_code(), 0);
  EXPECT_TRUE(svcd.wait_ready("one", 1));
  EXPECT_NE(master_of(svcd), svcd.pid());
  stop(svcd);
}

// Its workers serve on, and whoever follows takes over from them: here, the one that was just
// booting.
TEST(UpgradeOfAMaster, ThatIsKilledMeanwhileGoesOn) {
  Svcd svcd(chaos_service("one", 2), "orphan_timeout = \"60s\"\n");
  ASSERT_TRUE(svcd.start());
  Load load({.address = svcd.address("one"), .clients = 2, .keep_alive = true});
  svcd.configure(chaos_service("one", 2, "[service.one.options]\nboot_delay_ms = 500\n"));
  svcd.process().signal(SIGUSR2);
  ASSERT_TRUE(svcd.log_has("started, generation 2"));
  svcd.process().signal(SIGKILL);
  ASSERT_TRUE(svcd.process().wait());
  EXPECT_TRUE(eventually([&] { return svcd.generation("one") == 2; })) << svcd.log();
  EXPECT_TRUE(svcd.wait_ready("one", 2));
  EXPECT_TRUE(svcd.log_has("of the former master has gone"));
  ASSERT_TRUE(load.wait_for(50));
  expect_none_failed(load);
  stop(svcd);
}

// A successor that is ready, while the master that it would follow stands still.
class SuccessorDies : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(svcd_.start({.environment = {systemd_.variable()}}));
    ASSERT_TRUE(systemd_.hear("READY=1"));
    workers_ = svcd_.workers("one");
    svcd_.configure(chaos_service("one", 1, "[service.one.options]\nboot_delay_ms = 300\n"));
    upgrade_ = Process::start({program("svcctl"), "-c", svcd_.config_path(), "upgrade"},
                              {.output = svcd_.dir().file("told")});
    const std::string booting = "the successor is booting, pid ";
    ASSERT_TRUE(eventually([&] { return told().find(booting) != std::string::npos; }));
    const std::string text = told();
    successor_ = std::stoi(text.substr(text.find(booting) + booting.size()));
    svcd_.process().signal(SIGSTOP);
    ASSERT_TRUE(svcd_.log_has("ready to follow the former master"));
  }
  void expect_as_before(std::string_view reason) {
    EXPECT_EQ(upgrade_.exit_code(), 1);
    EXPECT_NE(told().find(reason), std::string::npos) << told();
    EXPECT_EQ(master_of(svcd_), svcd_.pid());
    EXPECT_EQ(svcd_.workers("one"), workers_);
    EXPECT_EQ(svcd_.svcctl({"upgrade"}).exit_code, 0);
    stop(svcd_);
  }
  std::string told() const { return read_file(svcd_.dir().file("told")); }

  NotifySocket systemd_;
  Svcd svcd_{chaos_service("one", 1)};
  std::vector<pid_t> workers_;
  Process upgrade_;
  pid_t successor_ = -1;
};

TEST_F(SuccessorDies, BeforeItIsHeardAndTheCallerHearsWhy) {
  ASSERT_EQ(::kill(successor_, SIGKILL), 0);
  ASSERT_TRUE(is_gone(successor_));
  svcd_.process().signal(SIGCONT);
  EXPECT_EQ(upgrade_.exit_code(), 1);
  EXPECT_EQ(systemd_.main_pid(), svcd_.pid());
  EXPECT_EQ(systemd_.heard().find("MAINPID=0"), std::string::npos) << systemd_.heard();
  expect_as_before("SIGKILL");  // Its death or its last word may be seen first.
}

TEST_F(SuccessorDies, AfterItWasToldToGoAndTheCallerHearsWhy) {
  ASSERT_EQ(::kill(successor_, SIGSTOP), 0);
  svcd_.process().signal(SIGCONT);
  ASSERT_TRUE(systemd_.hear("MAINPID=" + std::to_string(successor_)));
  ASSERT_EQ(::kill(successor_, SIGKILL), 0);
  expect_as_before("it died before it took over: SIGKILL");
}

TEST(UpgradeOfAStop, IsRefusedAndAStopEndsAnUpgrade) {
  Svcd svcd(chaos_service("one", 1));
  ASSERT_TRUE(svcd.start());
  svcd.configure(chaos_service("one", 1, "[service.one.options]\nboot_delay_ms = 20000\n"));
  svcd.process().signal(SIGUSR2);
  ASSERT_TRUE(svcd.log_has("started, generation 2"));
  const Outcome second = svcd.svcctl({"upgrade"});
  EXPECT_EQ(second.exit_code, 1);
  EXPECT_NE(second.output.find("under way"), std::string::npos) << second.output;
  EXPECT_TRUE(svcd.stop());
}

// A service's own program, whose configuration is made up.
TEST(UpgradeOfAProgram, GoesTheSameWay) {
  TempDir dir;
  const std::string socket = "unix:" + dir.file("s"), pid_file = dir.file("run/demo/pid");
  auto first = Process::start({program("demo"), "--listen", socket, "--workers", "2", "--set",
                               "master.runtime_dir=" + dir.file("run"), "--set",
                               "log.target=" + dir.file("log")});
  ASSERT_TRUE(eventually([&] { return fetch(socket, "/health").has_value(); }));
  Load load({.address = socket, .target = "/health", .clients = 2, .keep_alive = true});
  first.signal(SIGUSR2);
  EXPECT_EQ(first.exit_code(), 0) << read_file(dir.file("log"));
  const pid_t second = std::stoi(read_file(pid_file));
  EXPECT_NE(second, first.pid());
  ASSERT_TRUE(load.wait_for(50));
  expect_none_failed(load);
  ::kill(second, SIGTERM);
  EXPECT_TRUE(is_gone(second));
  EXPECT_FALSE(fs::exists(pid_file));
}

// The container lives on when its first master ends.
TEST(UpgradeInAContainer, IsNotItsEnd) {
  if (run({"unshare", "--pid", "--fork", "--mount-proc", "true"}).exit_code != 0)
    GTEST_SKIP() << "a pid namespace with a /proc of its own needs more privileges";
  Svcd svcd("");
  svcd.configure(fmt::format("[service.one]\nmodule = \"{}\"\nlisten = [\"unix:{}\"]\n",
                             module_path("chaos"), svcd.dir().file("s")));
  const std::string socket = "unix:" + svcd.dir().file("s");
  ProcessOptions options;
  options.output = svcd.dir().file("output");
  auto container = Process::start({"unshare", "--pid", "--fork", "--mount-proc", "--kill-child",
                                   program("svcd"), "-c", svcd.config_path()},
                                  options);
  ASSERT_TRUE(eventually([&] { return generation_in(fetch(socket, "/pid")) == 1; })) << svcd.log();
  std::ifstream children(fmt::format("/proc/{0}/task/{0}/children", container.pid()));
  pid_t init = 0;
  children >> init;
  ASSERT_GT(init, 0);
  for (int64_t generation = 2; generation <= 4; ++generation) {
    ::kill(init, SIGUSR2);
    EXPECT_TRUE(eventually([&] { return generation_in(fetch(socket, "/pid")) == generation; }))
        << svcd.log();
    EXPECT_TRUE(
        eventually([&] { return svcd.status("/generation") == std::to_string(generation); }));
    EXPECT_TRUE(eventually([&] {
      size_t times = 0;
      const std::string log = svcd.log();
      for (size_t at = 0; (at = log.find("handed over to its successor", at)) != log.npos; ++at)
        ++times;
      return times == static_cast<size_t>(generation - 1);
    }));
  }
  ::kill(init, SIGTERM);
  EXPECT_EQ(container.exit_code(), 0);
}

}  // namespace
}  // namespace svc::testing
