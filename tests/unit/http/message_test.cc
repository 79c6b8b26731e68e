#include "core/http/message.h"

#include <gtest/gtest.h>

#include <string>

namespace svc {
namespace {

TEST(Methods, AreKnownByTheirExactNames) {
  for (const Method method : {Method::get, Method::head, Method::post, Method::put, Method::delete_,
                              Method::patch, Method::options, Method::connect, Method::trace}) {
    EXPECT_EQ(method_from(method_name(method)), method) << method_name(method);
  }
  EXPECT_EQ(method_from("get"), Method::other);
  EXPECT_EQ(method_from("GETX"), Method::other);
  EXPECT_EQ(method_from(""), Method::other);
  EXPECT_EQ(method_name(Method::other), "");
}

// Each byte against each other one, at each place of a text of each length that has its own path.
TEST(Iequals, FoldsTheLettersOfAsciiAndNothingElse) {
  for (const size_t length : {1u, 7u, 8u, 9u, 15u, 16u, 17u}) {
    for (const size_t place : {size_t{0}, length / 2, length - 1}) {
      std::string a(length, 'x'), b(length, 'X');
      for (int first = 0; first < 256; ++first) {
        for (int second = 0; second < 256; ++second) {
          a[place] = static_cast<char>(first);
          b[place] = static_cast<char>(second);
          const bool letters = std::isalpha(first) && std::isalpha(second) &&
                               std::tolower(first) == std::tolower(second);
          ASSERT_EQ(iequals(a, b), first == second || letters)
              << length << ' ' << first << ' ' << second;
        }
      }
    }
  }
}

TEST(Iequals, TellsLengthsApart) {
  EXPECT_TRUE(iequals("", ""));
  EXPECT_FALSE(iequals("host", "hos"));
  EXPECT_FALSE(iequals("content-length", "content-lengths"));
}

class Fields : public ::testing::Test {
 protected:
  Fields() { head_.headers = fields_; }

  const HeaderField fields_[5] = {{"Host", "a"},
                                  {"connection", "Keep-Alive, TE"},
                                  {"X", "1"},
                                  {"Connection", "close;q=1 ,"},
                                  {"x", "2"}};
  RequestHead head_;
};

TEST_F(Fields, AreFoundWithoutRegardToCase) {
  EXPECT_EQ(head_.header("HOST"), "a");
  EXPECT_EQ(head_.header("x"), "1");
  EXPECT_EQ(head_.header("y"), std::nullopt);
}

TEST_F(Fields, AreCountedByName) {
  EXPECT_EQ(head_.count("X"), 2u);
  EXPECT_EQ(head_.count("host"), 1u);
  EXPECT_EQ(head_.count("hos"), 0u);
}

TEST_F(Fields, OfAListAreSearchedOverAllTheirLines) {
  EXPECT_TRUE(head_.has_token("Connection", "te"));
  EXPECT_TRUE(head_.has_token("Connection", "keep-alive"));
  EXPECT_TRUE(head_.has_token("Connection", "close"));
  EXPECT_FALSE(head_.has_token("Connection", "keep"));
  EXPECT_FALSE(head_.has_token("TE", "trailers"));
}

}  // namespace
}  // namespace svc
