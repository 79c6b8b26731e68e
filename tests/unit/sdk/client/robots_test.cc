// robots.txt by the rules of RFC 9309: the corpus of cases in tests/corpus/robots, one file each.
#include "core/sdk/client/robots.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

namespace svc {
namespace {

// A case: what is asked ("allow AGENT TARGET", "deny AGENT TARGET"), a line "----", the file.
TEST(Robots, TheCorpus) {
  size_t asked = 0;
  for (const auto& entry : std::filesystem::directory_iterator(SVC_ROBOTS_CORPUS)) {
    std::ifstream file(entry.path(), std::ios::binary);
    std::stringstream content;
    content << file.rdbuf();
    const std::string text = content.str();
    const size_t mark = text.find("----\n");
    ASSERT_NE(mark, text.npos) << entry.path();
    std::istringstream questions(text.substr(0, mark));
    std::string wanted, agent, target;
    while (questions >> wanted >> agent >> target) {
      const auto rules = RobotsRules::parse(std::string_view(text).substr(mark + 5), agent);
      EXPECT_EQ(rules.allows(target), wanted == "allow")
          << entry.path().filename() << ": " << wanted << " " << agent << " " << target;
      ++asked;
    }
  }
  EXPECT_GT(asked, 50u);
}

TEST(Robots, BoundsItsSize) {
  std::string text = "User-agent: *\n";
  for (int i = 0; i < 20'000; ++i) text += "Disallow: /" + std::to_string(i) + "\n";
  EXPECT_EQ(RobotsRules::parse(text, "bot").size(), RobotsRules::kRulesMax);
  std::string late(RobotsRules::kTextMax, '#');
  EXPECT_EQ(RobotsRules::parse(late + "\nUser-agent: *\nDisallow: /\n", "bot").size(), 0u);
}

TEST(Robots, PatternsFullOfStarsAreMatchedQuickly) {
  std::string pattern = "/";
  for (int i = 0; i < 1000; ++i) pattern += "*a";
  const auto rules = RobotsRules::parse("User-agent: *\nDisallow: " + pattern + "b$\n", "bot");
  EXPECT_TRUE(rules.allows("/" + std::string(8000, 'a')));
}

TEST(Robots, ASiteThatCantSayAllowsNothing) {
  EXPECT_FALSE(RobotsRules::disallow_all().allows("/"));
  EXPECT_TRUE(RobotsRules::disallow_all().allows("/robots.txt"));
  EXPECT_TRUE(RobotsRules::allow_all().allows("/x"));
}

}  // namespace
}  // namespace svc
