#include "cmd/svcctl/command_line.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "cmd/svcctl/commands.h"

namespace svc {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

std::variant<Invocation, CommandLineExit> parse(std::vector<const char*> words) {
  words.insert(words.begin(), "svcctl");
  return parse_command_line(static_cast<int>(words.size()), words.data());
}

Invocation parsed(std::vector<const char*> words) {
  auto result = parse(std::move(words));
  if (const auto* leave = std::get_if<CommandLineExit>(&result)) {
    ADD_FAILURE() << leave->text;
    return {};
  }
  return std::get<Invocation>(result);
}

std::string_view command_of(const Invocation& invocation) {
  return command_specs()[invocation.command].name;
}

CommandLineExit left(std::vector<const char*> words) {
  auto result = parse(std::move(words));
  const auto* leave = std::get_if<CommandLineExit>(&result);
  EXPECT_NE(leave, nullptr) << "it was taken for a command";
  return leave == nullptr ? CommandLineExit{} : *leave;
}

TEST(SvcctlCommandLine, KnowsEveryCommandOfTheTable) {
  for (const CommandSpec& command : command_specs()) {
    std::vector<const char*> words;
    const std::string group(group_of(command)), last(last_word_of(command));
    if (!group.empty()) words.push_back(group.c_str());
    words.push_back(last.c_str());
    if (command.argument.required) words.push_back("bash");
    if (command.second.required) words.push_back("2");
    EXPECT_EQ(command_of(parsed(words)), command.name);
  }
}

TEST(SvcctlCommandLine, TakesOptionsBeforeAndBehindTheCommand) {
  for (const auto& words : {std::vector<const char*>{"-c", "a.toml", "--json", "status"},
                            std::vector<const char*>{"status", "--json", "-c", "a.toml"},
                            std::vector<const char*>{"--config=a.toml", "status", "--json"}}) {
    const Invocation invocation = parsed(words);
    EXPECT_EQ(invocation.config, "a.toml");
    EXPECT_TRUE(invocation.json);
  }
  EXPECT_EQ(parsed({"config", "show", "-c", "b.toml", "--origin"}).config, "b.toml");
}

TEST(SvcctlCommandLine, ReadsEachCommandsOwnOptionsAndArgument) {
  EXPECT_EQ(parsed({"reload", "users"}).argument, "users");
  EXPECT_EQ(parsed({"reload"}).argument, "");
  EXPECT_TRUE(parsed({"stop", "--now"}).now);
  const Invocation logs = parsed({"logs", "-f", "-n", "7"});
  EXPECT_TRUE(logs.follow);
  EXPECT_EQ(logs.lines, 7u);
  EXPECT_THAT(parsed({"start", "--set", "a=1", "--set", "b=2"}).overrides,
              ElementsAre("a=1", "b=2"));
  EXPECT_TRUE(parsed({"config", "show", "--running"}).running);
}

TEST(SvcctlCommandLine, MistakesAreOneLineWithAWayOn) {
  const auto mistake = [](std::vector<const char*> words) {
    const CommandLineExit leave = left(std::move(words));
    EXPECT_EQ(leave.status, 2);
    EXPECT_THAT(leave.text, StartsWith("svcctl: "));
    EXPECT_EQ(std::count(leave.text.begin(), leave.text.end(), '\n'), 1) << leave.text;
    return leave.text;
  };
  EXPECT_THAT(mistake({}), HasSubstr("which command? See svcctl --help"));
  EXPECT_THAT(mistake({"statsu"}), HasSubstr("no command \"statsu\"; did you mean status?"));
  EXPECT_THAT(mistake({"xyzzy"}), HasSubstr("no command \"xyzzy\". See"));
  EXPECT_THAT(mistake({"config"}), HasSubstr("which command? See svcctl config --help"));
  EXPECT_THAT(mistake({"config", "shwo"}), HasSubstr("did you mean show?"));
  EXPECT_THAT(mistake({"stop", "--bogus"}), HasSubstr("no option --bogus"));
  EXPECT_THAT(mistake({"-c", "a", "--set", "b=1", "check"}),
              HasSubstr("--set is an option of, and stands behind: start, run, restart, check,"));
  EXPECT_THAT(mistake({"-f", "logs"}), HasSubstr("-f is an option of, and stands behind: logs."));
  EXPECT_THAT(mistake({"reload", "a", "b"}), HasSubstr("unexpected argument \"b\""));
  EXPECT_THAT(mistake({"completion"}), HasSubstr("SHELL is required"));
  EXPECT_THAT(mistake({"completion", "tcsh"}), HasSubstr("tcsh"));
  EXPECT_THAT(mistake({"-c", "a", "--env", "b", "status"}), HasSubstr("excludes"));
  EXPECT_THAT(mistake({"--color", "pink", "status"}), HasSubstr("pink"));
  EXPECT_THAT(mistake({"logs", "-n", "-1"}), Not(HasSubstr("which command")));
}

TEST(SvcctlCommandLine, EveryCommandHasHelpWithAnExampleThatItUnderstands) {
  for (const CommandSpec& command : command_specs()) {
    std::vector<const char*> words;
    const std::string group(group_of(command)), last(last_word_of(command));
    if (!group.empty()) words.push_back(group.c_str());
    words.insert(words.end(), {last.c_str(), "--help"});
    const CommandLineExit help = left(words);
    EXPECT_EQ(help.status, 0);
    EXPECT_THAT(help.text, HasSubstr(std::string(command.does)));
    EXPECT_THAT(help.text, HasSubstr("svcctl " + std::string(command.example)));

    // The example, up to what a shell would do with it.
    std::string example(command.example);
    example.resize(std::min(example.find_first_of("|>"), example.size()));
    std::vector<std::string> example_words;
    for (size_t begin; (begin = example.find_first_not_of(' ')) != example.npos;) {
      const size_t end = std::min(example.find(' ', begin), example.size());
      example_words.push_back(example.substr(begin, end - begin));
      example.erase(0, end);
    }
    words.clear();
    for (const std::string& word : example_words) words.push_back(word.c_str());
    EXPECT_EQ(command_of(parsed(words)), command.name) << command.example;
  }
}

TEST(SvcctlCommandLine, HelpAndVersionAreNoMistakes) {
  EXPECT_EQ(left({"--help"}).status, 0);
  EXPECT_EQ(left({"--version"}).status, 0);
  EXPECT_THAT(left({"--version"}).text, StartsWith("svcctl "));
  for (const CommandSpec& command : command_specs()) {
    if (!group_of(command).empty()) continue;
    EXPECT_THAT(left({"--help"}).text, HasSubstr("  " + std::string(command.name)));
  }
}

}  // namespace
}  // namespace svc
