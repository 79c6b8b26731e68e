// svcctl top and status: figures that are right, on a terminal that is left as it was found.
#include <gtest/gtest.h>

#include <cmath>
#include <csignal>
#include <sstream>

#include "tests/support/http_client.h"
#include "tests/support/json.h"
#include "tests/support/load.h"
#include "tests/support/pty.h"
#include "tests/support/svcd.h"

namespace svc::testing {
namespace {

constexpr std::string_view kAlternateScreen = "\x1b[?1049h";
constexpr std::string_view kMainScreen = "\x1b[?1049l";

class Top : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(svcd_.start());
    before_ = pty_.settings();
  }
  Process top(std::vector<std::string> options = {}) {
    std::vector<std::string> command = {program("svcctl"), "-c",  svcd_.config_path(), "--color",
                                        "never",           "top", "--interval",        "100ms"};
    command.insert(command.end(), options.begin(), options.end());
    return pty_.start(command);
  }
  void expect_restored(size_t from = 0) {
    const termios now = pty_.settings();
    EXPECT_EQ(now.c_lflag, before_.c_lflag);
    EXPECT_EQ(now.c_cc[VMIN], before_.c_cc[VMIN]);
    EXPECT_TRUE(pty_.shows_after(from, kMainScreen));
    EXPECT_TRUE(pty_.shows_after(from, "\x1b[?25h")) << "the cursor";
  }
  static double real(const std::string& json, const std::string& pointer) {
    return std::strtod(json_raw(json, pointer).c_str(), nullptr);
  }

  Svcd svcd_{chaos_service("one", 2)};
  Pty pty_{80, 24};
  termios before_{};
};

TEST_F(Top, RefreshesInPlaceAndLeavesTheTerminalAsItWas) {
  Process process = top();
  ASSERT_TRUE(pty_.shows(kAlternateScreen));
  ASSERT_TRUE(pty_.shows("SERVICE"));
  EXPECT_EQ(pty_.settings().c_lflag & (ICANON | ECHO), 0u);
  const size_t first = pty_.read().size();
  EXPECT_TRUE(pty_.shows_after(first, "SERVICE")) << "refreshed";
  pty_.type("w");
  EXPECT_TRUE(pty_.shows("  0 pid ")) << "workers";
  pty_.type("q");
  EXPECT_EQ(process.exit_code(), 0);
  expect_restored();
  for (const std::string& line : plain_lines(pty_.read())) EXPECT_LE(line.size(), 80u) << line;
}

TEST_F(Top, ASignalLeavesTheTerminalAsItWas) {
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) {
    const size_t from = pty_.read().size();
    Process process = top();
    ASSERT_TRUE(pty_.shows_after(from, "SERVICE")) << number;
    if (number == SIGINT)
      pty_.type("\x03");
    else
      process.signal(number);
    EXPECT_EQ(process.exit_code(), 0) << number;
    expect_restored(from);
  }
}

TEST_F(Top, FollowsTheWindow) {
  Process process = top();
  ASSERT_TRUE(pty_.shows("RESTARTS"));
  pty_.resize(40, 10);
  ASSERT_TRUE(eventually([&] {
    const size_t from = pty_.read().size();
    if (!pty_.shows_after(from, "SERVICE") || !pty_.shows_after(from, "\x1b[J")) return false;
    return pty_.read().find("RESTARTS", from) == std::string::npos;
  }));
  const size_t from = pty_.read().size();
  ASSERT_TRUE(pty_.shows_after(from, "SERVICE"));
  pty_.type("q");
  EXPECT_EQ(process.exit_code(), 0);
  for (const std::string& line : plain_lines(pty_.read().substr(from)))
    EXPECT_LE(line.size(), 40u) << line;
}

TEST_F(Top, SurvivesReloadRestartAndUpgrade) {
  Process process = top();
  ASSERT_TRUE(pty_.shows("generation 1"));
  ASSERT_EQ(svcd_.svcctl({"reload"}).exit_code, 0);
  EXPECT_TRUE(pty_.shows("generation 2"));
  ASSERT_EQ(svcd_.svcctl({"upgrade"}).exit_code, 0);
  const auto upgraded = static_cast<pid_t>(json_number(svcd_.status(), "/pid").value_or(0));
  EXPECT_TRUE(pty_.shows(" pid " + std::to_string(upgraded) + " "));
  EXPECT_EQ(svcd_.svcctl({"stop"}).exit_code, 0);
  EXPECT_TRUE(pty_.shows("not running"));
  const size_t from = pty_.read().size();
  ASSERT_TRUE(svcd_.start());
  EXPECT_TRUE(pty_.shows_after(from, "generation 1"));
  pty_.type("q");
  EXPECT_EQ(process.exit_code(), 0);
  expect_restored();
}

// Its master is stopped as by a debugger: it is asked again and again, and keys are heard.
TEST_F(Top, AMasterThatDoesNotAnswerIsToldAndCanBeLeft) {
  Process process = top();
  ASSERT_TRUE(pty_.shows("SERVICE"));
  svcd_.process().signal(SIGSTOP);
  EXPECT_TRUE(pty_.shows("q quits"));
  size_t from = pty_.read().size();
  svcd_.process().signal(SIGCONT);
  EXPECT_TRUE(pty_.shows_after(from, "SERVICE"));
  pty_.type("q");
  EXPECT_EQ(process.exit_code(), 0);
  expect_restored();
}

TEST_F(Top, PrintsSnapshotsWhereThereIsNoTerminal) {
  const auto printed = svcd_.svcctl({"top", "-n", "3", "--interval", "100ms", "--workers"});
  EXPECT_EQ(printed.exit_code, 0) << printed.output;
  EXPECT_EQ(printed.out.find('\x1b'), std::string::npos);
  size_t count = 0;
  for (size_t at = 0; (at = printed.out.find("SERVICE", at)) != std::string::npos; ++at) ++count;
  EXPECT_EQ(count, 3u) << printed.out;
}

