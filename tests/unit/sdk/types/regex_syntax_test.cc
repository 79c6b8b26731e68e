#include "core/sdk/types/regex_syntax.h"

#include <gtest/gtest.h>

#include "core/sdk/types/regex_match.h"

namespace svc::detail {
namespace {

RegexFault fault_of(std::string_view text) { return RegexChecker(text).check(); }

TEST(RegexSyntax, WhatPassesIsCompiledByRe2) {
  for (const char* text : {"",
                           "a",
                           "^$",
                           "a|b|",
                           "(a|(?:b))*",
                           "[a-z_]",
                           "[^\\]a-]",
                           "[-a]",
                           "[\\w.-]+",
                           "\\d{3,}?",
                           "\\bword\\B",
                           "\\x41\\/\\.",
                           "é+[éñ]",
                           "a{1000}",
                           "(a{10}){100}",
                           "[\\d\\s]",
                           "\\(\\)",
                           "^\\+?[1-9]\\d{1,14}$",
                           "(|a)",
                           "a{0}",
                           "a{0,1}",
                           "\\v\\f\\t\\r\\n",
                           "[*+?{}()|^$.]"}) {
    EXPECT_EQ(fault_of(text), RegexFault::none) << text;
    matches_regex(text, "anything");  // Ends the process if RE2 refuses it.
  }
}

TEST(RegexSyntax, EachFaultIsNamed) {
  const auto expect = [](RegexFault fault, std::initializer_list<const char*> texts) {
    for (const char* text : texts) EXPECT_EQ(fault_of(text), fault) << text;
  };
  expect(RegexFault::bracket, {"(", ")", "a)", "[a", "[", "(a|b", "]", "}", "[[a]", "[[:alpha:]]"});
  expect(RegexFault::repeat, {"*", "+a", "?", "a**", "a{2}{3}", "^*", "\\b+", "a{2,1}", "a{1001}",
                              "(a{100}){11}", "{", "a{,5}", "a{x}", "a{1", "(*)", "a|*"});
  expect(RegexFault::escape, {"\\", "\\1", "\\k", "\\p{L}", "\\u0041", "\\x4", "\\xff", "\\A",
                              "\\z", "\\-", "\\e", "[\\b]", "\\Q"});
  expect(RegexFault::group, {"(?=a)", "(?!a)", "(?<=a)", "(?<n>a)", "(?i)a", "(?P<n>a)"});
  expect(RegexFault::range, {"[]", "[^]", "[z-a]", "[a-\\d]", "[\\w-z]", "[a-é]"});
  expect(RegexFault::size, {"a{1000}b{1000}c{1000}"});
  const std::string deep(60, '(');
  EXPECT_EQ(fault_of(deep + "a" + std::string(60, ')')), RegexFault::size);
}

TEST(RegexMatch, FindsAnywhereUnlessAnchored) {
  EXPECT_TRUE(matches_regex("b", "abc"));
  EXPECT_FALSE(matches_regex("^b", "abc"));
  EXPECT_FALSE(matches_regex("b$", "b\n"));
  EXPECT_TRUE(matches_regex("^.$", "é"));
  EXPECT_TRUE(matches_regex("", ""));
}

}  // namespace
}  // namespace svc::detail
