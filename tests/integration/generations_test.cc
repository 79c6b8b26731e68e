// Generations: the code that was promoted is what runs, the next reload reads it anew, and the one
// before ends in bounded time.
#include <fmt/core.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <filesystem>
#include <optional>

#include "tests/support/http_client.h"
#include "tests/support/json.h"
#include "tests/support/svcd.h"

namespace svc::testing {
namespace {

// As an installation does it: a new file takes the name of the old one.
void install(const std::string& module, const std::string& path) {
  std::filesystem::copy_file(module, path + ".new",
                             std::filesystem::copy_options::overwrite_existing);
  std::filesystem::rename(path + ".new", path);
}

TEST(Generations, ReloadOfAnUnchangedFileReadsTheModuleAnewAndARespawnDoesNot) {
  Svcd svcd("");
  const std::string module = svcd.dir().file("service.so");
  install(module_path("chaos"), module);
  svcd.configure(fmt::format(
      "[service.one]\nmodule = \"{}\"\nlisten = [\"127.0.0.1:0\"]\nworkers = 1\n", module));
  ASSERT_TRUE(svcd.start()) << svcd.ready_text();
  const std::string address = svcd.address("one");
  const pid_t first = svcd.workers("one").at(0);
  install(module_path("demo"), module);
  ::kill(first, SIGKILL);
  ASSERT_TRUE(eventually([&] {
    const auto workers = svcd.workers("one");
    return workers.size() == 1 && workers[0] != first;
  }));
  EXPECT_EQ(fetch(address, "/pid")->status, 200) << "not what was promoted";
  EXPECT_EQ(fetch(address, "/health")->status, 404);
  const auto told = svcd.svcctl({"reload"});
  ASSERT_EQ(told.exit_code, 0) << told.output;
  ASSERT_TRUE(svcd.wait_ready("one", 1));  // The old one has ended: for a moment both accept.
  EXPECT_EQ(fetch(address, "/health")->status, 200) << "not what is installed now";
  EXPECT_EQ(fetch(address, "/pid")->status, 404);
  EXPECT_TRUE(svcd.stop());
}

TEST(Generations, DrainEndsWithGracefulTimeout) {
  Svcd svcd(chaos_service("one", 1, "graceful_timeout = \"2s\"\n"));
  ASSERT_TRUE(svcd.start()) << svcd.ready_text();
  const pid_t old = svcd.workers("one").at(0);
  HttpClient client(svcd.address("one"));
  ASSERT_TRUE(client.send("GET /sleep/60000 HTTP/1.1\r\nHost: test\r\n\r\n"));
  ASSERT_TRUE(eventually([&] { return svcd.status("/services/0/workers/0/in_flight") == "1"; }));
  const auto began = Clock::now();
  ASSERT_EQ(svcd.svcctl({"reload"}).exit_code, 0);
  EXPECT_TRUE(process_exists(old)) << "it had a request to answer";
  const auto answer = client.read_answer();
  ASSERT_TRUE(answer) << "it is cancelled, and told so";
  EXPECT_EQ(answer->status, 503);
  EXPECT_TRUE(eventually([&] { return !process_exists(old); }));
  EXPECT_LT(Clock::now() - began, 6s);
  EXPECT_TRUE(svcd.stop());
}

// Two live at most: the third waits for the first to drain, and only the latest of those who wait.
TEST(Generations, ALaterReloadTakesThePlaceOfOneThatWaits) {
  Svcd svcd(chaos_service("one", 1, "graceful_timeout = \"60s\"\n"));
  ASSERT_TRUE(svcd.start()) << svcd.ready_text();
  std::optional<HttpClient> client(svcd.address("one"));
  ASSERT_TRUE(client->send("GET /sleep/60000 HTTP/1.1\r\nHost: test\r\n\r\n"));
  ASSERT_TRUE(eventually([&] { return svcd.status("/services/0/workers/0/in_flight") == "1"; }));
  ASSERT_EQ(svcd.svcctl({"reload"}).exit_code, 0);
  const std::vector<std::string> reload = {program("svcctl"), "-c", svcd.config_path(), "reload"};
  const std::string said = svcd.dir().file("said");
  auto waiting = Process::start(reload, {.output = said});
  ASSERT_TRUE(eventually([&] { return read_file(said).find("waiting for") != std::string::npos; }));
  const std::string said_last = svcd.dir().file("said_last");
  auto latest = Process::start(reload, {.output = said_last});
  EXPECT_EQ(waiting.exit_code(), 1);
  client.reset();  // Nobody waits for the answer any more: the first generation has drained.
  EXPECT_EQ(latest.exit_code(), 0) << read_file(said_last);
  EXPECT_NE(read_file(said).find("superseded"), std::string::npos) << read_file(said);
  EXPECT_EQ(svcd.generation("one"), 3);
  EXPECT_TRUE(svcd.stop());
}

}  // namespace
}  // namespace svc::testing
