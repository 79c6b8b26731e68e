#include "core/http/chunk_line.h"

#include <gtest/gtest.h>

#include <string>

namespace svc {
namespace {

using LineState = ChunkLine::State;

LineState read(std::string_view line, size_t* consumed = nullptr) {
  ChunkLine chunk;
  chunk.start_body();
  const ChunkLine::Step step = chunk.advance(line);
  if (consumed != nullptr) *consumed = step.consumed;
  return step.state;
}

TEST(ChunkLine, KeepsTheDigitsAndStopsBehindTheLine) {
  ChunkLine chunk;
  const ChunkLine::Step step = chunk.advance("1aF;x=y\r\ndata");
  EXPECT_EQ(step.state, LineState::complete);
  EXPECT_EQ(step.consumed, 9u);
  EXPECT_EQ(chunk.digits(), "1aF");
}

TEST(ChunkLine, IsReadByteByByte) {
  ChunkLine chunk;
  const std::string_view line = "00a0 ; name = \"v\\\"\" ;z\r\n";
  for (size_t i = 0; i + 1 < line.size(); ++i) {
    ASSERT_EQ(chunk.advance(line.substr(i, 1)).state, LineState::more) << i;
  }
  EXPECT_EQ(chunk.advance("\n").state, LineState::complete);
  EXPECT_EQ(chunk.digits(), "00a0");
}

TEST(ChunkLine, BeginsAnewForEachChunk) {
  ChunkLine chunk;
  EXPECT_EQ(chunk.advance("5;a\r\n").state, LineState::complete);
  chunk.start_line();
  EXPECT_EQ(chunk.advance("7\r\n").state, LineState::complete);
  EXPECT_EQ(chunk.digits(), "7");
}

TEST(ChunkLine, HasAGrammar) {
  for (const auto* good :
       {"0\r\n", "5;a\r\n", "5;a=b\r\n", "5;a=\"\"\r\n", "5;a=\"\\\"\\\\;=\"\r\n",
        "5 \t;\t a \t=\t b \t;c\r\n", "5;a=\"\xe9\"\r\n"}) {
    EXPECT_EQ(read(good), LineState::complete) << good;
  }
  for (const auto* bad :
       {"\r",         ";",     " 5",      "g",          "5g",       "5 \r",
        "5\n",        "5\r5",  "5;\r",    "5;;",        "5;a=\r",   "5;a=;",
        "5;a \r",     "5;a b", "5;a=b c", "5;a=\"b\"c", "5;a=\"\r", "5;a=\"\n",
        "5;a=\"\\\r", "5;a\n", "5;\xe9",  "-5",         "+5",       "5;a=\"\x01"}) {
    EXPECT_EQ(read(bad), LineState::refused) << bad;
  }
}

TEST(ChunkLine, TakesNumbersThatASignedCounterHolds) {
  EXPECT_EQ(read("7fffffffffffffff\r\n"), LineState::complete);
  EXPECT_EQ(read("0000000000000001\r\n"), LineState::complete);
  EXPECT_EQ(read("8000000000000000"), LineState::refused);
  EXPECT_EQ(read("00000000000000001"), LineState::refused);
}

TEST(ChunkLine, BoundsTheExtensionsOfAWholeBody) {
  ChunkLine chunk;
  const std::string half = "1;" + std::string(ChunkLine::kExtensionsMax / 2 - 1, 'a') + "\r\n";
  for (int i = 0; i < 2; ++i) {
    ASSERT_EQ(chunk.advance(half).state, LineState::complete);
    chunk.start_line();
  }
  EXPECT_EQ(chunk.advance("1;").state, LineState::refused);
  EXPECT_EQ(chunk.refusal().status, 400);
  chunk.start_body();
  EXPECT_EQ(chunk.advance("1;a\r\n").state, LineState::complete);
}

TEST(ChunkLine, StaysRefused) {
  ChunkLine chunk;
  EXPECT_EQ(chunk.advance("x").state, LineState::refused);
  EXPECT_EQ(chunk.advance("5\r\n").state, LineState::refused);
}

}  // namespace
}  // namespace svc
