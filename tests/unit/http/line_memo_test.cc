#include "core/http/line_memo.h"

#include <gtest/gtest.h>

#include <string>

#include "memo_support.h"

namespace svc {
namespace {

class LineMemoTest : public MemoTest {};

TEST_F(LineMemoTest, SaysTheSameOfTheSameLine) {
  for (int i = 0; i < 3; ++i) {
    const RequestHead& head =
        parse("\r\nPATCH /a%20b?c=d HTTP/1.0\r\nX: " + std::to_string(i) + "\r\n\r\n");
    EXPECT_EQ(head.method, Method::patch);
    EXPECT_EQ(head.method_text, "PATCH");
    EXPECT_EQ(head.target, "/a%20b?c=d");
    EXPECT_EQ(head.path, "/a%20b");
    EXPECT_EQ(head.query, "c=d");
    EXPECT_EQ(head.version_minor, 0);
    EXPECT_FALSE(head.keep_alive);
    EXPECT_EQ(head.header("x"), std::to_string(i));
    for (const std::string_view view : {head.method_text, head.target, head.path, head.query}) {
      EXPECT_TRUE(is_here(view)) << view;
    }
    EXPECT_EQ(parser_.head_size(), text_.size());
  }
}

// Each begins as the one before does, or has all of it.
TEST_F(LineMemoTest, TellsLinesThatBeginAlikeApart) {
  const std::string fields = "Host: h\r\n\r\n";
  for (const std::string target : {"/a", "/ab", "/a", "/a?b", "/a", "/", "/a"}) {
    const RequestHead& head = parse("GET " + target + " HTTP/1.1\r\n" + fields);
    EXPECT_EQ(head.target, target);
    EXPECT_EQ(head.authority, "h");
  }
  EXPECT_EQ(parse("GET /a HTTP/1.1\r\n" + fields).version_minor, 1);
  EXPECT_EQ(parse("GET /a HTTP/1.0\r\n" + fields).version_minor, 0);
}

// What a target has brought along is not left over for one that brings less.
TEST_F(LineMemoTest, KeepsAuthorityAndQueryToTheirTarget) {
  const std::string fields = "Host: h\r\n\r\n";
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(parse("GET http://other?q HTTP/1.1\r\n" + fields).authority, "other");
    EXPECT_EQ(parse("GET http://other?q HTTP/1.1\r\n" + fields).authority, "other");
    EXPECT_EQ(parser_.head().path, "/");
    EXPECT_EQ(parser_.head().query, "q");
    EXPECT_EQ(parse("GET /a HTTP/1.1\r\n" + fields).authority, "h");
    EXPECT_EQ(parser_.head().query, "");
    EXPECT_EQ(parse("OPTIONS * HTTP/1.1\r\n" + fields).path, "*");
    EXPECT_EQ(parse("OPTIONS * HTTP/1.1\r\n" + fields).path, "*");
  }
}

TEST_F(LineMemoTest, WaitsForTheRestOfTheSameLine) {
  const std::string message = "GET /abc HTTP/1.1\r\nHost: h\r\n\r\n";
  parse(message);
  for (size_t size = 0; size < message.size(); ++size) {
    parser_.reset();
    text_ = message.substr(0, size);
    EXPECT_EQ(parser_.parse_head(text_), HeadState::incomplete) << size;
    const std::string whole = message;  // Elsewhere: views have to follow.
    ASSERT_EQ(parser_.parse_head(whole), HeadState::complete) << size;
    EXPECT_EQ(parser_.head().path, "/abc");
    EXPECT_EQ(parser_.head().path.data(), whole.data() + 4) << size;
  }
}

TEST_F(LineMemoTest, RefusesABadLineEachTime) {
  parse("GET /a HTTP/1.1\r\nHost: h\r\n\r\n");
  for (int i = 0; i < 2; ++i) {
    for (const std::string line :
         {"GET /a HTTP/1.1\n", "GET /a  HTTP/1.1\r\n", "GET /a HTTP/9.1\r\n"}) {
      EXPECT_NE(refused(line + "Host: h\r\n\r\n"), 0) << line;
    }
  }
}

TEST_F(LineMemoTest, DoesNotKeepLongLines) {
  const std::string target = "/" + std::string(LineMemo::kLineMax, 'x');
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(parse("GET " + target + " HTTP/1.1\r\nHost: h\r\n\r\n").path, target);
    EXPECT_EQ(parse("GET / HTTP/1.1\r\nHost: h\r\n\r\n").path, "/");
  }
}

}  // namespace
}  // namespace svc
