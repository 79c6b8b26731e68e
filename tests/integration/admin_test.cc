// builtin = "admin": what it counts is what clients saw, whatever becomes of the workers; what it
// says is what Prometheus, a probe and a browser understand.
#include <fmt/core.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <map>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/http_client.h"
#include "tests/support/json.h"
#include "tests/support/load.h"
#include "tests/support/svcd.h"

namespace svc::testing {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kAdminService = R"([service.admin]
builtin = "admin"
listen = ["127.0.0.1:0"]
workers = 1
)";

std::string with_admin(const std::string& services) {
  return services + std::string(kAdminService);
}

// Samples by name and labels.
using Samples = std::map<std::string, double>;

Samples parse_metrics(const std::string& text) {
  Samples samples;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("#")) continue;
    const size_t blank = line.rfind(' ');
    samples[line.substr(0, blank)] = std::stod(line.substr(blank + 1));
  }
  return samples;
}

std::string scrape(const std::string& address) {
  const auto answer = fetch(address, "/metrics");
  return answer && answer->complete && answer->status == 200 ? answer->body : std::string();
}

double answered(const std::string& address, std::string_view route) {
  const Samples samples = parse_metrics(scrape(address));
  double sum = 0;
  for (const auto& [name, value] : samples)
    if (name.starts_with(fmt::format("svcd_requests_total{{service=\"one\",route=\"{}\"", route)))
      sum += value;
  return sum;
}

bool is_counter(std::string_view name) {
  const std::string_view family = name.substr(0, name.find('{'));
  for (const std::string_view suffix : {"_total", "_bucket", "_count", "_sum"})
    if (family.ends_with(suffix)) return true;
  return false;
}

// Asks all the time; no counter may ever go back or away.
class Scraper {
 public:
  explicit Scraper(std::string address)
      : address_(std::move(address)), thread_([this] { run(); }) {}
  ~Scraper() { stop(); }
  void stop() {
    stopping_ = true;
    if (thread_.joinable()) thread_.join();
  }
  int scrapes() const { return scrapes_; }
  const std::string& trouble() const { return trouble_; }  // After stop().

 private:
  void run() {
    Samples before;
    while (!stopping_) {
      const std::string text = scrape(address_);
      if (text.empty()) continue;
      const Samples now = parse_metrics(text);
      for (const auto& [name, value] : before) {
        if (!is_counter(name)) continue;
        const auto found = now.find(name);
        if (found == now.end() || found->second < value)
          trouble_ = fmt::format("{} was {} and is {}", name, value,
                                 found == now.end() ? -1 : found->second);
      }
      before = now;
      ++scrapes_;
      ::poll(nullptr, 0, 10);
    }
  }
  const std::string address_;
  std::atomic<bool> stopping_{false};
  std::atomic<int> scrapes_{0};
  std::string trouble_;
  std::thread thread_;
};

TEST(Admin, CountsExactlyThroughReloadsRecyclingsAndAnUpgrade) {
  Svcd svcd(with_admin(chaos_service("one", 2, "max_requests = 200\n")));
  ASSERT_TRUE(svcd.start()) << svcd.ready_text();
  const std::string admin = svcd.address("admin");
  Scraper scraper(admin);
  Load keeping({.address = svcd.address("one"), .clients = 2, .keep_alive = true, .think = 1ms});
  Load closing({.address = svcd.address("one"), .clients = 2, .think = 1ms});
  for (int i = 0; i < 20; ++i) {
    const Outcome reload = svcd.svcctl({"reload"});
    ASSERT_EQ(reload.exit_code, 0) << reload.output;
  }
  const Outcome upgrade = svcd.svcctl({"upgrade"});
  ASSERT_EQ(upgrade.exit_code, 0) << upgrade.output;
  ASSERT_TRUE(closing.wait_for(500));
  keeping.stop();
  closing.stop();
  EXPECT_EQ(keeping.failed() + closing.failed(), 0u)
      << keeping.first_failure() << closing.first_failure();
  EXPECT_EQ(answered(admin, "/pid"), static_cast<double>(keeping.done() + closing.done()));
  scraper.stop();
  EXPECT_EQ(scraper.trouble(), "");
  EXPECT_GT(scraper.scrapes(), 20);
  EXPECT_GT(parse_metrics(scrape(admin))["svcd_workers_recycled_total{service=\"one\"}"], 0);
  EXPECT_EQ(svcd.svcctl({"stop"}).exit_code, 0);
}

