#include "core/control/client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <thread>

#include "tests/unit/control/control_support.h"

namespace svc {
namespace {

using std::chrono::milliseconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr milliseconds kPatience = 10s;

// A master of the test's own in another thread, which answers with `handler`.
class Master {
 public:
  Master(const std::string& path, ControlServer::Handler handler) {
    loop_ = *EventLoop::create();
    auto server = ControlServer::open(*loop_, path, std::move(handler));
    if (!server) throw std::runtime_error(server.error().text);
    server_ = *std::move(server);
    thread_ = std::thread([this] { EXPECT_TRUE(loop_->run()); });
  }
  ~Master() {
    loop_->stop();
    thread_.join();
  }

 private:
  std::unique_ptr<EventLoop> loop_;
  std::unique_ptr<ControlServer> server_;
  std::thread thread_;
};

// A listening socket that answers whoever connects with `bytes`, then closes.
class Impostor {
 public:
  Impostor(const std::string& path, std::string bytes)
      : trap_(path), thread_([this, bytes = std::move(bytes)] {
          const int socket = trap_.descriptor();
          pollfd wait{socket, POLLIN, 0};
          sys::poll(&wait, 1, 10'000);
          const Fd client(sys::accept4(socket, nullptr, nullptr, SOCK_CLOEXEC));
          char request[256];
          wait.fd = client.get();
          sys::poll(&wait, 1, 10'000);
          sys::recv(client.get(), request, sizeof request, 0);
          sys::send(client.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
        }) {}
  ~Impostor() { thread_.join(); }

 private:
  Trap trap_;
  std::thread thread_;
};

TEST(ControlClient, GetsProgressDocumentAndVerdict) {
  const testing::TempDir dir;
  const Master master(dir.file("c"), [](const std::shared_ptr<ControlCall>& call) {
    call->progress("one");
    call->progress("two");
    call->document("{\"argument\":\"" + call->arguments().at(0) + "\"}");
    call->done(1, "kept the old");
  });
  std::vector<std::string> lines;
  const auto answer = control_call(dir.file("c"), {"reload", {"users"}}, kPatience,
                                   [&](std::string_view line) { lines.emplace_back(line); });
  ASSERT_TRUE(answer) << answer.error().text;
  EXPECT_THAT(lines, ElementsAre("one", "two"));
  EXPECT_EQ(answer->document, "{\"argument\":\"users\"}");
  EXPECT_EQ(answer->exit_status, 1);
  EXPECT_EQ(answer->line, "kept the old");
}

TEST(ControlClient, TakesADocumentOfManyMegabytes) {
  const testing::TempDir dir;
  const Master master(dir.file("c"), [](const std::shared_ptr<ControlCall>& call) {
    call->document(std::string(8'000'000, 'd'));
    call->done(0);
  });
  const auto answer = control_call(dir.file("c"), {"config", {}}, kPatience);
  ASSERT_TRUE(answer) << answer.error().text;
  EXPECT_EQ(answer->document.size(), 8'000'000u);
}

TEST(ControlClient, WithoutPatienceBoundItWaitsForAsLongAsItTakes) {
  const testing::TempDir dir;
  const Master master(dir.file("c"),
                      [](const std::shared_ptr<ControlCall>& call) { call->done(0, "x"); });
  EXPECT_TRUE(control_call(dir.file("c"), {"stop", {}}, milliseconds(0)));
}

TEST(ControlClient, TellsAMissingMasterFromADeadOne) {
  const testing::TempDir dir;
  const auto missing = control_call(dir.file("none"), {"status", {}}, kPatience);
  EXPECT_EQ(missing.error().code, std::errc::no_such_file_or_directory);
  {
    const auto address = socket_path(dir.file("dead"));
    const Fd dead(sys::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    ASSERT_EQ(sys::bind(dead.get(), reinterpret_cast<const sockaddr*>(&*address), sizeof *address),
              0);
  }
  const auto dead = control_call(dir.file("dead"), {"status", {}}, kPatience);
  EXPECT_EQ(dead.error().code, std::errc::connection_refused);
}

TEST(ControlClient, GivesUpOnAMasterThatSaysNothing) {
  const testing::TempDir dir;
  std::vector<std::shared_ptr<ControlCall>> kept;
  const Master master(dir.file("c"),
                      [&](std::shared_ptr<ControlCall> call) { kept.push_back(std::move(call)); });
  const auto answer = control_call(dir.file("c"), {"status", {}}, milliseconds(20));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, std::errc::timed_out);
}

TEST(ControlClient, SaysThatTheMasterWentAway) {
  const testing::TempDir dir;
  const Impostor impostor(dir.file("c"), frame_of(FrameKind::progress, "x"));
  const auto answer = control_call(dir.file("c"), {"status", {}}, kPatience);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, std::errc::connection_reset);
}

TEST(ControlClient, RefusesAnswersThatMakeNoSense) {
  std::string huge = frame_of(FrameKind::document, "");
  huge.replace(8, 4, "\xff\xff\xff\xff");
  for (const std::string& bytes :
       {std::string("HTTP/1.1 200 OK\r\n"), huge, frame_of(FrameKind::done, ""),
        frame_of(FrameKind::request, std::string("x\0", 2))}) {
    const testing::TempDir dir;
    const Impostor impostor(dir.file("c"), bytes);
    const auto answer = control_call(dir.file("c"), {"status", {}}, kPatience);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, std::errc::protocol_error);
  }
}

TEST(ControlClient, RefusesAnAnswerFromAStrangersSocket) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can become somebody else";
  const testing::TempDir dir;
  std::filesystem::permissions(dir.path(), std::filesystem::perms::all);
  int ready[2];
  ASSERT_EQ(sys::pipe2(ready, O_CLOEXEC), 0);
  const pid_t stranger = ::fork();
  if (stranger == 0) {
    if (::setresuid(65533, 65533, 65533) < 0) ::_exit(2);
    const Trap trap(dir.file("c"));
    sys::write(ready[1], "y", 1);
    ::pause();
  }
  char made = 0;
  ASSERT_EQ(sys::read(ready[0], &made, 1), 1);
  ASSERT_EQ(made, 'y');
  const pid_t victim = ::fork();
  if (victim == 0) {
    if (::setresuid(65534, 65534, 65534) < 0) ::_exit(2);
    const auto answer = control_call(dir.file("c"), {"status", {}}, kPatience);
    ::_exit(!answer && answer.error().code == std::errc::permission_denied ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(victim, &status, 0), victim);
  EXPECT_EQ(status, 0);
  ::kill(stranger, SIGKILL);
  ::waitpid(stranger, nullptr, 0);
  ::close(ready[0]);
  ::close(ready[1]);
}

TEST(ControlClient, RefusesArgumentsThatNoMasterWouldTake) {
  const auto answer = control_call("/nowhere", {"reload", {std::string(kRequestMax, 'x')}}, 1ms);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, std::errc::invalid_argument);
}

}  // namespace
}  // namespace svc
