#include "core/http/request_parser.h"

#include <gtest/gtest.h>

#include <string>

namespace svc {
namespace {

using HeadState = RequestParser::HeadState;
using BodyState = RequestParser::BodyState;

class RequestParserTest : public ::testing::Test {
 protected:
  RequestParser parser_{HttpLimits{}};
};

constexpr std::string_view kGet = "GET /a?b=1 HTTP/1.1\r\nHost: h:1\r\nX-One:  1 \r\n\r\n";

TEST_F(RequestParserTest, TellsWhatARequestSays) {
  ASSERT_EQ(parser_.parse_head(kGet), HeadState::complete);
  EXPECT_EQ(parser_.head_size(), kGet.size());
  const RequestHead& head = parser_.head();
  EXPECT_EQ(head.method, Method::get);
  EXPECT_EQ(head.path, "/a");
  EXPECT_EQ(head.query, "b=1");
  EXPECT_EQ(head.authority, "h:1");
  EXPECT_TRUE(head.keep_alive);
  ASSERT_EQ(head.headers.size(), 2u);
  EXPECT_EQ(head.headers[1].name, "X-One");
  EXPECT_EQ(head.headers[1].value, "1");
}

TEST_F(RequestParserTest, CountsSkippedEmptyLinesIntoTheHead) {
  const std::string message = "\r\n" + std::string(kGet) + "rest";
  ASSERT_EQ(parser_.parse_head(message), HeadState::complete);
  EXPECT_EQ(parser_.head_size(), kGet.size() + 2);
}

TEST_F(RequestParserTest, HasNotStartedBeforeARequestLine) {
  EXPECT_EQ(parser_.parse_head("\r\n\r"), HeadState::incomplete);
  EXPECT_FALSE(parser_.started());
  EXPECT_EQ(parser_.parse_head("\r\n\r\nG"), HeadState::incomplete);
  EXPECT_TRUE(parser_.started());
  parser_.reset();
  EXPECT_FALSE(parser_.started());
}

TEST_F(RequestParserTest, FollowsABufferThatMovesBetweenCalls) {
  for (size_t size = 1; size < kGet.size(); ++size) {
    const std::string elsewhere(kGet.substr(0, size));
    ASSERT_EQ(parser_.parse_head(elsewhere), HeadState::incomplete) << size;
  }
  const std::string last(kGet);
  ASSERT_EQ(parser_.parse_head(last), HeadState::complete);
  EXPECT_EQ(parser_.head().path.data(), last.data() + 4);
  EXPECT_EQ(parser_.head().header("x-one")->data(), last.data() + last.find("1 \r"));
}

TEST_F(RequestParserTest, FollowsABufferThatMovesAfterwards) {
  const std::string message = "GET http://h HTTP/1.1\r\nHost: g\r\nX: 1\r\n\r\n";
  auto first = std::make_unique<std::string>(message);
  ASSERT_EQ(parser_.parse_head(*first), HeadState::complete);
  const std::string second = *first;
  parser_.rebase(second);
  first.reset();
  const RequestHead& head = parser_.head();
  EXPECT_EQ(head.method_text.data(), second.data());
  EXPECT_EQ(head.target, "http://h");
  EXPECT_EQ(head.path, "/");  // Of no buffer at all.
  EXPECT_EQ(head.authority.data(), second.data() + 11);
  EXPECT_EQ(head.header("x"), "1");
  EXPECT_EQ(head.headers[1].name.data(), second.data() + second.find('X'));
}

TEST_F(RequestParserTest, ServesOneMessageAfterAnother) {
  ASSERT_EQ(parser_.parse_head("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n"),
            HeadState::complete);
  EXPECT_EQ(parser_.head().content_length, 9u);
  parser_.reset();  // In the middle of a body, too.
  ASSERT_EQ(parser_.parse_head(kGet), HeadState::complete);
  EXPECT_EQ(parser_.head().framing, BodyFraming::none);
  EXPECT_EQ(parser_.head().content_length, 0u);
  parser_.reset();
  ASSERT_EQ(parser_.parse_head("\x01"), HeadState::refused);
  parser_.reset();
  ASSERT_EQ(parser_.parse_head(kGet), HeadState::complete);
}

TEST_F(RequestParserTest, StaysRefused) {
  ASSERT_EQ(parser_.parse_head("GET\n"), HeadState::refused);
  EXPECT_EQ(parser_.parse_head(kGet), HeadState::refused);
  EXPECT_EQ(parser_.refusal().status, 400);
}

TEST_F(RequestParserTest, ReadsABodyOfKnownLengthAndNoFurther) {
  ASSERT_EQ(parser_.parse_head("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n"),
            HeadState::complete);
  auto step = parser_.parse_body("hel");
  EXPECT_EQ(step.state, BodyState::more);
  EXPECT_EQ(step.data, "hel");
  EXPECT_EQ(step.announced, 2u);
  step = parser_.parse_body("loGET");
  EXPECT_EQ(step.state, BodyState::complete);
  EXPECT_EQ(step.data, "lo");
  EXPECT_EQ(step.consumed, 2u);
  EXPECT_EQ(parser_.parse_body("GET").consumed, 0u);
}

TEST_F(RequestParserTest, HasNoBodyToReadWithoutFraming) {
  ASSERT_EQ(parser_.parse_head(kGet), HeadState::complete);
  const auto step = parser_.parse_body("GET");
  EXPECT_EQ(step.state, BodyState::complete);
  EXPECT_EQ(step.consumed, 0u);
}

TEST_F(RequestParserTest, SaysWhichRuleWasBroken) {
  ASSERT_EQ(parser_.parse_head("GET / HTTP/1.1\r\n\r\n"), HeadState::refused);
  EXPECT_NE(parser_.refusal().detail.find("Host"), std::string_view::npos);
  parser_.reset();
  ASSERT_EQ(parser_.parse_head("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n"
                               "Transfer-Encoding: chunked\r\n\r\n"),
            HeadState::refused);
  EXPECT_NE(parser_.refusal().detail.find("Transfer-Encoding"), std::string_view::npos);
}

}  // namespace
}  // namespace svc
