#include "core/sdk/guards/rate_table.h"

#include <gtest/gtest.h>
#include <sched.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <vector>

#include "tests/unit/sdk/guards/shared_pages.h"

namespace svc {
namespace {

const Instant kBegin{1h};

TEST(RateTableTest, KeysHaveBucketsOfTheirOwn) {
  const SharedPages pages(4096);
  RateTable table(pages.bytes());
  const Gcra gcra = Gcra::of(1, 1s, 1);
  EXPECT_TRUE(table.take(11, gcra, kBegin).allowed);
  EXPECT_FALSE(table.take(11, gcra, kBegin).allowed);
  EXPECT_TRUE(table.take(12, gcra, kBegin).allowed);
  EXPECT_TRUE(table.take(11, gcra, kBegin + 1s).allowed);
}

TEST(RateTableTest, TakesTheCellsOfFullBucketsAgain) {
  const SharedPages pages(4096);
  RateTable table(pages.bytes());
  const Gcra gcra = Gcra::of(1, 1s, 1);
  Instant now = kBegin;
  for (uint64_t tag = 1; tag < 10'000; ++tag, now += 1s)
    ASSERT_TRUE(table.take(tag, gcra, now).allowed);
}

TEST(RateTableTest, GivesUpTheBucketThatIsNearestToFullWhenASetIsTaken) {
  const SharedPages pages(128);  // One set.
  RateTable table(pages.bytes());
  ASSERT_EQ(table.cells(), 8u);
  for (uint64_t tag = 1; tag <= 8; ++tag)
    ASSERT_TRUE(table.take(tag, Gcra::of(1, (10 + tag) * 1s, 1), kBegin).allowed);
  EXPECT_TRUE(table.take(9, Gcra::of(1, 100s, 1), kBegin).allowed);  // In the place of 1.
  EXPECT_FALSE(table.take(9, Gcra::of(1, 100s, 1), kBegin).allowed);
  EXPECT_FALSE(table.take(8, Gcra::of(1, 18s, 1), kBegin).allowed);
  EXPECT_TRUE(table.take(1, Gcra::of(1, 11s, 1), kBegin).allowed);
}

TEST(RateTableTest, HealsAWordThatSomebodyScribbledOn) {
  const SharedPages pages(128);
  RateTable table(pages.bytes());
  const Gcra gcra = Gcra::of(1, 1s, 1);
  EXPECT_TRUE(table.take(5, gcra, kBegin).allowed);
  auto* words = &pages.as<uint64_t>();
  for (int cell = 0; cell < 8; ++cell) words[2 * cell + 1] = UINT64_MAX;
  EXPECT_FALSE(table.take(5, gcra, kBegin).allowed);
  EXPECT_TRUE(table.take(5, gcra, kBegin + 1s).allowed);
}

struct Tally {
  std::atomic<uint64_t> allowed;
  std::atomic<uint64_t> asked;
};

constexpr uint64_t kAskedMax = 200'000;
constexpr Duration kStep = 10us;

// Asks for tokens of one key. Time goes on by a step with each question, so that how busy the
// machine is doesn't matter; processes that are late with theirs there are plenty.
void ask(RateTable& table, Tally& tally, const Gcra& gcra) {
  for (uint64_t turn; (turn = tally.asked.fetch_add(1)) < kAskedMax;) {
    const Instant now = kBegin + turn * kStep;
    if (table.take(77, gcra, now).allowed) tally.allowed.fetch_add(1);
    table.take(1000 + turn % 5000, Gcra::of(1, 1ms, 1), now);  // Others come and go.
  }
}

TEST(RateTableTest, IsExactForEightProcessesOfWhichSomeAreKilled) {
  const SharedPages pages(1 << 17);
  const SharedPages tally_page(4096);
  RateTable table(pages.bytes());
  auto& tally = tally_page.as<Tally>();
  const Gcra gcra = Gcra::of(20'000, 1s, 100);
  std::vector<pid_t> children;
  const auto start = [&] {
    const pid_t pid = ::fork();
    if (pid == 0) {
      ask(table, tally, gcra);
      ::_exit(0);
    }
    children.push_back(pid);
  };
  for (int i = 0; i < 8; ++i) start();
  for (size_t killed = 0; tally.asked.load() < kAskedMax; ++killed) {
    const uint64_t seen = tally.asked.load();
    while (tally.asked.load() < std::min(seen + 5000, kAskedMax)) ::sched_yield();
    ::kill(children[killed], SIGKILL);
    start();
  }
  for (const pid_t pid : children) ::waitpid(pid, nullptr, 0);
  const double expected = 20'000 * std::chrono::duration<double>(kAskedMax * kStep).count() + 100;
  EXPECT_NEAR(static_cast<double>(tally.allowed.load()), expected, expected / 100);
}

}  // namespace
}  // namespace svc
