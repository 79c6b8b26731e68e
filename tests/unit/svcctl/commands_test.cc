#include "cmd/svcctl/commands.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <sstream>

namespace svc {
namespace {

using ::testing::HasSubstr;

std::string manual() {
  std::ifstream file(SVC_SOURCE_DIR "/man/svcctl.1");
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

TEST(SvcctlCommands, HaveNamesOfTheirOwn) {
  std::set<std::string_view> names;
  for (const CommandSpec& command : command_specs()) {
    EXPECT_TRUE(names.insert(command.name).second) << command.name;
    EXPECT_NE(command.run, nullptr);
  }
}

TEST(SvcctlCommands, SplitIntoGroupAndLastWord) {
  for (const CommandSpec& command : command_specs()) {
    const std::string group(group_of(command)), last(last_word_of(command));
    EXPECT_EQ(group.empty() ? last : group + " " + last, command.name);
  }
}

TEST(SvcctlCommands, AllTakeTheOptionsOfAllAndOnlyTheirOwnOthers) {
  const auto takes_option = [](std::string_view command_name, std::string_view option_names) {
    for (const CommandSpec& command : command_specs())
      for (const OptionSpec& option : option_specs())
        if (command.name == command_name && option.names == option_names)
          return takes(command, option);
    ADD_FAILURE() << command_name << " " << option_names;
    return false;
  };
  EXPECT_TRUE(takes_option("stop", "--json"));
  EXPECT_TRUE(takes_option("stop", "--now"));
  EXPECT_FALSE(takes_option("status", "--now"));
  EXPECT_TRUE(takes_option("logs", "-f,--follow"));
}

// The manual is written by hand; this is what keeps it whole.
TEST(SvcctlCommands, AreAllInTheManualWithTheirOptions) {
  const std::string text = manual();
  ASSERT_FALSE(text.empty()) << "man/svcctl.1";
  for (const CommandSpec& command : command_specs())
    EXPECT_THAT(text, HasSubstr(".It Cm " + std::string(command.name))) << command.name;
  for (const OptionSpec& option : option_specs()) {
    std::string_view name = option.names;
    name.remove_prefix(name.rfind("--") + 2);
    EXPECT_THAT(text, HasSubstr("Fl -" + std::string(name))) << option.names;
  }
}

}  // namespace
}  // namespace svc
