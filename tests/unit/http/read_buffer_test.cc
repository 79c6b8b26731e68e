#include "core/http/read_buffer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace svc {
namespace {

void put(ReadBuffer& buffer, std::span<char> space, std::string_view text) {
  ASSERT_GE(space.size(), text.size());
  std::ranges::copy(text, space.begin());
  buffer.filled(text.size());
}

TEST(ReadBuffer, HoldsNoMemoryBeforeItsFirstByte) {
  ReadBuffer buffer;
  EXPECT_EQ(buffer.capacity(), 0u);
  EXPECT_TRUE(buffer.empty());
  EXPECT_EQ(buffer.space(100'000).size(), ReadBuffer::kBlock);
}

TEST(ReadBuffer, GrowsUpToItsBoundAndThenIsFull) {
  ReadBuffer buffer;
  size_t total = 0;
  for (std::span<char> space; !(space = buffer.space(40'000)).empty();) {
    std::ranges::fill(space, 'x');
    buffer.filled(space.size());
    total += space.size();
  }
  EXPECT_EQ(total, 40'000u);
  EXPECT_EQ(buffer.unread(), std::string(40'000, 'x'));
}

TEST(ReadBuffer, MovesWhatIsUnreadToTheFrontInsteadOfGrowing) {
  ReadBuffer buffer;
  put(buffer, buffer.space(100'000), std::string(16'000, 'a') + "rest");
  buffer.consume(16'000);
  buffer.unpin();
  EXPECT_GE(buffer.space(100'000).size(), ReadBuffer::kBlock - 4);
  EXPECT_EQ(buffer.capacity(), ReadBuffer::kBlock);
  EXPECT_EQ(buffer.unread(), "rest");
}

TEST(ReadBuffer, APinnedHeadStaysWhereItIs) {
  ReadBuffer buffer;
  put(buffer, buffer.space(100'000), "headbody1");
  buffer.pin_head(4);
  const char* head = buffer.message().data();
  EXPECT_EQ(buffer.unread(), "body1");
  buffer.consume(5);
  put(buffer, buffer.space_behind_head(), "body2");
  EXPECT_EQ(buffer.unread(), "body2");
  EXPECT_EQ(buffer.message().data(), head);
  EXPECT_EQ(buffer.message().substr(0, 4), "head");
  buffer.consume(3);
  buffer.unpin();
  EXPECT_EQ(buffer.message(), "y2");
}

TEST(ReadBuffer, MakesRoomBehindAHeadAndSaysThatItMoved) {
  ReadBuffer buffer;
  put(buffer, buffer.space(100'000), std::string(15'000, 'h') + "b");
  buffer.pin_head(15'000);
  EXPECT_FALSE(buffer.reserve_behind_head(1000));
  EXPECT_TRUE(buffer.reserve_behind_head(8000));
  EXPECT_EQ(buffer.unread(), "b");
  buffer.consume(1);
  EXPECT_GE(buffer.space_behind_head().size(), 8000u);
  EXPECT_EQ(buffer.message().substr(0, 15'000), std::string(15'000, 'h'));
}

TEST(ReadBuffer, MovingToTheFrontIsEnoughBehindAHeadThatCameLate) {
  ReadBuffer buffer;
  put(buffer, buffer.space(100'000), std::string(12'000, 'a') + "head");
  buffer.consume(12'000);
  buffer.unpin();
  buffer.pin_head(4);
  EXPECT_TRUE(buffer.reserve_behind_head(8000));
  EXPECT_EQ(buffer.capacity(), ReadBuffer::kBlock);
  EXPECT_EQ(buffer.message(), "head");
}

TEST(ReadBuffer, GivesALargeBlockBackAndKeepsAUsualOne) {
  ReadBuffer buffer;
  put(buffer, buffer.space(100'000), "x");
  buffer.trim();
  EXPECT_EQ(buffer.capacity(), ReadBuffer::kBlock);
  for (std::span<char> space; !(space = buffer.space(40'000)).empty();) buffer.filled(space.size());
  buffer.trim();
  EXPECT_EQ(buffer.capacity(), 0u);
  EXPECT_TRUE(buffer.empty());
}

}  // namespace
}  // namespace svc
