#include "core/sdk/types/formats.h"

#include <gtest/gtest.h>

#include "tests/unit/sdk/types/judge.h"

namespace svc {
namespace {

using detail::is_email;
using detail::is_url;
using testing::again;
using testing::from_text;
using testing::judge;

TEST(Formats, EmailIsANameAndADomain) {
  for (const char* text : {"a@b.c", "first.last+tag@sub.example.com", "o'neil@example.com",
                           "jürgen@exämple.de", "a@1.com"}) {
    EXPECT_TRUE(is_email(text)) << text;
  }
  for (const char* text : {"", "@", "a@", "@b.c", "a@b", "a b@c.d", ".a@b.c", "a.@b.c", "a..b@c.d",
                           "a@-b.c", "a@b-.c", "a@b..c", "a@b.c.", "a@b@c.d", "\"a\"@b.c",
                           "a@[127.0.0.1]", "a@b.c\n", "a@b_c.d", "a\r\nBcc: x@y.z"}) {
    EXPECT_FALSE(is_email(text)) << text;
  }
  EXPECT_TRUE(is_email(std::string(64, 'a') + "@b.c"));
  EXPECT_FALSE(is_email(std::string(65, 'a') + "@b.c"));
  EXPECT_FALSE(is_email("a@" + std::string(64, 'b') + ".c"));
  EXPECT_FALSE(is_email("a@" + std::string(300, 'b')));
}

TEST(Formats, UrlIsHttpWithAHost) {
  for (const char* text : {"http://a", "https://example.com/", "HTTPS://u:p@a.b:8080/x?y=%20#z",
                           "http://[::1]:80/", "http://127.0.0.1", "http://a?b", "http://a:"}) {
    EXPECT_TRUE(is_url(text)) << text;
  }
  for (const char* text : {"",
                           "http",
                           "http:",
                           "http://",
                           "http:///x",
                           "ftp://a",
                           "//a",
                           "a.b",
                           "http://a b",
                           "http://a/\n",
                           "http://a/%2",
                           "http://a/%zz",
                           "http://a:70000",
                           "http://a:b",
                           "http://[::1",
                           "http://[x]",
                           "http://é",
                           "http://a/[",
                           "javascript:alert(1)",
                           "http://a#b#c",
                           "http://@/",
                           "http://:80/",
                           "http://a@b@c"}) {
    EXPECT_EQ(is_url(text), std::string_view(text) == "http://a@b@c") << text;
  }
  EXPECT_FALSE(is_url("http://a/" + std::string(9000, 'x')));
}

TEST(Formats, PatternIsSearchedForAsInJsonSchema) {
  using Code = Pattern<"^[A-Z]{2}-\\d+$", 4, 6>;
  EXPECT_EQ(again<Code>(R"("AB-12")"), R"("AB-12")");
  EXPECT_EQ(from_text<Code>("AB-1"), R"("AB-1")");
  EXPECT_EQ(judge<Code>(R"("ab-12")"), "body string_pattern_mismatch");
  EXPECT_EQ(judge<Code>(R"("AB-12\n")"), "body string_pattern_mismatch");
  EXPECT_EQ(judge<Code>(R"("AB-")"), "body string_too_short");
  EXPECT_EQ(judge<Code>(R"("AB-1234")"), "body string_too_long");
  EXPECT_EQ(judge<Pattern<"b+">>(R"("abbc")"), "ok");
  EXPECT_EQ(judge<Pattern<"^.é?$">>(R"("ñé")"), "ok");
  EXPECT_EQ((judge<Default<Pattern<"^a$">, "a">>("1")), "body string_type");
}

TEST(Formats, PatternTakesTimeLinearInTheText) {
  using Evil = Pattern<"^(a+)+$">;
  EXPECT_EQ(judge<Evil>("\"" + std::string(100'000, 'a') + "b\""), "body string_pattern_mismatch");
}

TEST(Formats, LiteralIsOneText) {
  using Version = Literal<"v1">;
  EXPECT_EQ(again<Version>(R"("v1")"), R"("v1")");
  EXPECT_EQ(judge<Version>(R"("v2")"), "body literal_error");
  EXPECT_EQ(judge<Version>("1"), "body string_type");
  EXPECT_EQ(from_text<Version>("v1"), R"("v1")");
  EXPECT_EQ(to_json(Version()), R"("v1")");
}

TEST(Formats, BehaveAsStrings) {
  const Email mail = "a@b.c";
  const std::string& text = mail;
  EXPECT_EQ(text + "!", "a@b.c!");
}

}  // namespace
}  // namespace svc
