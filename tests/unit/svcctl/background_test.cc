#include "cmd/svcctl/background.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>

#include <fstream>
#include <sstream>

#include "core/base/sys.h"
#include "tests/support/temp_dir.h"

namespace svc {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// A shell script in the server's place. Its descriptor 3 is the pipe.
class Background : public ::testing::Test {
 protected:
  Result<pid_t> start(const std::string& script) {
    BackgroundCommand command;
    command.command = {"/bin/sh", "-c", script};
    command.log = Fd(sys::open(log_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
    command.on_progress = [this](std::string_view line) { progress_.emplace_back(line); };
    return start_in_background(std::move(command));
  }
  std::string log() const {
    std::stringstream text;
    text << std::ifstream(log_).rdbuf();
    return text.str();
  }
  static void end(pid_t pid) {
    ::kill(pid, SIGKILL);
    ::waitpid(pid, nullptr, 0);
  }

  testing::TempDir dir_;
  std::string log_ = dir_.file("log");
  std::vector<std::string> progress_;
};

TEST_F(Background, ReturnsOnceTheServerIsReadyAndLeavesItRunning) {
  const auto pid = start("echo progress one >&3; echo ready >&3; exec 3>&-; exec sleep 1000");
  ASSERT_TRUE(pid) << pid.error().text;
  EXPECT_THAT(progress_, ElementsAre("one"));
  EXPECT_FALSE(has_ended(*pid));
  EXPECT_EQ(::getsid(*pid), *pid) << "it would get our terminal's signals";
  end(*pid);
}

TEST_F(Background, GivesItTheLogAndNothingElseOfOurs) {
  const int leak = sys::open("/dev/zero", O_RDONLY);  // Not close-on-exec.
  const auto pid = start(
      "ls -l /proc/$$/fd | sed -n 's/.* \\([0-9]*\\) -> \\(.*\\)/\\1 \\2/p'; echo err >&2;"
      "echo ready >&3; exec sleep 1000");
  ASSERT_TRUE(pid) << pid.error().text;
  end(*pid);
  ::close(leak);
  EXPECT_THAT(log(), HasSubstr("0 /dev/null\n1 " + log_ + "\n2 " + log_ + "\n3 pipe:"));
  EXPECT_THAT(log(), HasSubstr("err\n"));
  EXPECT_EQ(log().find("/dev/zero"), std::string::npos) << log();
}

TEST_F(Background, TellsTheServersOwnReason) {
  const auto pid = start("echo progress x >&3; echo 'error shop.toml:1:1: no' >&3; exit 1");
  ASSERT_FALSE(pid);
  EXPECT_EQ(pid.error().text, "shop.toml:1:1: no");
  EXPECT_THAT(progress_, ElementsAre("x"));
}

TEST_F(Background, TellsHowAServerEndedThatGaveNoReason) {
  EXPECT_THAT(start("exit 7").error().text, HasSubstr("exit status 7"));
  EXPECT_THAT(start("kill -SEGV $$").error().text, HasSubstr("signal 11"));
}

TEST_F(Background, DoesNotWaitForAPipeThatAWorkerHoldsOpen) {
  const auto pid = start("sleep 1000 & echo $!; exit 4");
  ASSERT_FALSE(pid);
  EXPECT_THAT(pid.error().text, HasSubstr("exit status 4"));
  end(static_cast<pid_t>(std::stoi(log())));
}

TEST_F(Background, AnInterruptedStartStopsTheServer) {
  const pid_t parent = ::getpid();
  const auto pid = start("trap 'echo stopped; exit 0' TERM; kill -INT " + std::to_string(parent) +
                         "; while :; do sleep 0.05; done");
  ASSERT_FALSE(pid);
  EXPECT_EQ(pid.error().code, std::errc::operation_canceled);
  EXPECT_EQ(log(), "stopped\n");
}

TEST_F(Background, AMissingProgramIsAnError) {
  BackgroundCommand command;
  command.command = {"/nowhere/svcd"};
  command.log = Fd(sys::open("/dev/null", O_WRONLY | O_CLOEXEC));
  EXPECT_THAT(start_in_background(std::move(command)).error().text, HasSubstr("could not be run"));
  EXPECT_EQ(sibling_program("no-such-program").error().code, std::errc::no_such_file_or_directory);
}

TEST(HasEnded, SeesRemainsAsAnEnd) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(0);
  siginfo_t info;
  ASSERT_EQ(::waitid(P_PID, static_cast<id_t>(child), &info, WEXITED | WNOWAIT), 0);
  EXPECT_TRUE(has_ended(child));  // Not waited for yet.
  ASSERT_EQ(::waitpid(child, nullptr, 0), child);
  EXPECT_TRUE(has_ended(child));
  EXPECT_FALSE(has_ended(::getpid()));
}

}  // namespace
}  // namespace svc
