#include "core/http/percent.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace svc {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;

TEST(Percent, DecodesEscapes) {
  EXPECT_EQ(*percent_decode("a%41%2f%2F%00+"), std::string("aA//\0+", 6));
  EXPECT_EQ(*percent_decode(""), "");
}

TEST(Percent, RefusesHalfEscapes) {
  for (const auto* text : {"%", "%4", "a%4", "%zz", "%4z", "%z4", "%%41"}) {
    EXPECT_FALSE(percent_decode(text)) << text;
  }
}

TEST(Percent, EncodesAllButUnreserved) {
  EXPECT_EQ(percent_encode("aZ09-._~"), "aZ09-._~");
  EXPECT_EQ(percent_encode("a/b c%\xc3\xa9"), "a%2Fb%20c%25%C3%A9");
  std::string all;
  for (int byte = 0; byte < 256; ++byte) all += static_cast<char>(byte);
  EXPECT_EQ(*percent_decode(percent_encode(all)), all);
}

TEST(Percent, MakesAReferenceOfWhatPeopleWrite) {
  EXPECT_EQ(percent_encode_reference("https://x:1/a?b=c&d=%C3%A9#e!$'()*+,;@[]~"),
            "https://x:1/a?b=c&d=%C3%A9#e!$'()*+,;@[]~");
  EXPECT_EQ(percent_encode_reference("/caf\xc3\xa9 \"<>\\^`{|}"),
            "/caf%C3%A9%20%22%3C%3E%5C%5E%60%7B%7C%7D");
  EXPECT_EQ(percent_encode_reference("/100%/%4/%zz/%2f"), "/100%25/%254/%25zz/%2f");
  EXPECT_EQ(percent_encode_reference("/a\r\nb"), "/a\r\nb");
}

TEST(Query, IsPairsInOrder) {
  EXPECT_THAT(*parse_query("a=1&b=two+words&a=%26&c"),
              ElementsAre(Pair("a", "1"), Pair("b", "two words"), Pair("a", "&"), Pair("c", "")));
  EXPECT_THAT(*parse_query("=x&&b==&"), ElementsAre(Pair("", "x"), Pair("b", "=")));
  EXPECT_THAT(*parse_query(""), ElementsAre());
}

TEST(Query, LeavesMalformedEscapesAsTheyAre) {
  EXPECT_THAT(*parse_query("a=100%&b=%4&c=%zz%41"),
              ElementsAre(Pair("a", "100%"), Pair("b", "%4"), Pair("c", "%zzA")));
}

TEST(Query, IsBounded) {
  EXPECT_EQ(parse_query("a&b&c", 3)->size(), 3u);
  EXPECT_EQ(parse_query("a&b&c&d", 3).error().code, std::errc::value_too_large);
}

}  // namespace
}  // namespace svc
