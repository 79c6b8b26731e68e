// Signals, log files, systemd's notifications, PID 1, rights: what surrounds a server in
// production.
#include <fcntl.h>
#include <fmt/core.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "tests/support/eventually.h"
#include "tests/support/http_client.h"
#include "tests/support/json.h"
#include "tests/support/svcd.h"

namespace svc::testing {
namespace {

TEST(Operations, Usr1ReopensTheLogInEveryProcess) {
  Svcd svcd(chaos_service("one", 2));
  ASSERT_TRUE(svcd.start());
  std::filesystem::rename(svcd.dir().file("log"), svcd.dir().file("log.1"));
  svcd.process().signal(SIGUSR1);
  ASSERT_TRUE(eventually([&] { return std::filesystem::exists(svcd.dir().file("log")); }));
  // What a worker says from now on is in the new file.
  ASSERT_TRUE(eventually([&] {
    fetch(svcd.address("one"), "/throw");
    return svcd.log().find("one/") != std::string::npos;
  }));
  EXPECT_TRUE(svcd.stop());
}

TEST(Operations, TtinAndTtouChangeTheNumberOfWorkers) {
  Svcd svcd(chaos_service("one", 1));
  ASSERT_TRUE(svcd.start());
  svcd.process().signal(SIGTTIN);
  EXPECT_TRUE(svcd.wait_ready("one", 2));
  svcd.process().signal(SIGTTOU);
  EXPECT_TRUE(svcd.wait_ready("one", 1));
  EXPECT_TRUE(svcd.stop());
}

TEST(Operations, SupervisorIsNotifiedOfReadinessReloadAndStop) {
  TempDir dir;
  const std::string path = dir.file("notify");
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof(address.sun_path) - 1);
  const int socket = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  ASSERT_EQ(::bind(socket, reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
  std::string heard;
  const auto hear = [&](std::string_view word) {
    return eventually([&] {
      char text[4096];
      for (ssize_t got; (got = ::recv(socket, text, sizeof(text), MSG_DONTWAIT)) > 0;)
        heard.append(text, static_cast<size_t>(got)).append("\n");
      return heard.find(word) != std::string::npos;
    });
  };
  Svcd svcd(chaos_service("one", 1));
  ProcessOptions options;
  options.environment = {"NOTIFY_SOCKET=" + path, "WATCHDOG_USEC=400000"};
  ASSERT_TRUE(svcd.start(options));
  EXPECT_TRUE(hear("READY=1")) << heard;
  EXPECT_TRUE(hear("WATCHDOG=1")) << heard;
  heard.clear();
  svcd.process().signal(SIGHUP);
  EXPECT_TRUE(hear("RELOADING=1")) << heard;
  EXPECT_TRUE(hear("MONOTONIC_USEC=")) << heard;
  EXPECT_TRUE(hear("READY=1")) << heard;
  svcd.process().signal(SIGTERM);
  EXPECT_TRUE(hear("STOPPING=1")) << heard;
  EXPECT_EQ(svcd.process().exit_code(), 0);
  ::close(socket);
}

TEST(Operations, WorkersDropRootForTheirUser) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root";
  Svcd svcd(chaos_service("one", 1, "user = \"nobody\"\n"));
  ASSERT_TRUE(svcd.start()) << svcd.ready_text();
  const auto workers = svcd.workers("one");
  ASSERT_EQ(workers.size(), 1u);
  const std::string status = read_file(fmt::format("/proc/{}/status", workers[0]));
  EXPECT_NE(status.find("Uid:\t65534\t65534\t65534\t65534"), std::string::npos) << status;
  EXPECT_NE(status.find("CapEff:\t0000000000000000"), std::string::npos) << status;
  EXPECT_EQ(fetch(svcd.address("one"), "/pid")->status, 200);
  EXPECT_TRUE(svcd.stop());
}

TEST(Operations, WorkerHoldsNothingThatIsNotItsOwn) {
  Svcd svcd(chaos_service("one", 1) + chaos_service("two", 1));
  ASSERT_TRUE(svcd.start());
  const auto sockets = [&](pid_t pid) {
    std::vector<std::string> found;
    for (const auto& entry : std::filesystem::directory_iterator(fmt::format("/proc/{}/fd", pid))) {
      std::error_code gone;
      const auto target = std::filesystem::read_symlink(entry.path(), gone).string();
      if (target.starts_with("socket:")) found.push_back(target);
    }
    return found;
  };
  const auto one = sockets(svcd.workers("one").at(0));
  const auto two = sockets(svcd.workers("two").at(0));
  // But for the one at which all of them would wait for the next master.
  const auto is_orphan_socket = [](const std::string& socket) {
    std::ifstream table("/proc/net/unix");
    const std::string inode = socket.substr(8, socket.size() - 9);  // "socket:[123]"
    for (std::string line; std::getline(table, line);)
      if ((line.ends_with("/orphan") || line.ends_with("/orphan.new")) &&
          line.find(" " + inode + " ") != line.npos)
        return true;
    return false;
  };
  for (const auto& socket : one) {
    const bool shared = std::find(two.begin(), two.end(), socket) != two.end();
    EXPECT_TRUE(!shared || is_orphan_socket(socket)) << socket;
  }
  EXPECT_TRUE(svcd.stop());
}

TEST(Operations, ProcessTitlesSayWhoIsWho) {
  Svcd svcd(chaos_service("one", 1));
  ASSERT_TRUE(svcd.start());
  const auto title = [](pid_t pid) { return read_file(fmt::format("/proc/{}/cmdline", pid)); };
  EXPECT_TRUE(title(svcd.pid()).starts_with("svcd: master [test]")) << title(svcd.pid());
  const auto worker = title(svcd.workers("one").at(0));
  EXPECT_TRUE(worker.starts_with("svcd: one worker 0 gen 1")) << worker;
  EXPECT_TRUE(svcd.stop());
}

TEST(Operations, ASecondMasterOfTheSameNameIsRefused) {
  Svcd svcd(chaos_service("one", 1));
  ASSERT_TRUE(svcd.start());
  const auto second = run({program("svcd"), "-c", svcd.config_path()});
  EXPECT_EQ(second.exit_code, 1) << second.output;
  EXPECT_NE(second.output.find(std::to_string(svcd.pid())), std::string::npos) << second.output;
  EXPECT_EQ(fetch(svcd.address("one"), "/pid")->status, 200);
  EXPECT_TRUE(svcd.stop());
}

TEST(Operations, FullDiskUnderTheLogNeverStopsServing) {
  Svcd svcd("");
  svcd.write_config(fmt::format(
      "[master]\nname = \"test\"\nruntime_dir = \"{}/run\"\n[log]\ntarget = \"/dev/full\"\n{}",
      svcd.dir().path(), chaos_service("one", 1)));
  ASSERT_TRUE(svcd.start());
  for (int i = 0; i < 20; ++i) EXPECT_EQ(fetch(svcd.address("one"), "/throw")->status, 500);
  const auto number = [&](const char* where) { return std::stoi(svcd.status(where)); };
  constexpr const char* kOfMaster = "/log_lines_dropped";
  constexpr const char* kOfService = "/services/0/log_lines_dropped";
  const int of_master = number(kOfMaster), of_service = number(kOfService);
  EXPECT_GT(of_master, 0);
  EXPECT_GE(of_service, 20);
  // Neither a worker's death nor another master makes them forget.
  const pid_t dead = svcd.workers("one").at(0);
  ::kill(dead, SIGKILL);
  ASSERT_TRUE(eventually([&] {
    const auto workers = svcd.workers("one");
    return !workers.empty() && workers.at(0) != dead;
  }));
  EXPECT_GT(number(kOfMaster), of_master);
  EXPECT_EQ(number(kOfService), of_service);
  ASSERT_EQ(svcd.svcctl({"upgrade"}).exit_code, 0);
  EXPECT_GT(number(kOfMaster), of_master);
  EXPECT_GE(number(kOfService), of_service);
  const auto shown = svcd.svcctl({"status"});
  EXPECT_NE(shown.output.find("lines of the log"), std::string::npos) << shown.output;
  EXPECT_TRUE(svcd.stop());
}

TEST(Operations, AFreshWorkerAndAnIdleConnectionAreSmall) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "sanitizers have a memory of their own";
#endif
  Svcd svcd(chaos_service("one", 1));
  ASSERT_TRUE(svcd.start());
  const pid_t worker = svcd.workers("one").at(0);
  const std::string address = svcd.address("one");
  // Private pages only: what a worker costs beside its siblings.
  const auto private_kib = [&] {
    std::ifstream rollup(fmt::format("/proc/{}/smaps_rollup", worker));
    long total = 0;
    for (std::string line; std::getline(rollup, line);)
      if (line.starts_with("Private_Dirty:")) total += std::stol(line.substr(14));
    return total;
  };
  EXPECT_LT(private_kib(), 6 * 1024);
  fetch(address, "/pid");
  const long before = private_kib();
  std::vector<HttpClient> idle;
  for (int i = 0; i < 2000; ++i) {
    idle.emplace_back(address);
    ASSERT_TRUE(idle.back().get("/pid")) << i;
  }
  EXPECT_LT((private_kib() - before) * 1024 / 2000, 1024);
}

// A buffer that grows by doubling went back to the kernel after each request, and came again page
// by page.
TEST(Operations, AWorkerUsesTheMemoryOfBodiesAgain) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "sanitizers have a memory of their own";
#endif
  Svcd svcd(chaos_service("one", 1));
  ASSERT_TRUE(svcd.start());
  HttpClient client(svcd.address("one"));
  const std::string body(64 * 1024, 'b');
  const auto post = [&](int times) {
    for (int i = 0; i < times; ++i) {
      const auto answer = client.request("POST", "/echo", "", body);
      if (!answer || answer->body != body) return false;
    }
    return true;
  };
  const auto pages_asked_for = [worker = svcd.workers("one").at(0)] {
    std::ifstream stat(fmt::format("/proc/{}/stat", worker));
    std::string all(std::istreambuf_iterator<char>(stat), {});
    std::istringstream fields(all.substr(all.rfind(')') + 2));
    std::string field;
    for (int i = 3; i <= 10; ++i) fields >> field;  // minflt of proc_pid_stat(5).
    return std::stol(field);
  };
  ASSERT_TRUE(post(20));
  const long before = pages_asked_for();
  ASSERT_TRUE(post(200));
  EXPECT_LT(pages_asked_for() - before, 200) << "16 and more for each body";
  client.close();
  EXPECT_TRUE(svcd.stop());
}

}  // namespace
}  // namespace svc::testing
