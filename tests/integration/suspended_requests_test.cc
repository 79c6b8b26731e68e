// What requests cost that wait: five thousand of them in one worker.
#include <fmt/core.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <vector>

#include "tests/support/http_client.h"
#include "tests/support/svcd.h"

namespace svc::testing {
namespace {

constexpr size_t kRequests = 5'000;
constexpr int64_t kPssMaxKib = 100 * 1024;

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kMemoryIsOurs = false;  // Shadows and red zones are not.
#else
constexpr bool kMemoryIsOurs = true;
#endif

// Of smaps_rollup(5): memory that is shared counts in parts.
int64_t pss_kib(pid_t pid) {
  const std::string text = read_file(fmt::format("/proc/{}/smaps_rollup", pid));
  const size_t at = text.find("\nPss:");
  return at == std::string::npos ? -1 : std::stoll(text.substr(at + 5));
}

TEST(SuspendedRequests, FiveThousandFitIntoAHundredMebibytes) {
  rlimit files{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &files), 0);
  if (files.rlim_max < 2 * kRequests) GTEST_SKIP() << "too few descriptors: " << files.rlim_max;
  files.rlim_cur = files.rlim_max;
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &files), 0);

  const TempDir dir;
  Svcd svcd(
      fmt::format("[service.binding]\nmodule = \"{}\"\nlisten = [\"127.0.0.1:0\"]\n"
                  "workers = 1\n[service.binding.http]\nrequests_max = 6000\n"
                  "[service.binding.options]\ndirectory = \"{}\"\n",
                  module_path("binding"), dir.path()));
  ASSERT_TRUE(svcd.start()) << svcd.ready_text();
  const std::string address = svcd.address("binding");
  const pid_t worker = svcd.workers("binding").at(0);
  const int64_t before = pss_kib(worker);

  std::vector<HttpClient> clients;
  for (size_t i = 0; i < kRequests; ++i) {
    HttpClient& client = clients.emplace_back(address);
    ASSERT_TRUE(client.connected()) << i;
    ASSERT_TRUE(client.send("GET /sleep HTTP/1.1\r\nHost: x\r\n\r\n")) << i;
  }
  const auto in_flight = [&] { return svcd.status("/services/0/workers/0/in_flight"); };
  ASSERT_TRUE(eventually([&] { return in_flight() == std::to_string(kRequests); })) << in_flight();
  const int64_t after = pss_kib(worker);
  fmt::print("{} requests wait: PSS {} KiB, {} KiB before\n", kRequests, after, before);
  if (kMemoryIsOurs) {
    EXPECT_LE(after, kPssMaxKib);
  }
  EXPECT_EQ(svcd.workers("binding").at(0), worker);

  // An orderly end alone would not do: who has shut only one side may wait for the answer.
  for (HttpClient& client : clients) client.reset();
  EXPECT_TRUE(eventually([&] { return in_flight() == "0"; })) << in_flight();
}

}  // namespace
}  // namespace svc::testing
