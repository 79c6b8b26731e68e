#include "core/http/request_body.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace svc {
namespace {

constexpr Instant kStart{1h};

// A request whose head has been read, and a body that comes in pieces.
struct Upload {
  explicit Upload(std::string_view framing) : parser(limits) {
    put(input.space(100'000), "POST / HTTP/1.1\r\nHost: x\r\n" + std::string(framing) + "\r\n\r\n");
    EXPECT_EQ(parser.parse_head(input.message()), RequestParser::HeadState::complete);
    input.pin_head(parser.head_size());
    input.reserve_behind_head(8192);
    parser.rebase(input.message());
    body.open(parser, input);
  }
  void put(std::span<char> space, std::string_view text) {
    std::ranges::copy(text, space.begin());
    input.filled(text.size());
  }
  // What of `text` is found to be body, a piece after another.
  std::string feed(std::string_view text) {
    put(input.space_behind_head(), text);
    std::string all;
    for (std::string_view piece; !(piece = body.next()).empty();) all += piece;
    return all;
  }

  HttpLimits limits;
  ReadBuffer input;
  RequestParser parser;
  RequestBody body;
};

TEST(RequestBody, IsCompleteAtOnceWhereThereIsNone) {
  EXPECT_TRUE(Upload("X: y").body.complete());
  EXPECT_TRUE(Upload("Content-Length: 0").body.complete());
  EXPECT_FALSE(Upload("Transfer-Encoding: chunked").body.complete());
}

TEST(RequestBody, EndsWhereItsFramingSaysAndLeavesTheRest) {
  Upload length("Content-Length: 5");
  EXPECT_EQ(length.feed("ab"), "ab");
  EXPECT_FALSE(length.body.complete());
  EXPECT_EQ(length.feed("cdeGET"), "cde");
  EXPECT_TRUE(length.body.complete());
  EXPECT_EQ(length.input.unread(), "GET");
  Upload chunked("Transfer-Encoding: chunked");
  EXPECT_EQ(chunked.feed("2\r\nab\r\n1\r\nc\r\n0\r\n\r\nGET"), "abc");
  EXPECT_TRUE(chunked.body.complete());
  EXPECT_EQ(chunked.input.unread(), "GET");
}

TEST(RequestBody, GivesNoMoreThanIsAskedFor) {
  Upload upload("Content-Length: 5");
  upload.put(upload.input.space_behind_head(), "abcde");
  EXPECT_EQ(upload.body.next(2), "ab");
  EXPECT_EQ(upload.body.next(2), "cd");
  EXPECT_EQ(upload.body.next(2), "e");
  EXPECT_TRUE(upload.body.complete());
}

TEST(RequestBody, RefusesTooMuchAsEarlyAsItCanBeKnown) {
  Upload length("Content-Length: 11");
  length.body.limit(10);
  EXPECT_EQ(length.body.refusal().status, 413);
  Upload exact("Content-Length: 10");
  exact.body.limit(10);
  EXPECT_FALSE(exact.body.refused());
  Upload announced("Transfer-Encoding: chunked");
  announced.body.limit(10);
  announced.feed("b\r\n");
  EXPECT_EQ(announced.body.refusal().status, 413);
  Upload summed("Transfer-Encoding: chunked");
  summed.body.limit(10);
  summed.feed("8\r\n12345678\r\n");
  EXPECT_FALSE(summed.body.refused());
  summed.feed("3\r\n");
  EXPECT_EQ(summed.body.refusal().status, 413);
}

TEST(RequestBody, PassesOnTheParsersRefusal) {
  Upload upload("Transfer-Encoding: chunked");
  upload.feed("2\r\nabX");
  EXPECT_TRUE(upload.body.refused());
  EXPECT_EQ(upload.body.refusal().status, 400);
}

TEST(RequestBody, IsWorthDiscardingIfLittleIsLeft) {
  EXPECT_TRUE(Upload("X: y").body.worth_discarding());
  EXPECT_TRUE(Upload("Content-Length: 262144").body.worth_discarding());
  EXPECT_FALSE(Upload("Content-Length: 262145").body.worth_discarding());
  EXPECT_TRUE(Upload("Transfer-Encoding: chunked").body.worth_discarding());
}

TEST(RequestBody, MustComeAtTheLeastRateOnceBodyTimeoutHasBeenWaited) {
  Upload upload("Content-Length: 100000");
  Instant now = kStart;
  for (int second = 0; second < 30; ++second) {
    upload.body.wait_began(now);
    now += 1s;
    upload.body.came(499, now, upload.limits);
    ASSERT_FALSE(upload.body.refused()) << second;
  }
  upload.body.wait_began(now);
  upload.body.came(499, now + 1s, upload.limits);
  EXPECT_EQ(upload.body.refusal().status, 408);
}

TEST(RequestBody, TimeInWhichNobodyWaitsDoesNotCount) {
  Upload upload("Content-Length: 100000");
  Instant now = kStart;
  for (int hour = 0; hour < 5; ++hour) {
    upload.body.wait_began(now);
    upload.body.wait_began(now + 1s);  // Still the same wait.
    upload.body.wait_ended(now + 2s);
    now += 1h;
    upload.body.came(1, now, upload.limits);
  }
  EXPECT_FALSE(upload.body.refused());
}

}  // namespace
}  // namespace svc
