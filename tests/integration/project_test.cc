// `svcctl new`, and what its README says to do next, up to a reload by `svcctl run --watch`.
//
// One test: what it builds takes longer than all the rest of it.
#include <fmt/core.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <fstream>
#include <string>

#include "tests/support/http_client.h"
#include "tests/support/json.h"
#include "tests/support/process.h"
#include "tests/support/svcd.h"

namespace svc::testing {
namespace {

constexpr auto kBuildTime = 240s;  // On a machine that is busy with other tests.

class Project : public ::testing::Test {
 protected:
  std::string folder() const { return dir_.file("shop"); }
  std::string log() const { return read_file(dir_.file("watch.log")); }
  bool log_has(std::string_view text, std::chrono::milliseconds within = kDeadline) const {
    return eventually([&] { return log().find(text) != std::string::npos; }, within);
  }
  Outcome shell(const std::string& command, std::chrono::milliseconds within = kDeadline) const {
    return run({"/bin/sh", "-c", fmt::format("cd {} && {}", dir_.path(), command)}, {}, within);
  }
  void edit(const std::string& file, std::string_view from, std::string_view to) const {
    std::string text = read_file(folder() + "/" + file);
    const size_t at = text.find(from);
    ASSERT_NE(at, std::string::npos) << text;
    text.replace(at, from.size(), to);
    std::ofstream(folder() + "/" + file) << text;
  }
  // Of the running server, once it listens.
  std::string address() const {
    const std::string status = svcctl({"status", "--json"}).out;
    return json_text(status, "/services/0/listen/0").value_or("");
  }
  Outcome svcctl(std::vector<std::string> words) const {
    words.insert(words.begin(), {program("svcctl"), "-c", folder() + "/config/development.toml"});
    return run(words);
  }
  std::string greeting() const {
    const auto answer = fetch(address(), "POST", "/greetings", "Content-Type: application/json\r\n",
                              R"({"name":"Ann"})");
    return answer ? json_text(answer->body, "/text").value_or("") : "";
  }

  TempDir dir_;
};

TEST_F(Project, IsMadeBuiltTestedServedAndReloaded) {
  const Outcome made = shell(program("svcctl") + " new shop");
  ASSERT_EQ(made.exit_code, 0) << made.output;
  EXPECT_EQ(shell(program("svcctl") + " new shop").exit_code, 1);
  edit("config/development.toml", "127.0.0.1:8080", "127.0.0.1:0");
  edit("config/development.toml", "[master]\n",
       fmt::format("[master]\nruntime_dir = \"{}\"\n", dir_.file("run")));

  const Outcome built =
      shell("cd shop && cmake -S . -B build -DCMAKE_BUILD_TYPE=Debug -DCMAKE_CXX_COMPILER=" SVC_CXX
            " && cmake --build build -j2",
            kBuildTime);
  ASSERT_EQ(built.exit_code, 0) << built.output;
  const Outcome tested = shell("ctest --test-dir shop/build --output-on-failure", kBuildTime);
  ASSERT_EQ(tested.exit_code, 0) << tested.output;
  EXPECT_NE(tested.output.find("100% tests passed"), std::string::npos) << tested.output;

  // Only what the server needs is built from here on: it is watched, not the compiler.
  Process watch = Process::start({program("svcctl"), "-c", folder() + "/config/development.toml",
                                  "run", "--watch", "--build", "cmake --build build --target shop"},
                                 {.output = dir_.file("watch.log")});
  ASSERT_TRUE(eventually([&] { return !address().empty(); }, kBuildTime)) << log();
  ASSERT_TRUE(eventually([&] { return greeting() == "Hello, Ann!"; })) << log();
  const std::string listening = address();

  edit("shop.cc", "\"Hello\"", "\"Good day\"");
  EXPECT_TRUE(eventually([&] { return greeting() == "Good day, Ann!"; }, kBuildTime)) << log();

  edit("shop.cc", "\"Good day\"", "\"Good day");
  EXPECT_TRUE(log_has("what served before goes on", kBuildTime)) << log();
  EXPECT_EQ(greeting(), "Good day, Ann!");

  edit("config/base.toml", "64KiB", "64Kib");
  EXPECT_TRUE(log_has("base.toml:6:", kDeadline)) << log();
  EXPECT_EQ(greeting(), "Good day, Ann!");
  EXPECT_EQ(address(), listening);

  const pid_t master =
      static_cast<pid_t>(std::stoi("0" + json_raw(svcctl({"status", "--json"}).out, "/pid")));
  ASSERT_GT(master, 0);
  watch.signal(SIGINT);
  EXPECT_EQ(watch.exit_code(), 0) << log();
  EXPECT_FALSE(process_exists(master));
  EXPECT_EQ(svcctl({"status"}).exit_code, 3);
}

}  // namespace
}  // namespace svc::testing
