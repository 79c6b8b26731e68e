#include "core/sdk/pattern.h"

#include <gtest/gtest.h>

namespace svc {
namespace {

using detail::PatternFault;
using None = detail::Signature<void>;
using OneInt = detail::Signature<void, int>;
using OneText = detail::Signature<void, std::string>;
using Two = detail::Signature<void, int, Context&, const std::string&>;

template <class Handler>
PatternFault judge(std::string_view pattern) {
  return detail::judge_pattern<Handler>(pattern);
}

TEST(Pattern, PlaceholdersAndParametersAreAsMany) {
  EXPECT_EQ(judge<None>("/"), PatternFault::none);
  EXPECT_EQ(judge<None>("/a/b/"), PatternFault::none);
  EXPECT_EQ(judge<Two>("/{a}/x/{b}"), PatternFault::none);
  EXPECT_EQ(judge<Two>("/{a}/x/{b...}"), PatternFault::none);
  EXPECT_EQ(judge<Two>("/{a}"), PatternFault::too_many);
  EXPECT_EQ(judge<None>("/{a}"), PatternFault::too_few);
}

TEST(Pattern, PlaceholderIsAWholeSegmentWithAName) {
  EXPECT_EQ(judge<OneInt>("{a}"), PatternFault::no_slash);
  EXPECT_EQ(judge<OneInt>(""), PatternFault::too_many);
  EXPECT_EQ(judge<OneInt>("/x{a}"), PatternFault::brace);
  EXPECT_EQ(judge<OneInt>("/{a}x"), PatternFault::brace);
  EXPECT_EQ(judge<OneInt>("/{a"), PatternFault::brace);
  EXPECT_EQ(judge<OneInt>("/a}"), PatternFault::brace);
  EXPECT_EQ(judge<OneInt>("/{{a}}"), PatternFault::brace);
  EXPECT_EQ(judge<OneInt>("/{}"), PatternFault::empty_name);
  EXPECT_EQ(judge<OneInt>("/{...}"), PatternFault::empty_name);
  EXPECT_EQ(judge<OneInt>("/{a-b}"), PatternFault::bad_name);
  EXPECT_EQ(judge<Two>("/{a}/{a}"), PatternFault::same_name);
}

TEST(Pattern, RestIsLastAndAText) {
  EXPECT_EQ(judge<OneText>("/{a...}"), PatternFault::none);
  EXPECT_EQ(judge<OneText>("/{a...}/x"), PatternFault::rest_not_last);
  EXPECT_EQ(judge<OneInt>("/{a...}"), PatternFault::rest_not_text);
}

TEST(Pattern, EveryFaultHasASentence) {
  for (uint8_t fault = 1; fault <= static_cast<uint8_t>(PatternFault::too_many); ++fault) {
    EXPECT_FALSE(spoken(static_cast<PatternFault>(fault)).empty());
  }
}

}  // namespace
}  // namespace svc
