#include "config/toml_guard.h"

namespace svc {
namespace {

std::string repeated(std::string_view part, size_t count) {
  std::string text;
  for (size_t i = 0; i < count; ++i) text += part;
  return text;
}

TEST(TomlGuard, AllowsWhatIsJustDeepEnough) {
  EXPECT_FALSE(find_too_deep("x = " + repeated("[", kNestingMax) + repeated("]", kNestingMax)));
  EXPECT_FALSE(find_too_deep(repeated("a.", kKeyPartsMax - 1) + "a = 1"));
  EXPECT_FALSE(find_too_deep(repeated("[a]\nb.c = {d = [1.5]}\n", 1000)));
}

TEST(TomlGuard, FindsTheFirstBracketAndDotTooMany) {
  const auto deep = find_too_deep("\nx = " + repeated("[", kNestingMax + 1));
  ASSERT_TRUE(deep);
  EXPECT_EQ(deep->line, 2U);
  EXPECT_EQ(deep->column, 5 + kNestingMax);
  EXPECT_TRUE(find_too_deep("x = " + repeated("{a = ", kNestingMax + 1)));
  EXPECT_TRUE(find_too_deep(repeated("a.", kKeyPartsMax) + "a = 1"));
  EXPECT_TRUE(find_too_deep("[" + repeated("a.", kKeyPartsMax) + "a]"));
  EXPECT_TRUE(find_too_deep("x = [{" + repeated("a . ", kKeyPartsMax) + "a = 1}]"));
}

TEST(TomlGuard, DoesNotCountInStringsAndComments) {
  const std::string deep = repeated("[", 100) + repeated(".", 100);
  EXPECT_FALSE(find_too_deep("# " + deep + "\nx = 1"));
  EXPECT_FALSE(find_too_deep("x = \"\\\"" + deep + "\""));
  EXPECT_FALSE(find_too_deep("x = '" + deep + "'"));
  EXPECT_FALSE(find_too_deep("x = \"\"\"\n" + deep + "\n\\\"\"\" " + deep + "\"\"\""));
  EXPECT_FALSE(find_too_deep("x = '''\n" + deep + "\n''' # " + deep));
}

// Each of these would hide what follows from a scanner that ended the string too late.
TEST(TomlGuard, KnowsWhereStringsEnd) {
  const std::string deep = repeated("[", 100);
  EXPECT_TRUE(find_too_deep("x = \"\"" + deep));
  EXPECT_TRUE(find_too_deep("x = '\\'" + deep)) << "a literal string has no escapes";
  EXPECT_TRUE(find_too_deep("x = [\"\"\"a\"\"\"\"\", " + deep)) << "two quotes of its own";
  EXPECT_TRUE(find_too_deep("x = ['''a'''', " + deep));
  EXPECT_TRUE(find_too_deep("x = \"open\n" + deep)) << "a line's end ends it too";
  EXPECT_TRUE(find_too_deep("x = '''a\\''' = " + deep));
}

TEST(TomlGuard, EndsWithTheTextWhateverIsOpen) {
  for (const std::string_view text :
       {"\"", "'", "\"\"\"", "'''", "\"\\", "\"\"\"\\", "#", "", "]]}}"})
    EXPECT_FALSE(find_too_deep(text)) << text;
}

}  // namespace
}  // namespace svc
