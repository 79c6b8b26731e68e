#include "core/http/client/inflate.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include <algorithm>
#include <string>

#include "tests/unit/http/client/gzip.h"

namespace svc {
namespace {

using test::deflated;
using test::kGzipBits;
using test::kRawBits;
using test::kZlibBits;

// The content, or what was wrong with it.
std::string inflated(std::string_view bytes, ContentCoding coding, size_t piece) {
  Inflater inflater;
  EXPECT_TRUE(inflater.start(coding, 250));
  std::string out;
  while (!bytes.empty()) {
    std::string_view input = bytes.substr(0, piece);
    bytes.remove_prefix(input.size());
    for (;;) {
      const Inflater::Step step = inflater.advance(input);
      if (step.state == Inflater::State::bad) return "bad";
      if (step.state == Inflater::State::swollen) return "swollen";
      out += step.data;
      input.remove_prefix(step.consumed);
      if (input.empty() && step.data.empty()) break;
    }
  }
  return inflater.complete() ? out : "unfinished";
}

std::string some_text() {
  std::string text;
  for (int i = 0; i < 20'000; ++i) text += std::to_string(i * 7919 % 10'007) + ' ';
  return text;
}

TEST(InflaterTest, EachCodingIsTakenOffHoweverItIsCut) {
  const std::string text = some_text();
  for (const size_t piece : {size_t{1}, size_t{7}, size_t{1000}, size_t{1'000'000}}) {
    EXPECT_EQ(inflated(deflated(text, kGzipBits), ContentCoding::gzip, piece), text);
    EXPECT_EQ(inflated(deflated(text, kZlibBits), ContentCoding::deflate, piece), text);
    EXPECT_EQ(inflated(deflated(text, kRawBits), ContentCoding::deflate, piece), text);
  }
}

TEST(InflaterTest, MembersInARowAreOneContent) {
  const std::string two = deflated("hello ", kGzipBits) + deflated("world", kGzipBits);
  EXPECT_EQ(inflated(two, ContentCoding::gzip, 1), "hello world");
  EXPECT_EQ(inflated(two, ContentCoding::gzip, 1000), "hello world");
}

TEST(InflaterTest, WhatIsCutShortIsNotComplete) {
  const std::string whole = deflated(some_text(), kGzipBits);
  EXPECT_EQ(inflated(whole.substr(0, whole.size() - 1), ContentCoding::gzip, 100), "unfinished");
  EXPECT_EQ(inflated(whole.substr(0, 3), ContentCoding::gzip, 100), "unfinished");
}

TEST(InflaterTest, GarbageIsRefused) {
  EXPECT_EQ(inflated("this is no gzip at all", ContentCoding::gzip, 100), "bad");
  std::string broken = deflated(some_text(), kGzipBits);
  broken[broken.size() / 2] = static_cast<char>(broken[broken.size() / 2] ^ 0x55);
  EXPECT_EQ(inflated(broken, ContentCoding::gzip, 100), "bad");
  EXPECT_EQ(inflated(deflated("x", kGzipBits) + "trailing", ContentCoding::gzip, 100), "bad");
}

TEST(InflaterTest, ABombIsRefusedBeforeItIsLarge) {
  const std::string bomb = deflated(std::string(50'000'000, '0'), kGzipBits);
  ASSERT_LT(bomb.size(), 60'000u);
  EXPECT_EQ(inflated(bomb, ContentCoding::gzip, bomb.size()), "swollen");
}

TEST(InflaterTest, NamesOfCodings) {
  ContentCoding coding{};
  EXPECT_TRUE(read_content_coding("GZip", coding));
  EXPECT_EQ(coding, ContentCoding::gzip);
  EXPECT_TRUE(read_content_coding("x-gzip", coding));
  EXPECT_TRUE(read_content_coding("deflate", coding));
  EXPECT_EQ(coding, ContentCoding::deflate);
  EXPECT_TRUE(read_content_coding("identity", coding));
  EXPECT_EQ(coding, ContentCoding::identity);
  EXPECT_FALSE(read_content_coding("br", coding));
  EXPECT_FALSE(read_content_coding("gzip, gzip", coding));
}

}  // namespace
}  // namespace svc
