// Every system call of Listener::open() fails once: each time a clean error, nothing left behind.
#include <gtest/gtest.h>

#include <functional>

#include "core/base/fault.h"
#include "tests/unit/net/net_support.h"

namespace svc {
namespace {

using sys::fault::fail_nth;
using sys::fault::happened;
using sys::fault::never;

constexpr uint64_t kCallsMax = 200;  // Far more than any of these makes.

// Fails the first, second, … call of `attempt` until it makes none further. `check` sees the world
// after each, when what was opened has been destroyed again, without faults.
void sweep(const std::function<Result<Listener>()>& attempt, const std::function<void()>& check,
           uint64_t calls_min) {
  for (uint64_t nth = 1; nth <= kCallsMax; ++nth) {
    SCOPED_TRACE("call " + std::to_string(nth));
    const size_t before = open_descriptors();
    bool fault = false;
    std::string error;
    {
      fail_nth(nth);
      const auto listener = attempt();
      fault = happened();
      never();
      if (!listener) error = listener.error().text;
    }
    EXPECT_EQ(error.find('\n'), std::string::npos);
    EXPECT_EQ(open_descriptors(), before) << error;
    check();
    if (!fault) {
      EXPECT_EQ(error, "");
      EXPECT_GT(nth, calls_min) << "the sweep saw fewer calls than there are";
      return;
    }
  }
  FAIL() << "no end of calls";
}

TEST(ListenerFaults, TcpSocketsLeaveNothingOpen) {
  for (const char* address : {"127.0.0.1:0", "[::1]:0", "*:0"})
    sweep([&] { return Listener::open(address_of(address), {}, 3); }, [] {}, 9);
}

TEST(ListenerFaults, AProbedPortIsFreeAfterwards) {
  const Address address = Listener::open(address_of("127.0.0.1:0"), {}, 1)->address();
  sweep([&] { return Listener::open(address, {}, 2); },
        [&] { EXPECT_EQ(connect_to(address).error, ECONNREFUSED); }, 8);
}

TEST(ListenerFaults, UnixSocketsLeaveNoFile) {
  const testing::TempDir dir;
  ListenerOptions options;
  options.mode = 0640;
  options.group = ::getegid();
  sweep([&] { return Listener::open(address_of("unix:" + dir.file("s")), options, 2); },
        [&] { EXPECT_EQ(dir.entries(), 0u); }, 6);
}

TEST(ListenerFaults, AStaleFileIsReplacedOrLeftAsItWas) {
  const testing::TempDir dir;
  const Address address = address_of("unix:" + dir.file("s"));
  sweep(
      [&] {
        {
          const Fd dead(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
          const int bound = ::bind(dead.get(), address.get(), address.length());
          EXPECT_TRUE(bound == 0 || errno == EADDRINUSE);
        }
        return Listener::open(address, {}, 1);
      },
      [&] { EXPECT_LE(dir.entries(), 1u); }, 8);
}

TEST(ListenerFaults, GrowthThatFailsKeepsWhatListens) {
  auto listener = Listener::open(address_of("127.0.0.1:0"), {}, 1);
  ASSERT_TRUE(listener);
  for (uint64_t nth = 1; nth <= kCallsMax; ++nth) {
    const size_t before = listener->sockets();
    fail_nth(nth);
    const auto grown = listener->grow(before + 2);
    const bool fault = happened();
    never();
    EXPECT_EQ(grown.has_value(), !fault) << "call " << nth;
    EXPECT_GE(listener->sockets(), before);
    EXPECT_EQ(connect_to(listener->address()).error, 0);
    if (!fault) return;
  }
  FAIL() << "no end of calls";
}

TEST(ListenerFaults, AnInheritedSocketIsClosedWhenItCannotBeUsed) {
  const auto giver = Listener::open(address_of("127.0.0.1:0"), {}, 1);
  ASSERT_TRUE(giver);
  sweep([&] { return Listener::inherit(Fd(::dup(giver->socket_for(0).fd))); }, [] {}, 5);
}

}  // namespace
}  // namespace svc
