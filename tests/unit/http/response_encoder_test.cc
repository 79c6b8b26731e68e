#include "core/http/response_encoder.h"

#include <gtest/gtest.h>

#include <ctime>
#include <stdexcept>

namespace svc {
namespace {

std::string encode(const ResponseHead& head, const AnswerFrame& frame) {
  std::string out;
  encode_head(out, head, frame, "DATE");
  return out;
}

TEST(DateCache, FormatsAsRfc9110DemandsIt) {
  DateCache cache;
  EXPECT_EQ(cache.at(784111777), "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(cache.at(0), "Thu, 01 Jan 1970 00:00:00 GMT");
  EXPECT_EQ(cache.at(1709164799), "Wed, 28 Feb 2024 23:59:59 GMT");
  EXPECT_EQ(cache.at(1709164800), "Thu, 29 Feb 2024 00:00:00 GMT");
}

TEST(DateCache, AgreesWithTheLibraryForManyDays) {
  DateCache cache;
  for (std::time_t now = 0; now < 8'000'000'000; now += 86'400 * 13 + 4'321) {
    std::tm parts;
    ::gmtime_r(&now, &parts);
    char text[64];
    std::strftime(text, sizeof(text), "%a, %d %b %Y %H:%M:%S GMT", &parts);
    ASSERT_EQ(cache.at(now), text);
  }
}

TEST(EncodeHead, WritesTheServersFieldsBeforeTheHandlers) {
  ResponseHead head(201);
  head.add("Location", "/x");
  EXPECT_EQ(encode(head, {.length = 12}),
            "HTTP/1.1 201 Created\r\nDate: DATE\r\nContent-Length: 12\r\nLocation: /x\r\n\r\n");
}

TEST(EncodeHead, AppendsToWhatIsThere) {
  std::string out = "before";
  encode_head(out, ResponseHead(200), {}, "D");
  EXPECT_EQ(out, "beforeHTTP/1.1 200 OK\r\nDate: D\r\nContent-Length: 0\r\n\r\n");
}

TEST(EncodeHead, FramesByLengthChunksOrClose) {
  EXPECT_EQ(encode(ResponseHead(200), {.framing = AnswerFraming::chunked}),
            "HTTP/1.1 200 OK\r\nDate: DATE\r\nTransfer-Encoding: chunked\r\n\r\n");
  EXPECT_EQ(encode(ResponseHead(200), {.framing = AnswerFraming::until_close}),
            "HTTP/1.1 200 OK\r\nDate: DATE\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(encode(ResponseHead(200), {.framing = AnswerFraming::none}),
            "HTTP/1.1 200 OK\r\nDate: DATE\r\n\r\n");
}

TEST(EncodeHead, TellsWhetherTheConnectionStays) {
  EXPECT_EQ(encode(ResponseHead(200), {.keep_alive = false}),
            "HTTP/1.1 200 OK\r\nDate: DATE\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(encode(ResponseHead(200), {.version_minor = 0}),
            "HTTP/1.1 200 OK\r\nDate: DATE\r\nContent-Length: 0\r\nConnection: keep-alive\r\n\r\n");
}

TEST(EncodeHead, FramesNoBodyWhereNoneMayBe) {
  for (const AnswerFraming framing : {AnswerFraming::length, AnswerFraming::chunked}) {
    EXPECT_EQ(encode(ResponseHead(204), {.framing = framing}),
              "HTTP/1.1 204 No Content\r\nDate: DATE\r\n\r\n");
    EXPECT_EQ(encode(ResponseHead(304), {.framing = framing}),
              "HTTP/1.1 304 Not Modified\r\nDate: DATE\r\n\r\n");
    EXPECT_EQ(encode(ResponseHead(103), {.framing = framing, .keep_alive = false}),
              "HTTP/1.1 103 Early Hints\r\nDate: DATE\r\n\r\n");
  }
  EXPECT_EQ(encode(ResponseHead(304), {.length = 7}),
            "HTTP/1.1 304 Not Modified\r\nDate: DATE\r\nContent-Length: 7\r\n\r\n");
}

TEST(EncodeHead, WritesAnyThreeDigitsAndNothingElse) {
  EXPECT_TRUE(encode(ResponseHead(299), {}).starts_with("HTTP/1.1 299 \r\n"));
  EXPECT_TRUE(encode(ResponseHead(0), {}).starts_with("HTTP/1.1 500 Internal"));
  EXPECT_TRUE(encode(ResponseHead(-5), {}).starts_with("HTTP/1.1 500 Internal"));
  EXPECT_TRUE(encode(ResponseHead(20'000), {}).starts_with("HTTP/1.1 500 Internal"));
}

TEST(EncodeHead, HasRoomForTheLongestOfAll) {
  const std::string out = encode(ResponseHead(511), {.length = UINT64_MAX, .version_minor = 0});
  EXPECT_NE(out.find("Content-Length: 18446744073709551615\r\nConnection: keep-alive\r\n\r\n"),
            std::string::npos);
}

TEST(EncodeChunk, WritesSizeAndData) {
  std::string out;
  encode_chunk(out, std::string(26, 'x'));
  EXPECT_EQ(out, "1a\r\n" + std::string(26, 'x') + "\r\n");
  encode_chunk(out, "");
  EXPECT_EQ(out.size(), 32u);
}

TEST(EncodeLastChunk, EndsWithTrailers) {
  std::string out;
  encode_last_chunk(out);
  EXPECT_EQ(out, "0\r\n\r\n");
  out.clear();
  const std::pair<std::string, std::string> trailers[] = {{"X-Sum", "1"}};
  encode_last_chunk(out, trailers);
  EXPECT_EQ(out, "0\r\nX-Sum: 1\r\n\r\n");
}

TEST(EncodeLastChunk, RefusesTrailersThatWouldSplitTheAnswer) {
  std::string out;
  const std::pair<std::string, std::string> bad[] = {{"X", "1"}, {"Y", "1\r\nZ: 2"}};
  EXPECT_THROW(encode_last_chunk(out, bad), std::invalid_argument);
  EXPECT_EQ(out, "");
  const std::pair<std::string, std::string> framing[] = {{"Content-Length", "1"}};
  EXPECT_THROW(encode_last_chunk(out, framing), std::invalid_argument);
}

}  // namespace
}  // namespace svc
