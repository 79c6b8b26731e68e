#include "core/process/spawn.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <thread>

#include "core/base/log.h"
#include "tests/support/temp_dir.h"

namespace svc {
namespace {

// One worker whose main function is the test's; what it sends on its channel comes back.
class SpawnTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto pair = Channel::create_pair();
    mine_ = std::move(pair->first);
    order_.start.channel = std::move(pair->second);
    order_.start.service.name = "alpha";
    order_.start.index = 3;
    order_.start.generation = 7;
  }

  // Spawns, waits for the end, and returns the text of the last message.
  std::string said(const std::function<std::string(WorkerStart&)>& body) {
    const auto pid = spawn_worker(std::move(order_), [&](WorkerStart start) {
      const std::string text = body(start);
      static_cast<void>(start.channel.send(ChannelKind::failed, 0, text));
      return 5;
    });
    EXPECT_TRUE(pid);
    EXPECT_EQ(::waitpid(*pid, &status_, 0), *pid);
    std::string text;
    while (auto message = mine_.receive()) {
      if (!*message) break;
      text = (*message)->text;
    }
    return text;
  }

  SpawnOrder order_;
  Channel mine_;
  int status_ = 0;
};

TEST_F(SpawnTest, RunsTheWorkersOwnCodeAndLeavesWithItsStatus) {
  EXPECT_EQ(said([](WorkerStart& start) {
              return fmt::format("{} {} {}", start.service.name, start.index, start.generation);
            }),
            "alpha 3 7");
  EXPECT_EQ(WEXITSTATUS(status_), 5);
}

TEST_F(SpawnTest, LeavesNoDescriptorOpenThatIsNotOnTheList) {
  const int secret = ::open("/etc/passwd", O_RDONLY | O_CLOEXEC);
  const int module = ::open("/etc/hostname", O_RDONLY | O_CLOEXEC);
  const int socket = ::dup(0);
  order_.module = module;
  order_.start.sockets.push_back({.fd = socket, .shared = true, .local = false, .address = {}});
  EXPECT_EQ(said([&](WorkerStart& start) {
              std::string open;
              for (int fd = 3; fd < 1024; ++fd)
                if (::fcntl(fd, F_GETFD) >= 0 && fd != start.channel.descriptor() && fd != module &&
                    fd != socket && fd != log::descriptor())
                  open += fmt::format("{} ", fd);
              if (start.module.get() != module) open += "module not handed over";
              return open;
            }),
            "");
  for (const int fd : {secret, module, socket}) ::close(fd);
}

TEST_F(SpawnTest, GivesItTheEnvironmentOfItsServiceAndNotTheManagers) {
  ::setenv("NOTIFY_SOCKET", "/run/x", 1);
  ::setenv("WATCHDOG_USEC", "1", 1);
  order_.start.service.environment = {{"COLOUR", "blue"}};
  EXPECT_EQ(said([](WorkerStart&) {
              const char* colour = ::getenv("COLOUR");
              return fmt::format("{} {} {}", colour != nullptr ? colour : "none",
                                 ::getenv("NOTIFY_SOCKET") == nullptr,
                                 ::getenv("WATCHDOG_USEC") == nullptr);
            }),
            "blue true true");
  ::unsetenv("NOTIFY_SOCKET");
  ::unsetenv("WATCHDOG_USEC");
}

TEST_F(SpawnTest, RaisesTheLimitOfDescriptorsAndTakesNoNewPrivileges) {
  rlimit before{};
  ::getrlimit(RLIMIT_NOFILE, &before);
  const rlimit low{std::min<rlim_t>(512, before.rlim_max), before.rlim_max};
  ::setrlimit(RLIMIT_NOFILE, &low);
  EXPECT_EQ(said([](WorkerStart&) {
              rlimit limit{};
              ::getrlimit(RLIMIT_NOFILE, &limit);
              return fmt::format("{} {}", limit.rlim_cur == limit.rlim_max,
                                 ::prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0));
            }),
            "true 1");
  ::setrlimit(RLIMIT_NOFILE, &before);
}

TEST_F(SpawnTest, RunsAsTheServicesUser) {
  if (::geteuid() != 0) GTEST_SKIP() << "takes root";
  order_.credentials = *resolve_credentials("nobody", "");
  const uid_t nobody = order_.credentials.user;
  EXPECT_EQ(said([](WorkerStart&) { return fmt::format("{}", ::geteuid()); }),
            fmt::format("{}", nobody));
}

TEST_F(SpawnTest, SendsItsOutputWhereTheMasterReads) {
  int out[2], err[2];
  ASSERT_EQ(::pipe(out) + ::pipe(err), 0);
  order_.standard_output = Fd(out[1]);
  order_.standard_error = Fd(err[1]);
  said([](WorkerStart&) {
    std::printf("printed\n");  // No flush: a line is enough.
    static_cast<void>(::write(2, "error\n", 6));
    return std::string();
  });
  char text[64] = {};
  EXPECT_EQ(::read(out[0], text, sizeof(text)), 8);
  EXPECT_STREQ(text, "printed\n");
  EXPECT_EQ(::read(err[0], text, sizeof(text)), 6);
  EXPECT_EQ(::read(err[0], text, sizeof(text)), 0) << "nobody else holds the pipe";
  ::close(out[0]);
  ::close(err[0]);
}

TEST_F(SpawnTest, WipesWhatItIsToldTo) {
  std::string secret = "password of another service";
  order_.wipe = [&] { secret.assign(secret.size(), '\0'); };
  EXPECT_EQ(said([&](WorkerStart&) { return secret[0] == '\0' ? "gone" : secret; }), "gone");
  EXPECT_EQ(secret[0], 'p') << "the master keeps its own";
}

TEST_F(SpawnTest, TellsWhyAWorkerCouldNotEvenBegin) {
  if (::geteuid() == 0) {
    order_.credentials.change = true;
    order_.credentials.groups.assign(70'000, 1);  // More than the kernel takes.
  } else {
    order_.credentials.change = true;  // Without root: setgroups(2) is refused.
  }
  const std::string text = said([](WorkerStart&) { return "began"; });
  EXPECT_TRUE(text.starts_with("setgroups: ")) << text;
  EXPECT_EQ(WEXITSTATUS(status_), 1);
}

TEST(SpawnDeathTest, ASecondThreadIsOurOwnBug) {
#ifdef __SANITIZE_THREAD__
  GTEST_SKIP() << "ThreadSanitizer allows no new threads after fork(2)";
#endif
  std::atomic<bool> over = false;
  std::thread other([&] {
    while (!over) std::this_thread::yield();
  });
  EXPECT_DEATH(
      {
        // The death test's child has one thread, whatever its parent has.
        std::thread more([] { ::pause(); });
        check_single_thread();
      },
      "check failed");
  over = true;
  other.join();
  check_single_thread();
}

}  // namespace
}  // namespace svc
