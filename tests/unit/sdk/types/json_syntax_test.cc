#include "core/sdk/types/json_syntax.h"

#include <gtest/gtest.h>

#include <string>

namespace svc::detail {
namespace {

static_assert(is_json_text(R"({"a":[1,-0.5e+3,true,null],"b":{"c":"\u00e9\n"}})"));
static_assert(!is_json_text("{"));

TEST(JsonSyntax, TakesWhatIsJson) {
  for (const char* text :
       {"0", "-1", "12.5", "1e9", "1E-2", "true", " false ", "null", R"("ann")", R"("")", "[]",
        "[ ]", "{}", "{ }", "[1, 2]", R"({"a" : 1, "b" : [{}]})", R"("\"\\\/\b\f\n\r\t\u0aF9")"}) {
    EXPECT_TRUE(is_json_text(text)) << text;
  }
}

TEST(JsonSyntax, RefusesWhatIsNot) {
  for (const char* text :
       {"",         " ",        "{",           "}",          "[",   "[1,]",      "[1 2]",
        "{\"a\"}",  "{\"a\":}", "{a:1}",       "{\"a\":1,}", "ann", "'a'",       "\"a",
        "\"a\nb\"", R"("\x")",  R"("\u12g4")", "01",         "+1",  "1.",        ".5",
        "1e",       "-",        "tru",         "nulls",      "1 2", "\"a\"\"b\""}) {
    EXPECT_FALSE(is_json_text(text)) << text;
  }
}

TEST(JsonSyntax, IsBoundedInDepth) {
  EXPECT_TRUE(is_json_text(std::string(40, '[') + std::string(40, ']')));
  EXPECT_FALSE(is_json_text(std::string(100'000, '[')));
}

}  // namespace
}  // namespace svc::detail