TEST_F(Top, RefusesWhatItCannotDo) {
  for (const char* interval : {"0", "1", "5ms", "2h", "soon"}) {
    const auto refused = svcd_.svcctl({"top", "-n", "1", "--interval", interval});
    EXPECT_EQ(refused.exit_code, 2) << interval;
    EXPECT_NE(refused.output.find("--interval"), std::string::npos) << refused.output;
  }
  ASSERT_TRUE(svcd_.stop());
  EXPECT_EQ(svcd_.svcctl({"top"}).exit_code, 3);
}

// Rates against what was counted on the clients' side, over the same time.
TEST_F(Top, RatesAreThoseOfTheClients) {
  Load load(
      {.address = svcd_.address("one"), .target = "/sleep/20", .clients = 4, .keep_alive = true});
  ASSERT_TRUE(load.wait_for(100));
  const auto began = Clock::now();
  const uint64_t before = load.done();
  const auto printed = svcd_.svcctl({"top", "-n", "3", "--interval", "1s", "--json"});
  const double seconds = std::chrono::duration<double>(Clock::now() - began).count();
  const double expected = static_cast<double>(load.done() - before) / seconds;
  ASSERT_EQ(printed.exit_code, 0) << printed.output;
  const std::string status = svcd_.status();
  load.stop();
  EXPECT_EQ(load.failed(), 0u) << load.first_failure();

  std::istringstream lines(printed.out);
  std::string line, last;
  int count = 0;
  while (std::getline(lines, line)) {
    EXPECT_TRUE(is_json(line)) << line;
    last = line;
    ++count;
  }
  EXPECT_EQ(count, 3);
  // Neighbours of this test take processor time as they like: within a third.
  EXPECT_NEAR(real(last, "/services/0/requests_per_s"), expected, expected / 3);
  EXPECT_NEAR(real(last, "/requests_per_s"), real(last, "/services/0/requests_per_s"), 0.001);
  EXPECT_NEAR(real(last, "/services/0/over_s"), 1, 0.5);
  EXPECT_GT(real(last, "/services/0/p50_ms"), 10);
  EXPECT_GE(real(last, "/services/0/p99_ms"), real(last, "/services/0/p50_ms"));
  double workers = 0;
  for (const pid_t pid : svcd_.workers("one"))
    workers += real(last, "/workers/" + std::to_string(pid));
  EXPECT_NEAR(workers, real(last, "/services/0/requests_per_s"), expected / 3);

  // The master's own, since the load began or a little longer.
  EXPECT_GT(real(status, "/services/0/recent/requests_per_s"), 0);
  EXPECT_LT(real(status, "/services/0/recent/requests_per_s"), expected * 4 / 3);
  EXPECT_GT(real(status, "/services/0/recent/p50_ms"), 10);
}

TEST_F(Top, StatusSumsUpExactly) {
  for (int i = 0; i < 25; ++i) ASSERT_EQ(fetch(svcd_.address("one"), "/pid")->status, 200);
  ASSERT_EQ(fetch(svcd_.address("one"), "/throw")->status, 500);
  EXPECT_TRUE(
      eventually([&] { return json_number(svcd_.status(), "/services/0/requests") == 26; }));
  EXPECT_EQ(json_number(svcd_.status(), "/services/0/errors"), 1);
  int64_t took = 0;
  for (size_t i = 0; i < json_size(svcd_.status(), "/services/0/took"); ++i)
    took += json_number(svcd_.status(), "/services/0/took/" + std::to_string(i)).value_or(0);
  EXPECT_EQ(took, 26);
  EXPECT_GT(json_number(svcd_.status(), "/services/0/workers/0/memory_bytes"), 100'000);
}

TEST_F(Top, SaysHowFarADrainIs) {
  ASSERT_TRUE(svcd_.stop());
  svcd_.configure(chaos_service("one", 1, "graceful_timeout = \"20s\"") +
                  chaos_service("two", 1, "graceful_timeout = \"20s\""));
  ASSERT_TRUE(svcd_.start());
  HttpClient slow(svcd_.address("one"));
  ASSERT_TRUE(slow.send("GET /sleep/3000 HTTP/1.1\r\nHost: a\r\n\r\n"));
  ASSERT_TRUE(eventually([&] { return svcd_.status("/services/0/workers/0/in_flight") == "1"; }));
  const auto reloaded = svcd_.svcctl({"reload", "--wait"});
  EXPECT_EQ(reloaded.exit_code, 0) << reloaded.output;
  EXPECT_NE(reloaded.output.find("one: generation 1 drains: 1 request in flight, 1 worker left"),
            std::string::npos)
      << reloaded.output;
  EXPECT_EQ(json_size(svcd_.status(), "/services/0/draining"), 0u);

  HttpClient other(svcd_.address("one"));
  ASSERT_TRUE(other.send("GET /sleep/1500 HTTP/1.1\r\nHost: a\r\n\r\n"));
  ASSERT_TRUE(eventually([&] { return svcd_.status("/services/0/workers/0/in_flight") == "1"; }));
  const auto stopped = svcd_.svcctl({"stop"});
  EXPECT_EQ(stopped.exit_code, 0) << stopped.output;
  EXPECT_NE(stopped.output.find("draining: 1 request in flight, "), std::string::npos)
      << stopped.output;
  EXPECT_NE(stopped.output.find(" left, cut off in "), std::string::npos) << stopped.output;
  EXPECT_NE(stopped.output.find("s (one)\n"), std::string::npos) << stopped.output;
}

}  // namespace
}  // namespace svc::testing
