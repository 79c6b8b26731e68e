#include "core/process/notify.h"

#include <fmt/core.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>

#include "tests/support/temp_dir.h"

namespace svc {
namespace {

// systemd's side.
class NotifyTest : public ::testing::Test {
 protected:
  void listen(const std::string& name) {
    socket_ = Fd(::socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, name.data(), name.size());
    if (name[0] == '@') address.sun_path[0] = '\0';
    const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size());
    ASSERT_EQ(::bind(socket_.get(), reinterpret_cast<sockaddr*>(&address), length), 0);
    ::setenv("NOTIFY_SOCKET", name.c_str(), 1);
  }
  void TearDown() override {
    for (const char* name : {"NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"}) ::unsetenv(name);
  }
  std::string heard() {
    char text[512];
    const ssize_t size = ::recv(socket_.get(), text, sizeof(text), 0);
    return size < 0 ? "" : std::string(text, static_cast<size_t>(size));
  }

  testing::TempDir dir_;
  Fd socket_;
};

TEST_F(NotifyTest, SaysNothingWhereNobodyListens) {
  Notifier notifier = Notifier::from_environment();
  EXPECT_FALSE(notifier.listening());
  notifier.ready("fine");
  notifier.stopping();
}

TEST_F(NotifyTest, TellsReadinessWithPidAndStatus) {
  listen(dir_.file("notify"));
  Notifier notifier = Notifier::from_environment();
  ASSERT_TRUE(notifier.listening());
  notifier.ready("2 services\nSTATUS=injected");
  EXPECT_EQ(heard(),
            fmt::format("READY=1\nMAINPID={}\nSTATUS=2 services STATUS=injected\n", ::getpid()));
}

TEST_F(NotifyTest, SpeaksToAnAbstractSocket) {
  listen(fmt::format("@svc-notify-test-{}", ::getpid()));
  Notifier::from_environment().stopping();
  EXPECT_EQ(heard(), "STOPPING=1\nSTATUS=draining\n");
}

TEST_F(NotifyTest, TellsReloadsWithTheMonotonicTime) {
  listen(dir_.file("notify"));
  Notifier::from_environment().reloading(Instant(1234567us));
  EXPECT_EQ(heard(), "RELOADING=1\nMONOTONIC_USEC=1234567\nSTATUS=reloading\n");
}

TEST_F(NotifyTest, TellsAStatusOnce) {
  listen(dir_.file("notify"));
  Notifier notifier = Notifier::from_environment();
  notifier.status("draining: 3");
  notifier.status("draining: 3");
  EXPECT_EQ(heard(), "STATUS=draining: 3\n");
  EXPECT_EQ(heard(), "");
}

TEST_F(NotifyTest, FeedsTheWatchdogTwiceAPeriod) {
  listen(dir_.file("notify"));
  ::setenv("WATCHDOG_USEC", "10000000", 1);
  Notifier notifier = Notifier::from_environment();
  EXPECT_EQ(notifier.watchdog_interval(), 5s);
  notifier.watchdog();
  EXPECT_EQ(heard(), "WATCHDOG=1\n");
}

TEST_F(NotifyTest, LeavesAnothersWatchdogAlone) {
  listen(dir_.file("notify"));
  ::setenv("WATCHDOG_USEC", "10000000", 1);
  ::setenv("WATCHDOG_PID", "1", 1);
  EXPECT_EQ(Notifier::from_environment().watchdog_interval(), std::nullopt);
  ::setenv("WATCHDOG_PID", std::to_string(::getpid()).c_str(), 1);
  EXPECT_EQ(Notifier::from_environment().watchdog_interval(), 5s);
}

TEST_F(NotifyTest, IgnoresNonsenseInTheEnvironment) {
  listen(dir_.file("notify"));
  for (const char* usec : {"", "x", "-1", "0", "99999999999999999999"}) {
    ::setenv("WATCHDOG_USEC", usec, 1);
    EXPECT_EQ(Notifier::from_environment().watchdog_interval(), std::nullopt) << usec;
  }
  for (const char* path : {"", "relative", "ftp://x"}) {
    ::setenv("NOTIFY_SOCKET", path, 1);
    EXPECT_FALSE(Notifier::from_environment().listening()) << path;
  }
  ::setenv("NOTIFY_SOCKET", ("/" + std::string(300, 'x')).c_str(), 1);
  EXPECT_FALSE(Notifier::from_environment().listening());
}

TEST_F(NotifyTest, AManagerThatIsGoneIsNoError) {
  listen(dir_.file("notify"));
  Notifier notifier = Notifier::from_environment();
  socket_.reset();
  notifier.ready("fine");
}

}  // namespace
}  // namespace svc
