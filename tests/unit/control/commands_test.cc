#include "core/control/commands.h"

#include <gtest/gtest.h>

#include <set>

#include "core/control/frame.h"

namespace svc {
namespace {

TEST(ControlCommands, AreFoundByTheirNames) {
  for (const CommandRow& row : control_commands()) {
    ASSERT_NE(find_control_command(row.name), nullptr);
    EXPECT_EQ(find_control_command(row.name)->command, row.command);
  }
  EXPECT_EQ(find_control_command("stop")->command, ControlCommand::stop);
  EXPECT_EQ(find_control_command(""), nullptr);
  EXPECT_EQ(find_control_command("STOP"), nullptr);
  EXPECT_EQ(find_control_command("stop "), nullptr);
}

TEST(ControlCommands, HaveOneRowEachAndSayWhatTheyDo) {
  std::set<ControlCommand> commands;
  std::set<std::string_view> names;
  for (const CommandRow& row : control_commands()) {
    EXPECT_TRUE(commands.insert(row.command).second) << row.name;
    EXPECT_TRUE(names.insert(row.name).second) << row.name;
    EXPECT_FALSE(row.does.empty()) << row.name;
    EXPECT_LE(row.arguments_min, row.arguments_max) << row.name;
    EXPECT_LE(row.arguments_max, static_cast<int>(kArgumentsMax)) << row.name;
    EXPECT_EQ(row.arguments.empty(), row.arguments_max == 0) << row.name;
  }
}

}  // namespace
}  // namespace svc