TEST(Admin, AHundredKillsCostNoMoreThanWhatWasInFlight) {
  Svcd svcd(with_admin(chaos_service("one", 4)));
  ASSERT_TRUE(svcd.start()) << svcd.ready_text();
  const std::string admin = svcd.address("admin");
  Scraper scraper(admin);
  Load load({.address = svcd.address("one"), .clients = 4});
  constexpr int kKills = 100;
  for (int i = 0; i < kKills; ++i) {
    ASSERT_TRUE(load.wait_for(5));
    std::vector<pid_t> workers;
    ASSERT_TRUE(eventually([&] { return !(workers = svcd.workers("one")).empty(); }));
    ::kill(workers[static_cast<size_t>(i) % workers.size()], SIGKILL);
  }
  ASSERT_TRUE(svcd.wait_ready("one", 4)) << svcd.status();
  load.stop();
  scraper.stop();
  // Counted before it is sent: nobody has an answer that isn't; what failed may be.
  const double counted = answered(admin, "/pid");
  EXPECT_GE(counted, static_cast<double>(load.done()));
  EXPECT_LE(counted, static_cast<double>(load.done() + load.failed()));
  EXPECT_LE(load.failed(), 4u * kKills);
  EXPECT_EQ(scraper.trouble(), "");
  const Samples samples = parse_metrics(scrape(admin));
  double deaths = 0;
  for (const std::string reason : {"before_ready", "own_fault", "killed"})
    deaths += samples.at("svcd_worker_restarts_total{service=\"one\",reason=\"" + reason + "\"}");
  EXPECT_GT(deaths, kKills / 2);  // Some were dead before their turn came.
  EXPECT_LE(deaths, kKills);
  EXPECT_TRUE(svcd.stop());
}

TEST(Admin, TellsEachEndOfARequest) {
  Svcd svcd(with_admin(chaos_service("one", 1)));
  ASSERT_TRUE(svcd.start()) << svcd.ready_text();
  const std::string admin = svcd.address("admin"), one = svcd.address("one");
  ASSERT_TRUE(fetch(one, "/pid"));
  ASSERT_EQ(fetch(one, "/nowhere")->status, 404);
  HttpClient broken(one);
  ASSERT_TRUE(broken.send("nonsense\r\n\r\n"));
  ASSERT_EQ(broken.read_answer()->status, 400);
  const Samples samples = parse_metrics(scrape(admin));
  const std::string pid = "{service=\"one\",route=\"/pid\",method=\"GET\"";
  EXPECT_EQ(samples.at("svcd_requests_total" + pid + ",code=\"2xx\"}"), 1);
  EXPECT_EQ(samples.at("svcd_request_duration_seconds_count" + pid + "}"), 1);
  EXPECT_EQ(samples.at("svcd_request_duration_seconds_bucket" + pid + ",le=\"+Inf\"}"), 1);
  EXPECT_GT(samples.at("svcd_request_bytes_total" + pid + "}"), 20);
  EXPECT_GT(samples.at("svcd_response_bytes_total" + pid + "}"), 20);
  EXPECT_EQ(samples.at("svcd_requests_in_flight" + pid + "}"), 0);
  EXPECT_EQ(samples.at("svcd_requests_total{service=\"one\",route=\"none\",method=\"*\","
                       "code=\"4xx\"}"),
            2);
  const std::string worker = "{service=\"one\",worker=\"0\",slot=\"";
  const auto memory = samples.lower_bound("svcd_worker_resident_memory_bytes" + worker);
  ASSERT_NE(memory, samples.end());
  EXPECT_GT(memory->second, 1'000'000);
  EXPECT_TRUE(svcd.stop());
}

