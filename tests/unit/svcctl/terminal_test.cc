#include "cmd/svcctl/terminal.h"

#include <gtest/gtest.h>

#include <cstdlib>

namespace svc {
namespace {

TEST(Terminal, ShowsNoControlBytesOfOthers) {
  EXPECT_EQ(cleaned("a\x1b[31mb\x7f\r\x01"), "a?[31mb???");
  EXPECT_EQ(cleaned("line\n\tindented ünïcode"), "line\n\tindented ünïcode");
}

TEST(Terminal, PaintsAsItIsTold) {
  EXPECT_EQ(Terminal("never").paint(Colour::red, "x"), "x");
  EXPECT_EQ(Terminal("always").paint(Colour::red, "x"), "\x1b[31mx\x1b[0m");
  EXPECT_EQ(Terminal("always").paint(Colour::plain, "x"), "x");
}

TEST(Terminal, IsPlainWhereNoTerminalIs) {
  ::testing::internal::CaptureStdout();  // A file.
  const Terminal terminal("auto");
  terminal.print(terminal.paint(Colour::green, "ready"));
  EXPECT_EQ(::testing::internal::GetCapturedStdout(), "ready");
}

TEST(Terminal, ResultsAndMistakesHaveStreamsOfTheirOwn) {
  ::testing::internal::CaptureStdout();
  ::testing::internal::CaptureStderr();
  const Terminal terminal("never");
  terminal.line("result");
  terminal.progress("step\x1b[2J");
  terminal.mistake("wrong");
  EXPECT_EQ(::testing::internal::GetCapturedStdout(), "result\n");
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "step?[2J\nsvcctl: wrong\n");
}

TEST(Terminal, StatesHaveTheirColours) {
  EXPECT_EQ(colour_of_state("ready"), Colour::green);
  EXPECT_EQ(colour_of_state("crash_loop"), Colour::red);
  EXPECT_EQ(colour_of_state("draining"), Colour::yellow);
  EXPECT_EQ(colour_of_state("something new"), Colour::yellow);
}

}  // namespace
}  // namespace svc
