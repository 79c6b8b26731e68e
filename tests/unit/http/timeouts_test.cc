#include "core/http/timeouts.h"

#include <gtest/gtest.h>

#include <vector>

namespace svc {
namespace {

std::vector<TimeoutEntry*> expired;

struct TimeoutsTest : testing::Test {
  TimeoutsTest() { expired.clear(); }
  void pass(Duration time) {
    clock.advance(time);
    ASSERT_TRUE(loop->turn(0ms));
    ASSERT_TRUE(loop->turn(0ms));
  }
  FakeClock clock;
  std::unique_ptr<EventLoop> loop = EventLoop::create(clock).value();
  HttpLimits limits;
  Timeouts timeouts{*loop, limits, [](TimeoutEntry& entry) { expired.push_back(&entry); }};
};

TEST_F(TimeoutsTest, EachKindLastsAsLongAsItsLimit) {
  const std::pair<TimeoutKind, Duration> kinds[] = {
      {TimeoutKind::keepalive, 75s}, {TimeoutKind::header, 15s}, {TimeoutKind::body, 30s},
      {TimeoutKind::send, 30s},      {TimeoutKind::linger, 2s},  {TimeoutKind::drain, 2s}};
  for (const auto& [kind, lasts] : kinds) {
    TimeoutEntry entry;
    timeouts.start(entry, kind);
    pass(lasts - 1ms);
    EXPECT_TRUE(expired.empty());
    pass(1ms);
    ASSERT_EQ(expired.size(), 1u);
    EXPECT_EQ(expired[0], &entry);
    EXPECT_FALSE(entry.linked());
    expired.clear();
  }
}

TEST_F(TimeoutsTest, EntriesExpireInTheOrderInWhichTheyBegan) {
  TimeoutEntry one, two, three;
  timeouts.start(one, TimeoutKind::linger);
  pass(1s);
  timeouts.start(two, TimeoutKind::linger);
  timeouts.start(three, TimeoutKind::linger);
  Timeouts::stop(two);
  pass(1s);
  EXPECT_EQ(expired, (std::vector<TimeoutEntry*>{&one}));
  pass(1s);
  EXPECT_EQ(expired, (std::vector<TimeoutEntry*>{&one, &three}));
}

TEST_F(TimeoutsTest, StartingAnewPutsItOffAndEnsuringDoesNot) {
  TimeoutEntry anew, ensured;
  timeouts.start(anew, TimeoutKind::linger);
  timeouts.start(ensured, TimeoutKind::linger);
  pass(1s);
  timeouts.start(anew, TimeoutKind::linger);
  timeouts.ensure(ensured, TimeoutKind::linger);
  pass(1s);
  EXPECT_EQ(expired, (std::vector<TimeoutEntry*>{&ensured}));
  timeouts.ensure(anew, TimeoutKind::header);  // For another reason: from now.
  pass(14s);
  EXPECT_EQ(expired.size(), 1u);
  pass(1s);
  EXPECT_EQ(expired.size(), 2u);
}

TEST_F(TimeoutsTest, AnEntryThatIsDestroyedDoesNotExpire) {
  auto entry = std::make_unique<TimeoutEntry>();
  timeouts.start(*entry, TimeoutKind::linger);
  entry.reset();
  pass(3s);
  EXPECT_TRUE(expired.empty());
  TimeoutEntry later;  // The line goes on working.
  timeouts.start(later, TimeoutKind::linger);
  pass(2s);
  EXPECT_EQ(expired.size(), 1u);
}

}  // namespace
}  // namespace svc
