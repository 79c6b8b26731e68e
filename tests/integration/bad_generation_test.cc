// New workers that don't come up: the old ones serve on, and whoever asked hears why from the new
// ones themselves.
#include <fmt/core.h>
#include <gtest/gtest.h>

#include <ostream>
#include <string>
#include <vector>

#include "tests/support/json.h"
#include "tests/support/load.h"
#include "tests/support/svcd.h"

namespace svc::testing {
namespace {

struct Way {
  const char* fail;
  std::vector<std::string> words;  // What must be told.
};
void PrintTo(const Way& way, std::ostream* out) { *out << way.fail; }

class BadGeneration : public ::testing::TestWithParam<Way> {};

TEST_P(BadGeneration, IsRolledBackWithinTheBootTimeoutAndItsLastWordsAreTold) {
  constexpr std::string_view kQuick = "boot_timeout = \"2s\"\n";
  Svcd svcd(chaos_service("one", 2, kQuick));
  ASSERT_TRUE(svcd.start()) << svcd.ready_text();
  const auto before = svcd.workers("one");
  Load load({.address = svcd.address("one"), .clients = 4, .think = 1ms});
  svcd.configure(chaos_service(
      "one", 2,
      fmt::format("{}[service.one.options]\nboot_fail = \"{}\"", kQuick, GetParam().fail)));
  const auto began = Clock::now();
  const auto told = svcd.svcctl({"reload"});
  EXPECT_LT(Clock::now() - began, 2s + 5s) << "boot_timeout, and a loaded machine";
  EXPECT_EQ(told.exit_code, 1) << told.output;
  const auto in_json = svcd.svcctl({"reload", "--json"});
  EXPECT_EQ(in_json.exit_code, 1) << in_json.output;
  EXPECT_TRUE(is_json(in_json.out)) << in_json.out;
  EXPECT_EQ(json_raw(in_json.out, "/promoted"), "false") << in_json.out;
  for (const std::string& words : GetParam().words) {
    EXPECT_NE(told.output.find(words), told.output.npos) << words << " is not in " << told.output;
    EXPECT_TRUE(json_text(in_json.out, "/message")->find(words) != std::string::npos ||
                json_raw(in_json.out, "/progress").find(words) != std::string::npos)
        << words << " is not in " << in_json.out;
  }
  EXPECT_EQ(svcd.workers("one"), before);
  EXPECT_EQ(svcd.generation("one"), 1);
  svcd.configure(chaos_service("one", 2, kQuick));
  EXPECT_EQ(svcd.svcctl({"reload"}).exit_code, 0);
  EXPECT_EQ(svcd.status("/generation"), "2") << "what failed doesn't count";
  ASSERT_TRUE(load.wait_for(50));
  load.stop();
  EXPECT_EQ(load.failed(), 0u) << load.first_failure();
  EXPECT_TRUE(svcd.stop());
}

INSTANTIATE_TEST_SUITE_P(EachWay, BadGeneration,
                         ::testing::Values(Way{"throw", {"one worker", "boot_fail is", "throw"}},
                                           Way{"exit", {"one worker", "exit status 3"}},
                                           Way{"crash", {"one worker", "SIGSEGV", "#0 ", "crash"}},
                                           Way{"hang", {"one worker", "boot_timeout", "#0 "}}),
                         [](const auto& row) { return row.param.fail; });

}  // namespace
}  // namespace svc::testing
