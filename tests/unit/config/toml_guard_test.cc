#include "config/toml_guard.h"

namespace svc {
namespace {

std::string repeated(std::string_view part, size_t count) {
  std::string text;
  for (size_t i = 0; i < count; ++i) text += part;
  return text;
}

TEST(TomlGuard, AllowsWhatIsJustDeepEnough) {
  EXPECT_FALSE(guard_toml("x = " + repeated("[", kNestingMax) + repeated("]", kNestingMax)));
  EXPECT_FALSE(guard_toml(repeated("a.", kKeyPartsMax - 1) + "a = 1"));
  EXPECT_FALSE(guard_toml(repeated("[a]\nb.c = {d = [1.5]}\n", 1000)));
}

TEST(TomlGuard, FindsTheFirstBracketAndDotTooMany) {
  const auto deep = guard_toml("\nx = " + repeated("[", kNestingMax + 1));
  ASSERT_TRUE(deep);
  EXPECT_EQ(deep->line, 2U);
  EXPECT_EQ(deep->column, 5 + kNestingMax);
  EXPECT_TRUE(guard_toml("x = " + repeated("{a = ", kNestingMax + 1)));
  EXPECT_TRUE(guard_toml(repeated("a.", kKeyPartsMax) + "a = 1"));
  EXPECT_TRUE(guard_toml("[" + repeated("a.", kKeyPartsMax) + "a]"));
  EXPECT_TRUE(guard_toml("x = [{" + repeated("a . ", kKeyPartsMax) + "a = 1}]"));
}

TEST(TomlGuard, DoesNotCountInStringsAndComments) {
  const std::string deep = repeated("[", 100) + repeated(".", 100);
  EXPECT_FALSE(guard_toml("# " + deep + "\nx = 1"));
  EXPECT_FALSE(guard_toml("x = \"\\\"" + deep + "\""));
  EXPECT_FALSE(guard_toml("x = '" + deep + "'"));
  EXPECT_FALSE(guard_toml("x = \"\"\"\n" + deep + "\n\\\"\"\" " + deep + "\"\"\""));
  EXPECT_FALSE(guard_toml("x = '''\n" + deep + "\n''' # " + deep));
}

// Each of these would hide what follows from a scanner that ended the string too late.
TEST(TomlGuard, KnowsWhereStringsEnd) {
  const std::string deep = repeated("[", 100);
  EXPECT_TRUE(guard_toml("x = \"\"" + deep));
  EXPECT_TRUE(guard_toml("x = '\\'" + deep)) << "a literal string has no escapes";
  EXPECT_TRUE(guard_toml("x = [\"\"\"a\"\"\"\"\", " + deep)) << "two quotes of its own";
  EXPECT_TRUE(guard_toml("x = ['''a'''', " + deep));
  EXPECT_TRUE(guard_toml("x = \"open\n" + deep)) << "a line's end ends it too";
  EXPECT_TRUE(guard_toml("x = '''a\\''' = " + deep));
}

TEST(TomlGuard, AllowsOtherThanAsciiInStringsAndCommentsOnly) {
  EXPECT_FALSE(guard_toml("\xEF\xBB\xBFx = 'ä' # ö\n\"ü\" = \"\"\"ß\"\"\"\n"));
  const auto key = guard_toml("x = 1\n  äb = 1\n");
  ASSERT_TRUE(key);
  EXPECT_EQ(key->line, 2U);
  EXPECT_EQ(key->column, 3U);
  EXPECT_EQ(key->message, "\"ä\" may stand in quotes and comments only");
  EXPECT_TRUE(guard_toml("x = 1\u00a0"));
  EXPECT_TRUE(guard_toml("\xEF\xBB\xBF\xEF\xBB\xBFx = 1"));
}

TEST(TomlGuard, EndsWithTheTextWhateverIsOpen) {
  for (const std::string_view text :
       {"\"", "'", "\"\"\"", "'''", "\"\\", "\"\"\"\\", "#", "", "]]}}"})
    EXPECT_FALSE(guard_toml(text)) << text;
}

}  // namespace
}  // namespace svc
