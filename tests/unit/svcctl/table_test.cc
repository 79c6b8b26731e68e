#include "cmd/svcctl/table.h"

#include <gtest/gtest.h>

namespace svc {
namespace {

TEST(Table, PutsNumbersRightAndTextLeft) {
  EXPECT_EQ(format_table({{"NAME", "N", "STATE"}, {"a", "1", "up"}, {"long", "100", "down"}}, 2),
            "  NAME    N  STATE\n"
            "  a       1  up\n"
            "  long  100  down\n");
}

TEST(Table, NumbersMayHaveUnits) {
  EXPECT_EQ(format_table({{"RSS"}, {"8.1M"}, {"18.1M"}}, 0), "  RSS\n 8.1M\n18.1M\n");
}

TEST(Table, LeavesOutWhatDoesNotFitFromTheRight) {
  EXPECT_EQ(format_table({{"A", "B", "C"}, {"aaaa", "bbbb", "cccc"}}, 0, 10),
            "A     B\naaaa  bbbb\n");
}

TEST(Table, KeepsTheFirstColumnHoweverWide) {
  EXPECT_EQ(format_table({{"A", "B"}, {"aaaaaaaa", "b"}}, 0, 4), "A\naaaaaaaa\n");
}

TEST(Table, CountsCharactersNotBytes) {
  EXPECT_EQ(format_table({{"A", "B"}, {"äöü", "x"}, {"abcd", "y"}}, 0),
            "A     B\näöü   x\nabcd  y\n");
}

TEST(Table, ShortRowsAndNoRowsAreFine) {
  EXPECT_EQ(format_table({}, 2), "");
  EXPECT_EQ(format_table({{"A", "B"}, {"x"}}, 0), "A  B\nx\n");
}

TEST(Table, WrapsAtBlanks) {
  EXPECT_EQ(wrapped("a few words in lines", 2, 12), "  a few\n    words in\n    lines\n");
  EXPECT_EQ(wrapped("short", 2), "  short\n");
  EXPECT_EQ(wrapped("", 2), "");
  EXPECT_EQ(wrapped("unbreakable", 0, 4), "unbr\n  ea\n  ka\n  bl\n  e\n");
}

TEST(Table, CutsBetweenCharacters) {
  EXPECT_EQ(cut_to_width("größe", 3), "grö");
  EXPECT_EQ(cut_to_width("größe", 9), "größe");
  EXPECT_EQ(cut_to_width("x", 0), "");
}

}  // namespace
}  // namespace svc
