#include "core/http/request_line.h"

#include <gtest/gtest.h>

namespace svc {
namespace {

int status(std::string_view line) {
  RequestHead head;
  return judge_request_line(line, head).status;
}

TEST(RequestLine, IsTakenApart) {
  RequestHead head;
  ASSERT_FALSE(judge_request_line("POST /a?b HTTP/1.0", head));
  EXPECT_EQ(head.method, Method::post);
  EXPECT_EQ(head.method_text, "POST");
  EXPECT_EQ(head.target, "/a?b");
  EXPECT_EQ(head.path, "/a");
  EXPECT_EQ(head.query, "b");
  EXPECT_EQ(head.version_minor, 0);
}

TEST(RequestLine, OfAnUnknownMethodPasses) {
  RequestHead head;
  ASSERT_FALSE(judge_request_line("M-SEARCH / HTTP/1.1", head));
  EXPECT_EQ(head.method, Method::other);
  EXPECT_EQ(head.method_text, "M-SEARCH");
}

TEST(RequestLine, HasThreePartsOneSpaceApart) {
  for (const auto* line : {"", " ", "GET", "GET ", "GET /", "GET / ", "GET  / HTTP/1.1",
                           "GET /  HTTP/1.1", " GET / HTTP/1.1", "GET / HTTP/1.1 ", "/ HTTP/1.1",
                           "GET\t/ HTTP/1.1", "GET / / HTTP/1.1", "GET /\tHTTP/1.1"}) {
    EXPECT_EQ(status(line), 400) << '"' << line << '"';
  }
}

TEST(RequestLine, SaysWhichVersionsAreSpoken) {
  EXPECT_EQ(status("GET / HTTP/1.0"), 0);
  EXPECT_EQ(status("GET / HTTP/1.1"), 0);
  EXPECT_EQ(status("GET / HTTP/1.7"), 0);
  EXPECT_EQ(status("GET / HTTP/0.9"), 505);
  EXPECT_EQ(status("GET / HTTP/2.0"), 505);
  EXPECT_EQ(status("GET / HTTP/2"), 400);
  EXPECT_EQ(status("GET / http/1.1"), 400);
}

TEST(RequestLine, ServesAHigherMinorVersionAsOurHighest) {
  RequestHead head;
  ASSERT_FALSE(judge_request_line("GET / HTTP/1.9", head));
  EXPECT_EQ(head.version_minor, 1);
}

TEST(RequestLine, OfConnectIsNotImplemented) { EXPECT_EQ(status("CONNECT a:80 HTTP/1.1"), 501); }

TEST(RequestLine, IsJudgedByVersionBeforeTarget) { EXPECT_EQ(status("PRI * HTTP/2.0"), 505); }

}  // namespace
}  // namespace svc
