#include "core/sdk/guards/lru.h"

#include <gtest/gtest.h>

namespace svc {
namespace {

const Instant kLruNow{1h};

Lru::Value text_value(std::string text, Duration ttl = 1s) {
  const size_t bytes = text.size();
  return {std::make_shared<std::string>(std::move(text)), nullptr, bytes, kLruNow + ttl,
          kLruNow + ttl};
}
std::string text_at(Lru& lru, std::string_view key, Instant now = kLruNow) {
  const Lru::Value* const value = lru.find(key, now);
  return value != nullptr ? *static_cast<const std::string*>(value->object.get()) : "none";
}

TEST(LruTest, ForgetsWhatWasNotUsedForLongest) {
  Lru lru(2, 1 << 20);
  lru.put("a", text_value("1"));
  lru.put("b", text_value("2"));
  EXPECT_EQ(text_at(lru, "a"), "1");
  lru.put("c", text_value("3"));
  EXPECT_EQ(text_at(lru, "a"), "1");
  EXPECT_EQ(text_at(lru, "b"), "none");
  EXPECT_EQ(lru.entries(), 2u);
}

TEST(LruTest, StaysWithinItsBytes) {
  Lru lru(1000, 4 * (Lru::kOverhead + 101));
  for (int i = 0; i < 9; ++i) lru.put(std::to_string(i), text_value(std::string(100, 'x')));
  EXPECT_EQ(lru.entries(), 4u);
  EXPECT_EQ(lru.bytes(), 4 * (Lru::kOverhead + 101));
  lru.put("huge", text_value(std::string(10'000, 'x')));
  EXPECT_EQ(text_at(lru, "huge"), "none");
  EXPECT_EQ(lru.entries(), 4u);
  lru.clear();
  EXPECT_EQ(lru.bytes(), 0u);
}

TEST(LruTest, DropsWhatHasExpiredAndReplacesWhatIsThere) {
  Lru lru(10, 1 << 20);
  lru.put("a", text_value("old"));
  lru.put("a", text_value("new", 2s));
  EXPECT_EQ(text_at(lru, "a", kLruNow + 1s), "new");
  EXPECT_EQ(text_at(lru, "a", kLruNow + 2s), "none");
  EXPECT_EQ(lru.entries(), 0u);
  EXPECT_FALSE(lru.erase("a"));
}

}  // namespace
}  // namespace svc
