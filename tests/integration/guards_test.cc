// Limits and shared memory, with real workers: one rate for all of them, and what they keep
// together outlives each of them, reloads and upgrades.
#include <fmt/core.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <atomic>
#include <thread>
#include <vector>

#include "tests/support/eventually.h"
#include "tests/support/http_client.h"
#include "tests/support/svcd.h"

namespace svc::testing {
namespace {

std::string guarded_service(int workers, std::string_view extra = {}) {
  return fmt::format(
      "[service.one]\nmodule = \"{}\"\nlisten = [\"127.0.0.1:0\"]\nworkers = {}\n{}\n",
      module_path("guarded"), workers, extra);
}

constexpr std::string_view kRegions = "shared_memory = { pages = \"1MiB\", raw = \"64KiB\" }";

std::string post(const std::string& address, std::string_view target) {
  const auto answer = fetch(address, "POST", target, "", "");
  return answer ? answer->body : "no answer";
}

// What clients that ask as fast as they can are given.
struct Flood {
  std::atomic<uint64_t> allowed{0};
  std::atomic<uint64_t> refused{0};
  std::atomic<uint64_t> wrong{0};

  void run(const std::string& address, Clock::time_point until) {
    std::vector<std::thread> clients;
    for (int i = 0; i < 16; ++i) {
      clients.emplace_back([&] {
        HttpClient client(address);
        while (Clock::now() < until) {
          const auto answer = client.get("/limited");
          if (answer && answer->status == 200) {
            ++allowed;
          } else if (answer && answer->status == 429 && !answer->header("Retry-After").empty()) {
            ++refused;
          } else {
            ++wrong;
          }
          // The server says so after keepalive_requests, which a fast machine reaches.
          if (answer && answer->header("Connection") == "close") client = HttpClient(address);
        }
      });
    }
    for (std::thread& client : clients) client.join();
  }
};

TEST(Guards, EightWorkersShareOneRateToOnePerCent) {
  Svcd svcd(guarded_service(8));
  ASSERT_TRUE(svcd.start());
  const std::string address = svcd.address("one");
  Flood flood;
  const auto began = Clock::now();
  flood.run(address, began + 5s);
  const double seconds = std::chrono::duration<double>(Clock::now() - began).count();
  // 200 a second, and 200 at once at the beginning; the last answers may be of before the end.
  const double most = 200 * seconds + 200;
  EXPECT_EQ(flood.wrong, 0u);
  EXPECT_LE(static_cast<double>(flood.allowed), most * 1.01 + 1);
  EXPECT_GE(static_cast<double>(flood.allowed), (200 * 5.0 + 200) * 0.99 - 1);
  EXPECT_GT(flood.refused, 0u);
  RecordProperty("allowed", static_cast<int>(flood.allowed));
  fmt::print("allowed {} of at most {:.0f}, refused {}\n", flood.allowed.load(), most,
             flood.refused.load());
  EXPECT_TRUE(svcd.stop());
}

TEST(Guards, KeysAreLimitedOverAllWorkers) {
  Svcd svcd(guarded_service(4));
  ASSERT_TRUE(svcd.start());
  const std::string address = svcd.address("one");
  for (const std::string key : {"a", "b"}) {
    int allowed = 0;
    for (int i = 0; i < 20; ++i) {  // Each on a connection of its own: any worker.
      const auto answer = fetch(address, "GET", "/keyed", "X-Key: " + key + "\r\n", "");
      ASSERT_TRUE(answer);
      allowed += answer->status == 200;
    }
    EXPECT_EQ(allowed, 2);
  }
}

TEST(Guards, SharedMemoryOutlivesWorkersReloadsAndUpgrades) {
  Svcd svcd(guarded_service(2, kRegions));
  ASSERT_TRUE(svcd.start());
  const std::string address = svcd.address("one");
  EXPECT_EQ(post(address, "/count/a"), "1");
  EXPECT_EQ(post(address, "/raw"), "1");
  EXPECT_EQ(fetch(address, "PUT", "/pages/x", "", std::string(3000, 'x'))->status, 204);
  for (const pid_t pid : svcd.workers("one")) ::kill(pid, SIGKILL);
  ASSERT_TRUE(svcd.wait_ready("one", 2));
  EXPECT_EQ(post(address, "/count/a"), "2");
  ASSERT_EQ(svcd.svcctl({"reload"}).exit_code, 0);
  EXPECT_EQ(post(address, "/count/a"), "3");
  EXPECT_EQ(post(address, "/raw"), "2");
  const Outcome upgrade = svcd.svcctl({"upgrade"});
  ASSERT_EQ(upgrade.exit_code, 0) << upgrade.output;
  EXPECT_EQ(post(address, "/count/a"), "4");
  EXPECT_EQ(post(address, "/raw"), "3");
  EXPECT_EQ(fetch(address, "/pages/x")->body, std::string(3000, 'x'));
}

TEST(Guards, ARegionOfAnotherSizeBeginsEmpty) {
  Svcd svcd(guarded_service(1, kRegions));
  ASSERT_TRUE(svcd.start());
  const std::string address = svcd.address("one");
  EXPECT_EQ(post(address, "/raw"), "1");
  EXPECT_EQ(post(address, "/count/a"), "1");
  svcd.configure(guarded_service(1, "shared_memory = { raw = \"128KiB\", pages = \"1MiB\" }"));
  const Outcome reloaded = svcd.svcctl({"reload"});
  ASSERT_EQ(reloaded.exit_code, 0) << reloaded.output;
  ASSERT_TRUE(svcd.wait_ready("one", 1));  // The old one, with the old memory, is gone.
  EXPECT_EQ(post(address, "/raw"), "1");
  EXPECT_EQ(post(address, "/count/a"), "2");
}

}  // namespace
}  // namespace svc::testing
