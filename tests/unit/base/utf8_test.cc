#include "core/base/utf8.h"

#include <gtest/gtest.h>

namespace svc {
namespace {

using namespace std::string_literals;

std::string repaired(std::string_view text) {
  std::string out;
  append_utf8_repaired(out, text);
  return out;
}

TEST(Utf8, EveryCharacterGoesInAndOutUnchanged) {
  for (char32_t code_point = 0; code_point <= 0x10FFFF; ++code_point) {
    if (code_point >= 0xD800 && code_point <= 0xDFFF) continue;
    std::string bytes;
    append_utf8(bytes, code_point);
    const Utf8Step step = utf8_next(bytes);
    ASSERT_TRUE(step.valid && step.code_point == code_point && step.size == bytes.size())
        << std::hex << static_cast<uint32_t>(code_point);
  }
}

TEST(Utf8, WhatIsNoCharacterIsWrittenAsAReplacement) {
  for (const char32_t code_point : {0xD800u, 0xDFFFu, 0x110000u, 0xFFFFFFFFu}) {
    std::string bytes;
    append_utf8(bytes, code_point);
    EXPECT_EQ(bytes, "\uFFFD");
  }
}

TEST(Utf8, OverlongSurrogateAndTooLargeFormsAreInvalid) {
  for (const std::string& text :
       {"\xC0\x80"s, "\xC1\xBF"s, "\xE0\x80\x80"s, "\xE0\x9F\xBF"s, "\xF0\x80\x80\x80"s,
        "\xF0\x8F\xBF\xBF"s, "\xED\xA0\x80"s, "\xED\xBF\xBF"s, "\xF4\x90\x80\x80"s,
        "\xF5\x80\x80\x80"s, "\xFE"s, "\xFF"s, "\x80"s, "\xBF"s, "\xC3"s, "\xE2\x82"s,
        "\xF0\x9F\x98"s, "\xC3("s, "abcdefgh\xFF"s})
    EXPECT_FALSE(utf8_valid(text)) << ::testing::PrintToString(text);
}

TEST(Utf8, OrdinaryTextsAreValid) {
  EXPECT_TRUE(utf8_valid(""));
  EXPECT_TRUE(utf8_valid("plain ASCII that is longer than eight bytes"));
  EXPECT_TRUE(utf8_valid("añb€😀 and more"));
  EXPECT_TRUE(utf8_valid("\0"s));
}

// Unicode 15 §3.9, table 3-8: each maximal subpart is one replacement.
TEST(Utf8, InvalidPiecesAreReplacedOneByOneAndGoodBytesStay) {
  EXPECT_EQ(repaired("\x61\xF1\x80\x80\xE1\x80\xC2\x62\x80\x63\x80\xBF\x64"),
            "a\uFFFD\uFFFD\uFFFDb\uFFFDc\uFFFD\uFFFDd");
  EXPECT_EQ(repaired("\xE2\x82x"), "\uFFFDx");
  EXPECT_EQ(repaired("añb€😀"), "añb€😀");
}

TEST(Utf8, CountsCodePoints) {
  EXPECT_EQ(utf8_count(""), 0u);
  EXPECT_EQ(utf8_count("añb€😀"), 5u);
  EXPECT_EQ(utf8_count("a\xFF\xFE"), 3u);
}

TEST(Utf8, APrefixCutsNoCharacterInTwo) {
  EXPECT_EQ(utf8_prefix("a€b", 10), "a€b");
  EXPECT_EQ(utf8_prefix("a€b", 4), "a€");
  EXPECT_EQ(utf8_prefix("a€b", 3), "a");
  EXPECT_EQ(utf8_prefix("a€b", 2), "a");
  EXPECT_EQ(utf8_prefix("a€b", 0), "");
  EXPECT_EQ(utf8_prefix("\x80\x80\x80\x80\x80\x80", 5).size(), 5u);  // No text: cut anywhere.
}

}  // namespace
}  // namespace svc
