#include "config/prose.h"

namespace svc {
namespace {

using ::testing::ElementsAre;

TEST(Prose, WrapsBetweenWords) {
  EXPECT_THAT(wrap("one two three", 7), ElementsAre("one two", "three"));
  EXPECT_THAT(wrap("toolongaword x", 4), ElementsAre("toolongaword", "x"));
  EXPECT_THAT(wrap("", 10), ElementsAre());
}

TEST(Prose, KnowsSentences) {
  EXPECT_THAT(sentences("One two. Three. 1.5 is a number."),
              ElementsAre("One two.", "Three.", "1.5 is a number."));
}

TEST(Prose, NamesVariablesAndSections) {
  EXPECT_EQ(variable_name(*find_setting("service.*.http.body_max")),
            "SVC_SERVICE__NAME__HTTP__BODY_MAX");
  EXPECT_EQ(variable_name(*find_setting("log.level")), "SVC_LOG__LEVEL");
  EXPECT_EQ(variable_name(*find_setting("service.*.listen.mode")), "");
  EXPECT_EQ(section_title("service.*.http"), "[service.NAME.http]");
}

TEST(Prose, TellsDefaultsAndBounds) {
  EXPECT_EQ(default_text(*find_setting("service.*.workers")), "\"auto\"");
  EXPECT_EQ(default_text(*find_setting("master.name")), "") << "it depends on the file";
  EXPECT_EQ(allowed_text(*find_setting("service.*.threads")), "1 to 64");
  EXPECT_EQ(allowed_text(*find_setting("service.*.memory_max")), "");
}

}  // namespace
}  // namespace svc
