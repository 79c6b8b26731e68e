// The access log: exactly one valid line a request, through renames, full disks and stuck pipes.
#include <fcntl.h>
#include <fmt/core.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/eventually.h"
#include "tests/support/http_client.h"
#include "tests/support/json.h"
#include "tests/support/svcd.h"

namespace svc::testing {
namespace {

std::vector<std::string> lines_of(const std::string& path) {
  std::vector<std::string> lines;
  std::ifstream file(path, std::ios::binary);
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  return lines;
}

// Requests with whatever bytes a request may have, and some that it may not, each with an id of its
// own; counts those that were answered.
class Hostile {
 public:
  explicit Hostile(std::string address, int clients = 4) : address_(std::move(address)) {
    for (int i = 0; i < clients; ++i) threads_.emplace_back([this, i] { client(i); });
  }
  ~Hostile() { stop(); }
  void stop() {
    stopping_ = true;
    for (std::thread& thread : threads_)
      if (thread.joinable()) thread.join();
  }
  size_t answered() const { return answered_; }
  size_t failed() const { return failed_; }

 private:
  void client(int number) {
    static const std::vector<std::string> kTargets = {
        "/pid",
        "/pid?q=%22%5C%00%0a&x='{}",
        "/pid?\"\\",
        "/nowhere/\xc3\xa9\xff",
        "/pid?" + std::string(3000, 'a'),
        "http://x/pid",
    };
    static const std::vector<std::string> kAgents = {"plain/1.0",
                                                     "quote\"back\\slash",
                                                     "tab\there",
                                                     "\xff\xfe not utf-8 \xc3",
                                                     std::string(2000, '"'),
                                                     "\xe2\x80\xa8line separator"};
    HttpClient connection;
    for (size_t i = 0; !stopping_; ++i) {
      if (!connection.connected()) connection = HttpClient(address_);
      connection.send(
          fmt::format("GET {} HTTP/1.1\r\nHost: x\r\nX-Request-Id: c{}-{}\r\n"
                      "User-Agent: {}\r\nReferer: {}\r\n\r\n",
                      kTargets[i % kTargets.size()], number, i, kAgents[i % kAgents.size()],
                      kAgents[(i + 3) % kAgents.size()]));
      const auto answer = connection.read_answer();
      if (answer && answer->complete) {
        ++answered_;
      } else {
        ++failed_;
      }
      if (!answer || answer->header("Connection") == "close") connection.close();
    }
  }