TEST(Admin, IsReadyWhileEveryServiceIs) {
  Svcd svcd(with_admin(chaos_service("one", 1)));
  ASSERT_TRUE(svcd.start()) << svcd.ready_text();
  const std::string admin = svcd.address("admin");
  const auto ready = [&] {
    const auto answer = fetch(admin, "/readyz");
    return answer ? answer->status : 0;
  };
  EXPECT_EQ(fetch(admin, "/livez")->status, 200);
  ASSERT_TRUE(eventually([&] { return ready() == 200; }));
  svcd.configure(with_admin(chaos_service("one", 1) + chaos_service("two", 1)));
  ASSERT_EQ(svcd.svcctl({"reload"}).exit_code, 0);
  EXPECT_TRUE(eventually([&] {
    const auto status = fetch(admin, "/status.json");
    return status && json_size(status->body, "/services") == 3;
  }));
  EXPECT_EQ(ready(), 200);
  const auto status = fetch(admin, "/status.json");
  ASSERT_TRUE(status);
  EXPECT_TRUE(is_json(status->body)) << status->body;
  EXPECT_GT(json_size(status->body, "/routes"), 3u);
  EXPECT_TRUE(svcd.stop());
}

TEST(Admin, IsNotReadyWhenSvcdIsToStop) {
  Svcd svcd(with_admin(chaos_service("one", 1)), "pre_stop_delay = \"30s\"\n");
  ASSERT_TRUE(svcd.start()) << svcd.ready_text();
  const std::string admin = svcd.address("admin");
  ASSERT_TRUE(eventually([&] { return fetch(admin, "/readyz")->status == 200; }));
  svcd.process().signal(SIGTERM);
  ASSERT_TRUE(eventually([&] {
    const auto answer = fetch(admin, "/readyz");
    return answer && answer->status == 503 &&
           json_text(answer->body, "/reasons/0") == "svcd is stopping";
  }));
  svcd.process().signal(SIGTERM);
  EXPECT_EQ(svcd.process().exit_code(), 0);
}

TEST(Admin, SpeaksPrometheusAndTheManualNamesEveryMetric) {
  Svcd svcd(with_admin(chaos_service("one", 1)));
  ASSERT_TRUE(svcd.start()) << svcd.ready_text();
  ASSERT_TRUE(eventually([&] {
    return scrape(svcd.address("admin")).find("svcd_worker_state") != std::string::npos;
  }));
  const std::string text = scrape(svcd.address("admin"));
  const std::string file = svcd.dir().write("metrics", text);
  const Outcome checked = run({"sh", "-c", "promtool check metrics < " + file});
  EXPECT_EQ(checked.exit_code, 0) << checked.output;
  const std::string manual = read_file(SVC_MANUAL "/svcd.8");
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with("# TYPE ")) continue;
    const std::string name = line.substr(7, line.rfind(' ') - 7);
    EXPECT_NE(manual.find(".It Ic " + name), std::string::npos) << name << " isn't in svcd(8)";
  }
  EXPECT_TRUE(svcd.stop());
}

TEST(Admin, ShowsItAllOnAPage) {
  Svcd svcd(with_admin(chaos_service("one", 2,
                                     "heartbeat_timeout = \"5m\"\naccess_log = \"text\"\n"
                                     "access_log_target = \"/dev/full\"\n")));
  ASSERT_TRUE(svcd.start()) << svcd.ready_text();
  // Before anybody is connected to it.
  const pid_t silent = svcd.workers("one").at(1);
  ASSERT_EQ(::kill(silent, SIGSTOP), 0);
  ASSERT_TRUE(svcd.log_has("new connections pass by worker 1"));
  const auto page = fetch(svcd.address("admin"), "/");
  ASSERT_TRUE(page);
  EXPECT_NE(page->header("Content-Security-Policy").find("default-src 'none'"), std::string::npos);
  Load load({.address = svcd.address("one"), .clients = 2, .think = 5ms});
  ::kill(svcd.workers("one").at(0), SIGKILL);
  fs::create_directories(SVC_ARTEFACTS);
  const Outcome seen = run(
      {"node", SVC_ADMIN_PAGE_TEST, "http://" + svcd.address("admin"), SVC_ARTEFACTS}, {}, 120s);
  EXPECT_EQ(seen.exit_code, 0) << seen.output;
  EXPECT_TRUE(fs::exists(SVC_ARTEFACTS "/dashboard-light.png"));
  EXPECT_TRUE(fs::exists(SVC_ARTEFACTS "/dashboard-dark.png"));
  load.stop();
  ASSERT_EQ(::kill(silent, SIGCONT), 0);
  EXPECT_TRUE(svcd.stop());
}

}  // namespace
}  // namespace svc::testing
