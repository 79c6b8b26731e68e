// A configuration that can't be read or can't be applied changes nothing, however often it is
// tried, and says where it is wrong.
#include <fmt/core.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>

#include "tests/support/load.h"
#include "tests/support/svcd.h"

namespace svc::testing {
namespace {

size_t count_of(const std::string& text, std::string_view word) {
  size_t count = 0;
  for (size_t at = 0; (at = text.find(word, at)) != text.npos; at += word.size()) ++count;
  return count;
}

TEST(BadConfiguration, AHundredTriesCostNothingAndTheMendedOneIsPromoted) {
  constexpr int kTries = 100;
  const std::string good = chaos_service("one", 2);
  Svcd svcd(good);
  ASSERT_TRUE(svcd.start()) << svcd.ready_text();
  const auto before = svcd.workers("one");
  Load load({.address = svcd.address("one"), .clients = 4, .keep_alive = true, .think = 1ms});
  svcd.configure(good + "nonsense = 1\n");
  const std::string text = read_file(svcd.config_path());
  const auto line = std::count(text.begin(), text.end(), '\n');  // It is the last one.
  const std::string where = fmt::format("{}:{}:1: ", svcd.config_path(), line);
  for (int i = 0; i < kTries; ++i) {
    const auto told = svcd.svcctl({"reload"});
    ASSERT_EQ(told.exit_code, 1) << told.output;
    ASSERT_NE(told.output.find(where), told.output.npos) << told.output << where;
    ASSERT_NE(told.output.find("nonsense"), told.output.npos) << told.output;
  }
  const size_t logged = count_of(svcd.log(), where);
  svcd.process().signal(SIGHUP);
  EXPECT_TRUE(eventually([&] { return count_of(svcd.log(), where) > logged; })) << svcd.log();
  EXPECT_EQ(svcd.workers("one"), before);
  EXPECT_EQ(svcd.generation("one"), 1);
  svcd.configure(good);
  const auto mended = svcd.svcctl({"reload"});
  EXPECT_EQ(mended.exit_code, 0) << mended.output;
  EXPECT_EQ(svcd.generation("one"), 2);
  ASSERT_TRUE(load.wait_for(50));
  load.stop();
  EXPECT_EQ(load.failed(), 0u) << load.first_failure();
  EXPECT_TRUE(svcd.stop());
}

// Not even that which could be applied without a restart.
TEST(BadConfiguration, OneSettingThatNeedsARestartKeepsAllOthersOut) {
  Svcd svcd(chaos_service("one", 1));
  ASSERT_TRUE(svcd.start()) << svcd.ready_text();
  const auto before = svcd.workers("one");
  std::string text = read_file(svcd.config_path());
  text.replace(text.find("\"test\""), 6, "\"other\"");
  svcd.write_config(text + "threads = 2\n" + chaos_service("two", 1));
  const auto told = svcd.svcctl({"reload"});
  EXPECT_EQ(told.exit_code, 1);
  EXPECT_NE(told.output.find("master.name"), told.output.npos) << told.output;
  EXPECT_NE(told.output.find("restart"), told.output.npos) << told.output;
  EXPECT_EQ(svcd.workers("one"), before);
  EXPECT_EQ(svcd.status("/generation"), "1");
  EXPECT_EQ(svcd.status("/services/1"), "");
  EXPECT_TRUE(svcd.stop());
}

}  // namespace
}  // namespace svc::testing
