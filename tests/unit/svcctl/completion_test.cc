#include "cmd/svcctl/completion.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdio.h>

#include <fstream>
#include <sstream>

#include "cmd/svcctl/commands.h"
#include "tests/support/temp_dir.h"

namespace svc {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsSubsetOf;
using ::testing::Not;

const CompletionWords kWords{{"log.level", "master.name"}};

// What bash would offer behind these words, the last of which is being typed.
std::vector<std::string> bash_offers(const std::vector<std::string>& words) {
  const testing::TempDir dir;
  std::ofstream script(dir.file("run"));
  script << completion_script("bash", kWords)
         << "svcctl() { [ \"$*\" = 'completion environments' ] && echo development production; }\n"
         << "COMP_WORDS=(svcctl";
  for (const std::string& word : words) script << " '" << word << "'";
  script << ")\nCOMP_CWORD=" << words.size() << "\n_svcctl\nprintf '%s\\n' \"${COMPREPLY[@]}\"\n";
  script.close();
  FILE* pipe = ::popen(("bash --norc " + dir.file("run") + " 2>&1").c_str(), "r");
  std::vector<std::string> offers;
  char line[4096];
  while (::fgets(line, sizeof line, pipe) != nullptr) {
    const std::string_view text(line);
    offers.emplace_back(text.substr(0, text.find('\n')));
  }
  EXPECT_EQ(::pclose(pipe), 0);
  return offers;
}

TEST(Completion, NamesEveryCommandAndOptionInEachShell) {
  for (const char* shell : {"bash", "zsh", "fish"}) {
    const std::string script = completion_script(shell, kWords);
    for (const CommandSpec& command : command_specs())
      EXPECT_THAT(script, HasSubstr(std::string(last_word_of(command)))) << shell;
    for (const OptionSpec& option : option_specs()) {
      const size_t dashes = option.names.rfind("--");
      EXPECT_THAT(script, HasSubstr(std::string(option.names.substr(dashes + 2)))) << shell;
    }
    EXPECT_THAT(script, HasSubstr("$(svcctl completion environments 2>/dev/null)")) << shell;
  }
  EXPECT_EQ(completion_script("tcsh", kWords), "");
}

TEST(Completion, BashOffersCommandsFirst) {
  const auto offers = bash_offers({""});
  for (const char* word : {"start", "config", "--env", "--version"})
    EXPECT_THAT(offers, Contains(word));
  EXPECT_THAT(offers, Not(Contains("show")));
  EXPECT_EQ(bash_offers({"rel"}), std::vector<std::string>{"reload"});
}

TEST(Completion, BashSkipsValuesOfOptions) {
  EXPECT_THAT(bash_offers({"-c", "stop", "st"}), Contains("status"));
  EXPECT_EQ(bash_offers({"--env", "prod"}), std::vector<std::string>{"production"});
  EXPECT_EQ(bash_offers({"--color", "al"}), std::vector<std::string>{"always"});
}

TEST(Completion, BashOffersWhatBelongsToTheCommand) {
  EXPECT_THAT(bash_offers({"stop", "--"}), Contains("--now"));
  EXPECT_THAT(bash_offers({"status", "--"}), Not(Contains("--now")));
  EXPECT_THAT(bash_offers({"config", ""}), Contains("explain"));
  EXPECT_EQ(bash_offers({"config", "explain", "log"}), std::vector<std::string>{"log.level"});
  EXPECT_EQ(bash_offers({"-c", "x", "completion", "f"}), std::vector<std::string>{"fish"});
}

}  // namespace
}  // namespace svc
