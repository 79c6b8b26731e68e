#include "core/sdk/guards/value_table.h"

#include <gtest/gtest.h>
#include <sched.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "tests/unit/sdk/guards/shared_pages.h"

namespace svc {
namespace {

constexpr HashSeed kSeed = {11, 22};
constexpr size_t kSlotSize = 256;
const Instant kNow{1h};

class ValueTableTest : public ::testing::Test {
 protected:
  SharedPages pages{1 << 16};
  ValueTable table{pages.bytes(), kSlotSize, kSeed};
};

TEST_F(ValueTableTest, GivesBackWhatWasPutUntilItExpires) {
  EXPECT_EQ(table.get("a", kNow), std::nullopt);
  EXPECT_TRUE(table.put("a", "one", kNow, kNow + 1s));
  EXPECT_EQ(table.get("a", kNow), "one");
  EXPECT_TRUE(table.put("a", "", kNow, kNow + 1s));
  EXPECT_EQ(table.get("a", kNow + 999ms), "");
  EXPECT_EQ(table.get("a", kNow + 1s), std::nullopt);
}

TEST_F(ValueTableTest, HoldsEntriesUpToTheSizeOfASlot) {
  const std::string largest(table.entry_max() - 1, 'x');
  EXPECT_TRUE(table.put("k", largest, kNow, kNow + 1s));
  EXPECT_EQ(table.get("k", kNow), largest);
  EXPECT_FALSE(table.put("k", largest + "x", kNow, kNow + 1s));
  EXPECT_EQ(table.get(std::string(10'000, 'k'), kNow), std::nullopt);
}

TEST_F(ValueTableTest, ErasesAndCounts) {
  table.put("a", "one", kNow, kNow + 1s);
  EXPECT_TRUE(table.erase("a", kNow));
  EXPECT_FALSE(table.erase("a", kNow));
  EXPECT_EQ(table.get("a", kNow), std::nullopt);
  EXPECT_EQ(table.increment("n", 5, kNow, kNow + 1s), 5);
  EXPECT_EQ(table.increment("n", -7, kNow, kNow + 9s), -2);
  EXPECT_EQ(table.get("n", kNow), "-2");
  EXPECT_EQ(table.increment("n", 1, kNow + 1s, kNow + 2s), 1);  // Its time had passed.
}

TEST_F(ValueTableTest, RefusesToCountWhatIsNoNumberOrLeavesTheBounds) {
  table.put("a", "one", kNow, kNow + 1s);
  EXPECT_EQ(table.increment("a", 1, kNow, kNow + 1s), std::nullopt);
  EXPECT_EQ(table.increment("n", ValueTable::kCounterMax, kNow, kNow + 1s),
            ValueTable::kCounterMax);
  EXPECT_EQ(table.increment("n", 1, kNow, kNow + 1s), std::nullopt);
  EXPECT_EQ(table.increment("n", -1, kNow, kNow + 1s), ValueTable::kCounterMax - 1);
}

TEST(SmallValueTableTest, ForgetsWhatWasNotUsedForLongest) {
  const SharedPages pages(8 * kSlotSize);  // One set.
  ValueTable table(pages.bytes(), kSlotSize, kSeed);
  ASSERT_EQ(table.slots(), 8u);
  for (int i = 0; i < 8; ++i) table.put(std::to_string(i), "x", kNow + i * 1s, kNow + 1h);
  EXPECT_TRUE(table.get("0", kNow + 20s));
  table.put("new", "x", kNow + 30s, kNow + 1h);
  EXPECT_TRUE(table.get("0", kNow + 30s));
  EXPECT_FALSE(table.get("1", kNow + 30s));
}

TEST(SmallValueTableTest, NeverAnswersWithWhatWasScribbledOver) {
  const SharedPages pages(8 * kSlotSize);
  ValueTable table(pages.bytes(), kSlotSize, kSeed);
  table.put("key", "value", kNow, kNow + 1h);
  const std::span<std::byte> bytes = pages.bytes();
  for (size_t at = ValueTable::kSlotHeader; at < bytes.size(); at += kSlotSize)
    bytes[at + 5] ^= std::byte{1};
  EXPECT_EQ(table.get("key", kNow), std::nullopt);
  EXPECT_TRUE(table.put("key", "again", kNow, kNow + 1h));
  EXPECT_EQ(table.get("key", kNow), "again");
}

TEST(SmallValueTableTest, TakesOverWhatADeadWriterLeftLocked) {
  const SharedPages pages(8 * kSlotSize);
  ValueTable table(pages.bytes(), kSlotSize, kSeed);
  for (int i = 0; i < 8; ++i) {  // The state is a slot's first word.
    auto* const state = reinterpret_cast<uint64_t*>(pages.bytes().data() + i * kSlotSize);
    *state = uint64_t{1} << 31 | (kNow.time_since_epoch() / 1ms);
  }
  EXPECT_FALSE(table.put("key", "value", kNow + 10ms, kNow + 1h));
  EXPECT_TRUE(table.put("key", "value", kNow + 60ms, kNow + 1h));
  EXPECT_EQ(table.get("key", kNow + 60ms), "value");
}

// Children that do `work` over and over; some are killed while they do.
template <class Work>
void run_and_kill(int children, Duration time, std::atomic<uint64_t>& turns, bool killing,
                  Work work) {
  const Instant until = Clock::steady().now() + time;
  std::vector<pid_t> pids;
  const auto start = [&] {
    const pid_t pid = ::fork();
    if (pid == 0) {
      while (Clock::steady().now() < until) work(), turns.fetch_add(1);
      ::_exit(0);
    }
    pids.push_back(pid);
  };
  for (int i = 0; i < children; ++i) start();
  for (size_t next = 0; killing && Clock::steady().now() < until; ++next) {
    const uint64_t seen = turns.load();
    while (turns.load() < seen + 500 && Clock::steady().now() < until) ::sched_yield();
    ::kill(pids[next], SIGKILL);
    start();
  }
  for (const pid_t pid : pids) {
    int status = 0;
    ::waitpid(pid, &status, 0);
    EXPECT_TRUE(killing || (WIFEXITED(status) && WEXITSTATUS(status) == 0));
  }
}

TEST(StressedValueTableTest, EightProcessesThatAreKilledNeverShowATornValue) {
  const SharedPages pages(16 * kSlotSize);
  const SharedPages facts(4096);
  ValueTable table(pages.bytes(), kSlotSize, kSeed);
  auto* const words = &facts.as<std::atomic<uint64_t>>();
  std::atomic<uint64_t>&turns = words[0], &torn = words[1], &hits = words[2];
  run_and_kill(8, 600ms, turns, true, [&] {
    const Instant now = Clock::steady().now();
    const uint64_t turn = turns.load();
    const std::string key = "key" + std::to_string(turn % 20);
    const size_t size = 20 + turn % 100;
    table.put(key, key + std::string(size, static_cast<char>('a' + turn % 26)), now, now + 10s);
    const auto got = table.get(key, now);
    if (!got) return;
    hits.fetch_add(1);
    const bool whole = got->starts_with(key) &&
                       got->find_first_not_of(got->back(), key.size()) == std::string::npos;
    if (!whole) torn.fetch_add(1);
  });
  EXPECT_EQ(torn.load(), 0u);
  EXPECT_GT(hits.load(), 100u);
  // And nothing is wedged: what was left locked has been taken over.
  const Instant later = Clock::steady().now() + 1s;
  for (int i = 0; i < 20; ++i)
    EXPECT_TRUE(table.put("key" + std::to_string(i), "v", later, later + 1s));
}

TEST(StressedValueTableTest, CountsExactlyForEightProcesses) {
  const SharedPages pages(1 << 16);
  const SharedPages facts(4096);
  ValueTable table(pages.bytes(), kSlotSize, kSeed);
  auto* const words = &facts.as<std::atomic<uint64_t>>();
  std::atomic<uint64_t>&turns = words[0], &lost = words[1];
  run_and_kill(8, 300ms, turns, false, [&] {
    const Instant now = Clock::steady().now();
    if (!table.increment("n" + std::to_string(turns.load() % 4), 1, now, now + 1h)) ++lost;
  });
  int64_t sum = 0;
  for (int i = 0; i < 4; ++i)
    sum += std::stoll(table.get("n" + std::to_string(i), Clock::steady().now()).value_or("0"));
  EXPECT_EQ(lost.load(), 0u);
  EXPECT_EQ(static_cast<uint64_t>(sum), turns.load());
}

// Nine keys in a set of eight: their slots change hands all the time.
TEST(StressedValueTableTest, ACounterIsNeverReadAsAnothersThatHasItsSlotNow) {
  const SharedPages pages(8 * kSlotSize);
  const SharedPages facts(4096);
  ValueTable table(pages.bytes(), kSlotSize, kSeed);
  auto* const words = &facts.as<std::atomic<uint64_t>>();
  std::atomic<uint64_t>&turns = words[0], &hits = words[1], &wrong = words[2];
  run_and_kill(4, 500ms, turns, false, [&] {
    const Instant now = Clock::steady().now();
    const uint64_t which = 1 + turns.load() % 9;
    const std::string key = "n" + std::to_string(which);
    if (!table.get(key, now))
      table.increment(key, static_cast<int64_t>(which) << 32, now, now + 1h);
    for (int i = 0; i < 20; ++i) {
      const auto got = table.get(key, now);
      if (!got) continue;
      ++hits;
      // Several may have begun it at once: a multiple, but of its own number.
      const uint64_t number = std::stoull(*got) >> 32;
      if (number == 0 || number % which != 0) ++wrong;
    }
  });
  EXPECT_GT(hits.load(), 100u);
  EXPECT_EQ(wrong.load(), 0u);
}

}  // namespace
}  // namespace svc
