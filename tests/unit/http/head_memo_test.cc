#include "core/http/head_memo.h"

#include <gtest/gtest.h>

#include <string>

#include "memo_support.h"

namespace svc {
namespace {

class HeadMemoTest : public MemoTest {};

constexpr std::string_view kFields = "Host: h:1\r\nX-One:  1 \r\nEmpty:\r\nTE: trailers\r\n\r\n";

TEST_F(HeadMemoTest, SaysTheSameOfTheSameFields) {
  for (const std::string path : {"/a", "/a", "/longer?than=before", "/b"}) {
    const RequestHead& head = parse("GET " + path + " HTTP/1.1\r\n" + std::string(kFields));
    EXPECT_EQ(head.target, path);
    EXPECT_EQ(head.authority, "h:1");
    ASSERT_EQ(head.headers.size(), 4u);
    EXPECT_EQ(head.headers[1].name, "X-One");
    EXPECT_EQ(head.headers[1].value, "1");
    EXPECT_EQ(head.header("empty"), "");
    EXPECT_EQ(head.headers[0].value.data(), text_.data() + text_.find("h:1"));
    EXPECT_TRUE(head.takes_trailers);
    EXPECT_TRUE(head.keep_alive);
    EXPECT_EQ(parser_.head_size(), text_.size());
  }
}

TEST_F(HeadMemoTest, KeepsFramingAndConnection) {
  for (int i = 0; i < 3; ++i) {
    const RequestHead& head = parse(
        "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nConnection: close\r\n"
        "Expect: 100-continue\r\n\r\n");
    EXPECT_EQ(head.framing, BodyFraming::length);
    EXPECT_EQ(head.content_length, 5u);
    EXPECT_FALSE(head.keep_alive);
    EXPECT_TRUE(head.expect_continue);
    const auto step = parser_.parse_body("12345GET");
    EXPECT_EQ(step.data, "12345");
    EXPECT_EQ(step.state, RequestParser::BodyState::complete);
  }
}

TEST_F(HeadMemoTest, DecodesEachChunkedBody) {
  for (int i = 0; i < 3; ++i) {
    parse("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n");
    EXPECT_EQ(parser_.parse_body("3\r\nabc").data, "abc");
  }
}

// What the rules say of a section depends on the line before it.
TEST_F(HeadMemoTest, JudgesAgainForAnotherVersionOrTarget) {
  const std::string fields = "Host: h\r\nContent-Length: 3\r\n\r\n";
  EXPECT_TRUE(parse("POST / HTTP/1.1\r\n" + fields).keep_alive);
  EXPECT_FALSE(parse("POST / HTTP/1.0\r\n" + fields).keep_alive);
  EXPECT_EQ(parse("POST http://other/ HTTP/1.1\r\n" + fields).authority, "other");
  EXPECT_EQ(parse("POST / HTTP/1.1\r\n" + fields).authority, "h");
  EXPECT_EQ(parse("PUT / HTTP/1.1\r\n" + fields).method, Method::put);

  parse("GET / HTTP/1.0\r\nX: 1\r\n\r\n");
  EXPECT_EQ(refused("GET / HTTP/1.1\r\nX: 1\r\n\r\n"), 400) << "no Host";
}

TEST_F(HeadMemoTest, TakesNoSectionForAnother) {
  parse("GET / HTTP/1.1\r\nHost: h\r\nA: 1\r\n\r\n");
  EXPECT_EQ(parse("GET / HTTP/1.1\r\nHost: h\r\nA: 2\r\n\r\n").header("a"), "2");
  EXPECT_EQ(parse("GET / HTTP/1.1\r\nHost: h\r\nA: 1\r\nB: 1\r\n\r\n").headers.size(), 3u);
  EXPECT_EQ(parse("GET / HTTP/1.1\r\nHost: h\r\n\r\n").headers.size(), 1u);
  EXPECT_EQ(refused("GET / HTTP/1.1\r\nHost: h\r\nA : 1\r\n\r\n"), 400);
  EXPECT_EQ(parse("GET / HTTP/1.1\r\nHost: h\r\n\r\n").headers.size(), 1u);
}

TEST_F(HeadMemoTest, KnowsASectionThatComesInPieces) {
  const std::string message = "GET /a HTTP/1.1\r\n" + std::string(kFields);
  parse(message);
  for (size_t cut = 1; cut < message.size(); ++cut) {
    parser_.reset();
    const std::string first = message.substr(0, cut);
    ASSERT_EQ(parser_.parse_head(first), HeadState::incomplete) << cut;
    ASSERT_EQ(parser_.parse_head(message), HeadState::complete) << cut;
    EXPECT_EQ(parser_.head().header("x-one"), "1");
    EXPECT_EQ(parser_.head().path.data(), message.data() + 4);
  }
}

TEST_F(HeadMemoTest, KeepsNoLongSection) {
  const std::string message =
      "GET / HTTP/1.1\r\nHost: h\r\nCookie: " + std::string(HeadMemo::kSectionMax, 'c') +
      "\r\n\r\n";
  for (int i = 0; i < 2; ++i) EXPECT_EQ(parse(message).header("cookie")->size(), 2048u);
  HeadMemo memo;
  const std::string_view section = std::string_view(message).substr(16);
  memo.keep(section, parser_.head());
  EXPECT_EQ(memo.known(section, RequestHead{}), 0u);
}

}  // namespace
}  // namespace svc
