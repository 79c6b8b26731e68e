// Every system call of the control socket's two ends fails once: each time a clean error or an
// answer, nothing left behind.
#include <gtest/gtest.h>

#include "core/base/fault.h"
#include "core/control/runtime_paths.h"
#include "tests/unit/control/control_support.h"

namespace svc {
namespace {

using sys::fault::fail_nth;
using sys::fault::happened;
using sys::fault::never;

constexpr uint64_t kCallsMax = 200;

size_t entries(const std::string& directory) {
  return static_cast<size_t>(std::distance(std::filesystem::directory_iterator(directory), {}));
}

TEST(ControlServerFaults, OpeningLeavesNothingBehind) {
  const testing::TempDir dir;
  auto loop = *EventLoop::create();
  for (uint64_t nth = 1; nth <= kCallsMax; ++nth) {
    SCOPED_TRACE("call " + std::to_string(nth));
    const size_t before = entries("/proc/self/fd");
    fail_nth(nth);
    std::string error;
    {
      auto server = ControlServer::open(*loop, dir.file("c"), [](auto) {});
      if (!server) error = server.error().text;
      const bool fault = happened();
      never();
      if (!fault) {
        EXPECT_EQ(error, "");
        EXPECT_GT(nth, 7u) << "the sweep saw fewer calls than there are";
        return;
      }
    }
    EXPECT_EQ(error.find('\n'), std::string::npos);
    EXPECT_EQ(entries("/proc/self/fd"), before) << error;
    EXPECT_EQ(entries(dir.path()), 0u) << error;
  }
  FAIL() << "no end of calls";
}

// One conversation in which call `failing` fails (0: none), long enough for every deadline to pass;
// true when the client was answered.
bool converse(EventLoop& loop, FakeClock& clock, const std::string& path, uint64_t failing) {
  RawClient client(path);
  client.ask("status");
  fail_nth(failing);
  for (int turn = 0; turn < 30; ++turn) {
    static_cast<void>(loop.turn(0ms));  // epoll_wait(2) itself may be the one that fails.
    clock.advance(1s);
  }
  never();
  client.read();
  return client.frame().kind == FrameKind::done;
}

TEST(ControlServerFaults, ABadCallCostsOneClientAtMost) {
  const testing::TempDir dir;
  FakeClock clock;
  auto loop = *EventLoop::create(clock);
  auto server =
      ControlServer::open(*loop, dir.file("c"),
                          [](const std::shared_ptr<ControlCall>& call) { call->done(0, "fine"); });
  ASSERT_TRUE(server) << server.error().text;
  const size_t before = entries("/proc/self/fd");
  for (uint64_t nth = 1; nth <= 40; ++nth) {
    SCOPED_TRACE("call " + std::to_string(nth));
    static_cast<void>(converse(*loop, clock, dir.file("c"), nth));
    EXPECT_EQ((*server)->clients(), 0u);
    EXPECT_EQ(entries("/proc/self/fd"), before);
    EXPECT_TRUE(converse(*loop, clock, dir.file("c"), 0)) << "the next client suffers";
  }
}

TEST(RuntimePathsFaults, APointerIsWholeOrAbsent) {
  const testing::TempDir dir;
  const std::string runtime = dir.file("run");
  const std::string usual = dir.file("usual");  // Not the real one: others are busy there.
  const MasterPointer pointer{dir.file("x.toml"), "x", runtime + "/x/control"};
  for (uint64_t nth = 1; nth <= kCallsMax; ++nth) {
    SCOPED_TRACE("call " + std::to_string(nth));
    fail_nth(nth);
    const auto written = write_pointer(runtime, pointer, usual);
    const bool fault = happened();
    never();
    const auto found = read_pointer({runtime}, pointer.config);
    ASSERT_TRUE(found) << found.error().text;
    EXPECT_TRUE(*found || !written);
    remove_pointer(runtime, pointer, usual);
    EXPECT_TRUE(!std::filesystem::exists(runtime) || std::filesystem::is_empty(runtime));
    EXPECT_FALSE(std::filesystem::exists(usual));
    if (!fault) return;
  }
  FAIL() << "no end of calls";
}

}  // namespace
}  // namespace svc
