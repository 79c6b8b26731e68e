#include "core/http/chunked_body.h"

#include <gtest/gtest.h>

#include "core/http/request_parser.h"

namespace svc {
namespace {

// Through the parser: a chunked body is read by llhttp, which must have read the head.
class ChunkedBodyTest : public ::testing::Test {
 protected:
  ChunkedBodyTest() { begin(); }
  void begin() {
    parser_.reset();
    EXPECT_EQ(
        parser_.parse_head("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"),
        RequestParser::HeadState::complete);
  }

  HttpLimits limits_{.header_field_max = 64, .header_count_max = 2};
  RequestParser parser_{limits_};
};

TEST_F(ChunkedBodyTest, GivesDataWithoutCopyingIt) {
  const std::string_view input = "5;a=b\r\nhello\r\n0\r\n\r\nGET";
  const auto data = parser_.parse_body(input);
  EXPECT_EQ(data.state, RequestParser::BodyState::more);
  EXPECT_EQ(data.data, "hello");
  EXPECT_EQ(data.data.data(), input.data() + 7);
  const auto end = parser_.parse_body(input.substr(data.consumed));
  EXPECT_EQ(end.state, RequestParser::BodyState::complete);
  EXPECT_EQ(input.substr(data.consumed + end.consumed), "GET");
}

TEST_F(ChunkedBodyTest, TellsWhatIsStillToComeOfAChunk) {
  const auto step = parser_.parse_body("100\r\nab");
  EXPECT_EQ(step.data, "ab");
  EXPECT_EQ(step.announced, 254u);
}

TEST_F(ChunkedBodyTest, KeepsTrailersInItsOwnMemory) {
  {
    const std::string input = "0\r\nX: 1 \r\nContent-Type: late/dropped\r\n\r\n";
    ASSERT_EQ(parser_.parse_body(input).state, RequestParser::BodyState::complete);
  }
  ASSERT_EQ(parser_.trailers().size(), 1u);
  EXPECT_EQ(parser_.trailers()[0].name, "X");
  EXPECT_EQ(parser_.trailers()[0].value, "1");
  begin();
  ASSERT_EQ(parser_.parse_body("0\r\n\r\n").state, RequestParser::BodyState::complete);
  EXPECT_TRUE(parser_.trailers().empty());
}

TEST_F(ChunkedBodyTest, BoundsTrailersLikeHeaders) {
  EXPECT_EQ(parser_.parse_body("0\r\nA: 1\r\nB: 2\r\nC").state, RequestParser::BodyState::refused);
  EXPECT_EQ(parser_.refusal().status, 431);
  begin();
  EXPECT_EQ(parser_.parse_body("0\r\nA: " + std::string(70, 'a')).state,
            RequestParser::BodyState::refused);
  EXPECT_EQ(parser_.refusal().status, 431);
}

TEST_F(ChunkedBodyTest, RefusesTrailersThatFrame) {
  for (const auto* field : {"Content-Length: 1", "transfer-encoding: chunked", "Host: b"}) {
    begin();
    EXPECT_EQ(parser_.parse_body("0\r\n" + std::string(field) + "\r\n\r\n").state,
              RequestParser::BodyState::refused)
        << field;
    EXPECT_EQ(parser_.refusal().status, 400);
  }
}

TEST_F(ChunkedBodyTest, StaysRefused) {
  EXPECT_EQ(parser_.parse_body("x").state, RequestParser::BodyState::refused);
  EXPECT_EQ(parser_.parse_body("0\r\n\r\n").state, RequestParser::BodyState::refused);
}

}  // namespace
}  // namespace svc
