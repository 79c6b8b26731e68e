#include "core/process/last_words.h"

#include <gtest/gtest.h>

namespace svc {
namespace {

TEST(LastWords, AreReadAsTheyWereWritten) {
  const LastWords words = parse_last_words(
      "signal 11\ncode 1\naddress 0x10\nthread pool 2\nroute 3\nrequest 00000000000000a3\n"
      "note stack overflow in fiber\nframe /lib/libc.so.6+0x1a\nframe ?+0xffff\n");
  EXPECT_EQ(words.signal, 11);
  EXPECT_EQ(words.code, 1);
  EXPECT_EQ(words.address, 0x10U);
  EXPECT_EQ(words.thread, "pool 2");
  EXPECT_EQ(words.route, 3U);
  EXPECT_EQ(words.request_id, 0xa3U);
  EXPECT_EQ(words.note, "stack overflow in fiber");
  EXPECT_EQ(words.frames, std::vector<std::string>({"/lib/libc.so.6+0x1a", "?+0xffff"}));
}

TEST(LastWords, OfNobodyAreEmpty) {
  const LastWords words = parse_last_words("");
  EXPECT_EQ(words.signal, 0);
  EXPECT_FALSE(words.request_id || words.route || words.address);
  EXPECT_TRUE(words.frames.empty());
}

TEST(LastWords, JunkIsLeftOut) {
  const LastWords words = parse_last_words(
      "signal eleven\nsignal\n\n \nsignal 99999999999999999999\nroute -1\nrequest xyz\n"
      "request 1000000000000000000000a3\nunknown 1\nsignal 6\nsignal 7x");
  EXPECT_EQ(words.signal, 6);
  EXPECT_FALSE(words.request_id || words.route);
}

TEST(LastWords, AreBounded) {
  std::string text = "note " + std::string(10'000, 'x') + "\n";
  for (int i = 0; i < 10'000; ++i) text += "frame a+0x1\n";
  text += "frame " + std::string(100'000, 'y') + "+0x1\n";
  const LastWords words = parse_last_words(text);
  EXPECT_EQ(words.frames.size(), kFramesMax);
  EXPECT_LE(words.note.size(), 200U);
}

}  // namespace
}  // namespace svc
