#include "core/sdk/media_type.h"

#include <gtest/gtest.h>

namespace svc {
namespace {

TEST(MediaType, FindsAParameter) {
  EXPECT_EQ(media_parameter("text/html; charset=utf-8", "charset"), "utf-8");
  EXPECT_EQ(media_parameter("text/html;CHARSET=\"utf-8\" ; x=1", "charset"), "utf-8");
  EXPECT_EQ(media_parameter("a/b; x=1;y=2", "y"), "2");
  EXPECT_EQ(media_parameter("a/b; x=\"a;y=3\"; y=2", "y"), "2");
  EXPECT_EQ(media_parameter("a/b;; ; y=2", "y"), "2");
  EXPECT_EQ(media_parameter("a/b; flag; y=2", "y"), "2");
  EXPECT_EQ(media_parameter("a/b; y=", "y"), "");
  EXPECT_EQ(media_parameter("a/b; y=1; y=2", "y"), "1");
}

TEST(MediaType, UnquotesWhatHasToBeQuoted) {
  EXPECT_EQ(media_parameter("form-data; name=\"a\\\"b\"", "name"), "a\"b");
  EXPECT_EQ(media_parameter("form-data; name=\"a\\\\\"; x=1", "name"), "a\\");
  EXPECT_EQ(media_parameter("form-data; name=\"C:\\dir\\f.txt\"", "name"), "C:\\dir\\f.txt");
}

TEST(MediaType, HasNoParameterWhereNoneCanBeRead) {
  for (const char* const field :
       {"", "a/b", "a/b;", "a/b; y", "a/b; y\"=1", "a/b; x=\"open; y=1", "y=1", "a/b; xy=1"}) {
    EXPECT_EQ(media_parameter(field, "y"), std::nullopt) << field;
  }
}

TEST(MediaType, TextsAreUtf8UnlessItIsSaidOtherwise) {
  EXPECT_TRUE(is_utf8_or_unsaid("text/plain"));
  EXPECT_TRUE(is_utf8_or_unsaid("text/plain; charset=UTF-8"));
  EXPECT_TRUE(is_utf8_or_unsaid("text/plain; charset=\"us-ascii\""));
  EXPECT_FALSE(is_utf8_or_unsaid("text/plain; charset=iso-8859-1"));
}

}  // namespace
}  // namespace svc
