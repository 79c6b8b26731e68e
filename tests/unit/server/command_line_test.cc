#include "core/server/command_line.h"

#include <gtest/gtest.h>

namespace svc {
namespace {

std::variant<CommandLine, CommandLineExit> parse(std::vector<const char*> words,
                                                 std::string_view standalone = {}) {
  words.insert(words.begin(), "program");
  return parse_command_line(static_cast<int>(words.size()), words.data(), standalone);
}

TEST(CommandLine, TakesAFileAndOverrides) {
  const auto parsed = parse({"-c", "a.toml", "--set", "log.level=debug", "--set", "x=y"});
  const auto& line = std::get<CommandLine>(parsed);
  EXPECT_EQ(line.file, "a.toml");
  EXPECT_EQ(line.overrides, (std::vector<std::string>{"log.level=debug", "x=y"}));
  EXPECT_EQ(line.ready_fd, -1);
}

TEST(CommandLine, WantsToKnowWhichConfiguration) {
  const auto parsed = parse({});
  EXPECT_EQ(std::get<CommandLineExit>(parsed).status, 2);
  EXPECT_NE(std::get<CommandLineExit>(parsed).text.find("--env"), std::string::npos);
}

TEST(CommandLine, RefusesTwoConfigurationsAndUnknownWords) {
  EXPECT_EQ(std::get<CommandLineExit>(parse({"-c", "a", "--env", "b"})).status, 2);
  EXPECT_EQ(std::get<CommandLineExit>(parse({"-c", "a", "--frob"})).status, 2);
  EXPECT_EQ(std::get<CommandLineExit>(parse({"-c", "a", "--ready-fd", "1"})).status, 2);
}

TEST(CommandLine, HelpAndVersionAreNoFailures) {
  EXPECT_EQ(std::get<CommandLineExit>(parse({"--help"})).status, 0);
  const auto version = parse({"--version"});
  EXPECT_EQ(std::get<CommandLineExit>(version).status, 0);
  EXPECT_NE(std::get<CommandLineExit>(version).text.find("svcd "), std::string::npos);
}

TEST(CommandLine, AServicesOwnProgramNeedsNone) {
  const auto parsed = parse({"--listen", "127.0.0.1:0", "--workers", "3"}, "orders");
  const auto& line = std::get<CommandLine>(parsed);
  EXPECT_EQ(line.listen, std::vector<std::string>{"127.0.0.1:0"});
  EXPECT_EQ(line.workers, 3u);
  EXPECT_TRUE(std::holds_alternative<CommandLine>(parse({}, "orders")));
  EXPECT_TRUE(std::holds_alternative<CommandLineExit>(parse({"--listen", "x"})));
}

}  // namespace
}  // namespace svc