  std::string address_;
  std::atomic<bool> stopping_{false};
  std::atomic<size_t> answered_{0}, failed_{0};
  std::vector<std::thread> threads_;
};

class Rotated : public ::testing::TestWithParam<const char*> {};

// What logrotate does, two hundred times.
TEST_P(Rotated, AccessLogHasExactlyOneValidLineForEachRequest) {
  constexpr int kCycles = 200;
  const bool json = std::string_view(GetParam()) == "json";
  Svcd svcd("");
  const std::string path = svcd.dir().file("access");
  svcd.configure(chaos_service(
      "one", 8,
      fmt::format("access_log = \"{}\"\naccess_log_target = \"{}\"\n", GetParam(), path)));
  ASSERT_TRUE(svcd.start()) << svcd.ready_text();
  Hostile load(svcd.address("one"));
  size_t before = 0;
  for (int i = 0; i < kCycles; ++i) {
    ASSERT_TRUE(eventually([&] { return load.answered() >= before + 20; }));
    before = load.answered();
    std::filesystem::rename(path, fmt::format("{}.{}", path, i));
    ASSERT_EQ(::kill(svcd.pid(), SIGUSR1), 0);
    ASSERT_TRUE(eventually([&] { return std::filesystem::exists(path); })) << svcd.log();
  }
  load.stop();
  EXPECT_EQ(load.failed(), 0u);
  ASSERT_TRUE(svcd.stop());

  std::vector<std::string> lines = lines_of(path);
  for (int i = 0; i < kCycles; ++i) {
    const auto more = lines_of(fmt::format("{}.{}", path, i));
    lines.insert(lines.end(), more.begin(), more.end());
  }
  EXPECT_EQ(lines.size(), load.answered());
  const std::regex text(
      R"re(127\.0\.0\.1 - - \[\d\d/[A-Z][a-z][a-z]/\d{4}:\d\d:\d\d:\d\d \+0000\] "(-|[^"]+)" )re"
      R"re(\d{3} \d+ "[^"]+" "[^"]+" \d+\.\d{6} one/[0-7] \d+ ([^ ]+) (-|[0-9a-f]{32}))re");
  std::map<std::string, int> ids;
  for (const std::string& line : lines) {
    std::smatch match;
    if (json) {
      ASSERT_TRUE(is_json(line)) << line;
      EXPECT_EQ(json_text(line, "/peer"), "127.0.0.1");
      if (const auto id = json_text(line, "/request_id")) ++ids[*id];
    } else {
      ASSERT_TRUE(std::regex_match(line, match, text)) << line;
      if (match[2] != "-") ++ids[match[2]];
    }
  }
  for (const auto& [id, count] : ids) ASSERT_EQ(count, 1) << id;
  EXPECT_GT(ids.size(), lines.size() / 2) << "the others were refused before they were requests";
}
INSTANTIATE_TEST_SUITE_P(Formats, Rotated, ::testing::Values("json", "text"),
                         [](const auto& row) { return std::string(row.param); });

TEST(AccessLog, GoesWhereTheLogGoesUnlessToldOtherwise) {
  Svcd svcd(chaos_service("one", 1, "access_log = \"json\"\n"));
  ASSERT_TRUE(svcd.start()) << svcd.ready_text();
  ASSERT_EQ(fetch(svcd.address("one"), "/pid?first")->status, 200);
  EXPECT_TRUE(svcd.log_has("\"path\":\"/pid?first\",\"version\":\"1.1\",\"status\":200,"))
      << svcd.log();
  // It follows the log through a rename.
  const std::string path = svcd.dir().file("log");
  std::filesystem::rename(path, path + ".1");
  ASSERT_EQ(::kill(svcd.pid(), SIGUSR1), 0);
  ASSERT_TRUE(svcd.log_has("log reopened"));
  EXPECT_TRUE(eventually([&] {
    return fetch(svcd.address("one"), "/pid?second")->status == 200 &&
           svcd.log_has("/pid?second", 300ms);
  }));
  EXPECT_TRUE(svcd.stop());
}

TEST(AccessLog, ThatCannotBeOpenedIsNamed) {
  Svcd svcd(
      chaos_service("one", 1, "access_log = \"text\"\naccess_log_target = \"/nowhere/access\"\n"));
  EXPECT_FALSE(svcd.start());
  EXPECT_NE(svcd.ready_text().find("access_log_target"), std::string::npos) << svcd.ready_text();
  EXPECT_NE(svcd.ready_text().find("/nowhere/access"), std::string::npos) << svcd.ready_text();
}

TEST(AccessLog, OnAFullDiskHoldsUpNobody) {
  Svcd svcd(chaos_service("one", 2, "access_log = \"json\"\naccess_log_target = \"/dev/full\"\n"));
  ASSERT_TRUE(svcd.start()) << svcd.ready_text();
  HttpClient client(svcd.address("one"));
  for (int i = 0; i < 500; ++i) ASSERT_EQ(client.get("/pid")->status, 200);
  EXPECT_TRUE(svcd.log_has("lines of the access log were dropped")) << svcd.log();
  EXPECT_EQ(svcd.status("/services/0/restarts"), "0");
  const auto dropped = [&] { return svcd.status("/services/0/access_log_lines_dropped"); };
  EXPECT_TRUE(eventually([&] { return dropped() == "500"; })) << dropped();
  for (const pid_t worker : svcd.workers("one")) ::kill(worker, SIGKILL);
  EXPECT_TRUE(eventually([&] { return svcd.status("/services/0/restarts") == "2"; }));
  EXPECT_EQ(dropped(), "500");
  EXPECT_TRUE(svcd.stop());
}

TEST(AccessLog, InAPipeThatNobodyReadsHoldsUpNobody) {
  Svcd svcd("");
  const std::string path = svcd.dir().file("pipe");
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  const int reader = ::open(path.c_str(), O_RDWR | O_CLOEXEC | O_NONBLOCK);
  ASSERT_GE(reader, 0);
  svcd.configure(chaos_service(
      "one", 2, fmt::format("access_log = \"json\"\naccess_log_target = \"{}\"\n", path)));
  ASSERT_TRUE(svcd.start()) << svcd.ready_text();
  HttpClient client(svcd.address("one"));
  for (int i = 0; i < 2000; ++i) ASSERT_EQ(client.get("/pid")->status, 200);
  EXPECT_TRUE(svcd.log_has("lines of the access log were dropped")) << svcd.log();
  std::string got(1 << 20, '\0');
  const ssize_t size = ::read(reader, got.data(), got.size());
  ASSERT_GT(size, 0);
  got.resize(static_cast<size_t>(size));
  EXPECT_TRUE(got.ends_with('\n')) << "what went in went in as whole lines";
  EXPECT_TRUE(is_json(got.substr(0, got.find('\n'))));
  ::close(reader);
  EXPECT_TRUE(svcd.stop());
}

TEST(AccessLog, AnswersTellTheirIdToWhoeverAsks) {
  Svcd svcd(chaos_service("one", 1) +
            chaos_service("two", 1, "http.tell_request_id = \"always\"\n") +
            chaos_service("three", 1, "http.tell_request_id = \"never\"\n"));
  ASSERT_TRUE(svcd.start()) << svcd.ready_text();
  const auto told = [&](std::string_view service, std::string_view fields) {
    return fetch(svcd.address(service), "GET", "/pid", fields, "")->header("X-Request-Id");
  };
  EXPECT_EQ(told("one", "X-Request-Id: a-7\r\n"), "a-7");
  EXPECT_EQ(told("one", ""), "");
  EXPECT_EQ(told("one", "X-Request-Id: two words\r\n"), "");
  EXPECT_EQ(told("two", "X-Request-Id: a-7\r\n"), "a-7");
  EXPECT_EQ(told("two", "").size(), 16u);
  EXPECT_EQ(told("three", "X-Request-Id: a-7\r\n"), "");
  EXPECT_TRUE(svcd.stop());
}

}  // namespace
}  // namespace svc::testing
