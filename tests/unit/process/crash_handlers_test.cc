// Real crashes, in forked children, and what the parent hears of them over a real channel.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <thread>

#include "core/loop/fiber.h"
#include "core/process/channel.h"
#include "core/process/last_words.h"
#include "tests/unit/process/symbols_support.h"

namespace svc {
namespace {

struct Crash {
  int status = 0;
  std::string text;
  LastWords words;

  // With the names of frames.
  std::string all() const {
    std::string joined = text;
    for (const auto& line : resolved(words.frames)) joined += line + "\n";
    return joined;
  }
  bool mentions(std::string_view function) const { return all().find(function) != text.npos; }
};

// Runs `body` in a child whose slot says that it serves request 0xa3 of route 7.
Crash crash(const std::function<void()>& body) {
  Board board = std::move(*Board::create(1));
  board.claim(0, "demo");
  auto [mine, its] = std::move(*Channel::create_pair());
  const pid_t pid = ::fork();
  if (pid == 0) {
    const rlimit no_core{0, 0};
    ::setrlimit(RLIMIT_CORE, &no_core);
    board.slot(0).loop.begin(7, 0xa3, Instant(1s));
    board.slot(0).pool[2].running.begin(8, 0xb4, Instant(1s));
    if (!install_crash_handlers(its.descriptor(), board.slot(0))) ::_exit(99);
    body();
    ::_exit(0);
  }
  Crash result;
  ::waitpid(pid, &result.status, 0);
  its = Channel();
  while (auto message = mine.receive()) {
    if (!*message) break;
    EXPECT_EQ((*message)->kind, ChannelKind::last_words);
    result.text += (*message)->text;
  }
  result.words = parse_last_words(result.text);
  return result;
}

__attribute__((noinline)) void write_to_nowhere() {
  volatile int* nowhere = reinterpret_cast<int*>(0x10);
  *nowhere = 1;  // NOLINT: on purpose.
}

__attribute__((noinline)) int overflow(int depth) {
  volatile char frame[512];
  frame[0] = static_cast<char>(depth);
  if (depth < 0) return 0;  // Never: but the compiler is not to know that.
  return overflow(depth + 1) + frame[0];
}

__attribute__((noinline)) void call_nowhere() {
  volatile auto nowhere = reinterpret_cast<void (*)()>(0x10);
  nowhere();
  asm volatile("");  // No tail call: this frame is what the test looks for.
}

TEST(CrashHandlers, TellOfASegmentationFaultWithRequestAndFrames) {
  const Crash crashed = crash(write_to_nowhere);
  ASSERT_TRUE(WIFSIGNALED(crashed.status));
  EXPECT_EQ(WTERMSIG(crashed.status), SIGSEGV) << "it dies of what it caught";
  EXPECT_EQ(crashed.words.signal, SIGSEGV);
  EXPECT_EQ(crashed.words.code, SEGV_MAPERR);
  EXPECT_EQ(crashed.words.address, 0x10U);
  EXPECT_EQ(crashed.words.thread, "loop");
  EXPECT_EQ(crashed.words.route, 7U);
  EXPECT_EQ(crashed.words.request_id, 0xa3U);
  ASSERT_FALSE(crashed.words.frames.empty()) << crashed.text;
  const std::string innermost = resolved({crashed.words.frames[0]}).at(0);
  EXPECT_NE(innermost.find("write_to_nowhere"), std::string::npos) << crashed.all();
  EXPECT_NE(innermost.find("crash_handlers_test.cc:"), std::string::npos) << crashed.all();
}

TEST(CrashHandlers, TellOfEachOfTheSignals) {
  for (const int signal : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP}) {
    const Crash crashed = crash([signal] { ::raise(signal); });
    ASSERT_TRUE(WIFSIGNALED(crashed.status)) << signal;
    EXPECT_EQ(WTERMSIG(crashed.status), signal);
    EXPECT_EQ(crashed.words.signal, signal) << crashed.all();
    EXPECT_LE(crashed.words.code, 0);
    EXPECT_GT(crashed.words.sender, 0);
  }
}

TEST(CrashHandlers, TellOfAnAbort) {
  const Crash crashed = crash([] { ::abort(); });
  EXPECT_EQ(WTERMSIG(crashed.status), SIGABRT);
  EXPECT_TRUE(crashed.mentions("abort")) << crashed.all();
}

TEST(CrashHandlers, TellOfAnUncaughtException) {
  const Crash crashed = crash([] { std::thread([] { throw std::runtime_error("x"); }).join(); });
  EXPECT_EQ(WTERMSIG(crashed.status), SIGABRT);
  EXPECT_EQ(crashed.words.signal, SIGABRT);
  EXPECT_TRUE(crashed.mentions("terminate")) << crashed.all();
}

TEST(CrashHandlers, TellOfAStackOverflowOnTheLoopsStack) {
  const Crash crashed = crash([] { overflow(0); });
  EXPECT_EQ(WTERMSIG(crashed.status), SIGSEGV);
  EXPECT_EQ(crashed.words.note, "stack overflow") << crashed.all();
  EXPECT_TRUE(crashed.mentions("overflow(int)")) << crashed.all();
}

TEST(CrashHandlers, TellOfAStackOverflowInAFiber) {
  const Crash crashed = crash([] {
    auto loop = EventLoop::create();
    Fibers fibers(**loop);
    static_cast<void>(fibers.spawn([] { overflow(0); }));
  });
  EXPECT_EQ(WTERMSIG(crashed.status), SIGSEGV);
  EXPECT_EQ(crashed.words.note, "stack overflow in fiber") << crashed.all();
  EXPECT_TRUE(crashed.mentions("overflow(int)")) << crashed.all();
}

TEST(CrashHandlers, FindTheCallerOfAWildPointer) {
  const Crash crashed = crash(call_nowhere);
  EXPECT_EQ(WTERMSIG(crashed.status), SIGSEGV);
  EXPECT_TRUE(crashed.mentions("call_nowhere")) << crashed.all();
}

TEST(CrashHandlers, BlameThePoolThreadsRequestForItsCrash) {
  const Crash crashed = crash([] {
    std::thread([] {
      crash_handlers_for_pool_thread(2);
      write_to_nowhere();
    }).join();
  });
  EXPECT_EQ(crashed.words.thread, "pool 2");
  EXPECT_EQ(crashed.words.route, 8U);
  EXPECT_EQ(crashed.words.request_id, 0xb4U);
}

TEST(CrashHandlers, TellOfAStackOverflowInAPoolThread) {
  const Crash crashed = crash([] {
    std::thread([] {
      crash_handlers_for_pool_thread(2);
      overflow(0);
    }).join();
  });
  EXPECT_EQ(crashed.words.thread, "pool 2") << crashed.all();
  EXPECT_EQ(crashed.words.note, "stack overflow") << crashed.all();
}

TEST(CrashHandlers, BlameNobodyForAThreadThatServesNobody) {
  const Crash crashed = crash([] { std::thread(write_to_nowhere).join(); });
  EXPECT_EQ(crashed.words.signal, SIGSEGV);
  EXPECT_EQ(crashed.words.thread, "other");
  EXPECT_FALSE(crashed.words.request_id);
}

TEST(CrashHandlers, SpeakOnceWhenTwoThreadsCrashTogether) {
  const Crash crashed = crash([] {
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) threads.emplace_back(write_to_nowhere);
    for (auto& thread : threads) thread.join();
  });
  EXPECT_EQ(WTERMSIG(crashed.status), SIGSEGV);
  EXPECT_EQ(crashed.text.find("signal", 1), std::string::npos) << crashed.text;
}

TEST(CrashHandlers, DieEvenWhenNobodyListens) {
  Board board = std::move(*Board::create(1));
  auto [mine, its] = std::move(*Channel::create_pair());
  const pid_t pid = ::fork();
  if (pid == 0) {
    static_cast<void>(install_crash_handlers(its.descriptor(), board.slot(0)));
    while (its.send(ChannelKind::routes, 0, "full")) {
    }
    write_to_nowhere();
  }
  int status = 0;
  ::waitpid(pid, &status, 0);
  EXPECT_TRUE(WIFSIGNALED(status));
}

}  // namespace
}  // namespace svc
