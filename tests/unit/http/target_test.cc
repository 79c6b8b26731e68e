#include "core/http/target.h"

#include <gtest/gtest.h>

#include <string>

namespace svc {
namespace {

struct Judged {
  int status = 0;
  RequestHead head;
};

Judged judge(std::string_view target, Method method = Method::get) {
  Judged judged;
  judged.head.method = method;
  judged.head.target = target;
  judged.status = judge_target(judged.head).status;
  return judged;
}

TEST(Target, InOriginFormIsPathAndQuery) {
  const Judged judged = judge("/a/b?c=d?e");
  EXPECT_EQ(judged.status, 0);
  EXPECT_EQ(judged.head.path, "/a/b");
  EXPECT_EQ(judged.head.query, "c=d?e");
  EXPECT_EQ(judged.head.authority, "");
  EXPECT_EQ(judge("//x/y").head.path, "//x/y");
}

TEST(Target, InAbsoluteFormHasAnAuthorityToo) {
  const Judged judged = judge("HTTP://example.com:80/a?b");
  EXPECT_EQ(judged.status, 0);
  EXPECT_EQ(judged.head.authority, "example.com:80");
  EXPECT_EQ(judged.head.path, "/a");
  EXPECT_EQ(judged.head.query, "b");
  EXPECT_EQ(judge("http://a").head.path, "/");
  EXPECT_EQ(judge("http://a?b").head.path, "/");
  EXPECT_EQ(judge("http://a?b").head.query, "b");
}

TEST(Target, OfAnotherSchemeIsRefused) {
  EXPECT_EQ(judge("ftp://a/").status, 400);
  EXPECT_EQ(judge("http:/a").status, 400);
  EXPECT_EQ(judge("a:80").status, 400);
  EXPECT_EQ(judge("https://a/").status, 421);
  EXPECT_EQ(judge("https://a b/").status, 400);
}

TEST(Target, AsteriskIsForOptionsAlone) {
  EXPECT_EQ(judge("*", Method::options).head.path, "*");
  EXPECT_EQ(judge("http://a", Method::options).head.path, "*");
  EXPECT_EQ(judge("http://a/", Method::options).head.path, "/");
  EXPECT_EQ(judge("http://a?b", Method::options).head.path, "/");
  EXPECT_EQ(judge("*").status, 400);
  EXPECT_EQ(judge("**", Method::options).status, 400);
}

TEST(Target, HasOnlyCharactersThatClientsSend) {
  const std::string_view in_path = "-._~!$&'()*+,;=:@/[]|";
  const std::string_view in_query = "-._~!$&'()*+,;=:@/[]|?{}\\^`%";
  for (int byte = 0; byte < 256; ++byte) {
    const char c = static_cast<char>(byte);
    const bool alphanumeric = byte < 0x80 && std::isalnum(byte);
    if (c != '?') {
      EXPECT_EQ(judge(std::string("/a") + c).status == 0,
                alphanumeric || in_path.find(c) != in_path.npos)
          << byte;
    }
    EXPECT_EQ(judge(std::string("/a?") + c).status == 0,
              alphanumeric || in_query.find(c) != in_query.npos)
        << byte;
  }
}

TEST(Target, HasWholeEscapesInItsPath) {
  EXPECT_EQ(judge("/%41%2f%00").status, 0);
  for (const auto* target : {"/%", "/%4", "/%4g", "/%g4", "/%%41", "/a%2", "http://a/%"}) {
    EXPECT_EQ(judge(target).status, 400) << target;
  }
  EXPECT_EQ(judge("/?%&%4").status, 0);
}

TEST(Authority, IsAHostAndPerhapsAPort) {
  for (const auto* text : {"a", "a.b-c_d~e", "1.2.3.4", "a:", "a:0", "a:65535", "[::1]", "[::1]:80",
                           "[2001:db8::1.2.3.4]", "a%20b", "a!$&'()*+;="}) {
    EXPECT_TRUE(valid_authority(text)) << text;
  }
  for (const auto* text : {"",          ":",
                           ":80",       "a:b",
                           "a:65536",   "a:1:2",
                           "a@b",       "a/b",
                           "a b",       "a,b",
                           "[",         "[]",
                           "[::1",      "::1",
                           "[a]",       "[::1]80",
                           "[::1]:a",   "[::1%251]",
                           "a%2",       "a%zz",
                           "[1.2.3.4]", "[::1:2:3:4:5:6:7:8]",
                           "a\\b",      "é"}) {
    EXPECT_FALSE(valid_authority(text)) << text;
  }
}

}  // namespace
}  // namespace svc
