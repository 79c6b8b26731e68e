#include "cmd/svcctl/top_view.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "cmd/svcctl/table.h"

namespace svc {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

StatusService a_service(const char* name, const char* state) {
  StatusService service;
  service.name = name;
  service.state = state;
  service.generation = 3;
  service.uptime_s = 7505;
  service.workers_wanted = 2;
  for (const char* index : {"0", "1"})
    service.workers.push_back({{{"index", index},
                                {"pid", std::string("41") + index},
                                {"state", "ready"},
                                {"generation", "3"},
                                {"uptime_s", "61.0"},
                                {"in_flight", "1"},
                                {"memory_bytes", "8493465"}}});
  return service;
}

Status a_server() {
  Status status;
  status.name = "shop";
  status.state = "degraded";
  status.pid = 412;
  status.generation = 7;
  status.uptime_s = 90'061;
  status.services = {a_service("users", "ready"), a_service("orders", "degraded")};
  status.services[1].reasons = {{"own_fault", 2}, {"killed", 1}};
  status.services[1].last_death = "orders worker 1 (pid 99) died: SIGSEGV\n#0 main";
  status.services[1].draining = {
      {.generation = 2, .workers = 1, .in_flight = 3, .killed_in_s = 24}};
  return status;
}

TopRates some_rates() {
  TopRates rates;
  rates.requests_per_s = 1234;
  rates.services["users"] = {.over = 1s, .requests_per_s = 1234, .p50 = 1200us, .p99 = 12ms};
  rates.services["orders"] = {.over = 1s};
  rates.workers["410"] = 617;
  return rates;
}

std::string shown(const TopLook& look, const char* colour = "never") {
  return format_top(a_server(), some_rates(), look, Terminal(colour));
}

TEST(TopView, ShowsALineForEachServiceAndWhatIsOutOfTheOrdinary) {
  EXPECT_EQ(shown({}),
            "shop  degraded  pid 412  generation 7  up 1d1h  1234 req/s\n"
            "\n"
            "SERVICE  STATE     GEN    UP  READY  REQ/S    P50   P99  BUSY    MEM  RESTARTS\n"
            "users    ready       3  2h5m    2/2   1234  1.2ms  12ms     2  16.2M         0\n"
            "orders   degraded    3  2h5m    2/2      0      -     -     2  16.2M         3\n"
            "\n"
            "orders: generation 2 drains: 3 requests in flight, 1 worker left, cut off in 24s\n"
            "orders: restarts: 2 by own fault, 1 killed\n"
            "orders: last death: orders worker 1 (pid 99) died: SIGSEGV\n");
}

TEST(TopView, ShowsWorkersWhenAsked) {
  const std::string text = shown({.workers = true});
  EXPECT_THAT(text, HasSubstr("users        ready       3  2h5m    2/2   1234  1.2ms  12ms     2"));
  EXPECT_THAT(text, HasSubstr("  0 pid 410  ready       3  1m1s           617                  1"));
  EXPECT_THAT(text, HasSubstr("  1 pid 411  ready       3  1m1s             -                  1"));
}

TEST(TopView, FitsIntoItsColumns) {
  for (const size_t columns : {120, 80, 60, 20, 1}) {
    std::istringstream lines(shown({.workers = true, .columns = columns}));
    for (std::string line; std::getline(lines, line);)
      EXPECT_EQ(cut_to_width(line, columns), line) << columns;
  }
}

TEST(TopView, SaysAllOfTheLastDeathAndWhomConnectionsPassBy) {
  Status status = a_server();
  status.services[1].passed_by = {"1"};
  status.services[1].last_death =
      "orders worker 1 (pid 99) died: SIGKILL, because no sign of life for heartbeat_timeout, 4s";
  const std::string text = format_top(status, some_rates(), {}, Terminal("never"));
  EXPECT_THAT(text, HasSubstr("orders: new connections pass by worker 1, silent or down\n"));
  EXPECT_THAT(text,
              HasSubstr("died: SIGKILL, because no sign of\n  life for heartbeat_timeout, 4s\n"));
}

TEST(TopView, TellsOfDroppedLinesOfTheLogs) {
  Status status = a_server();
  EXPECT_THAT(format_top(status, some_rates(), {}, Terminal("never")), Not(HasSubstr("dropped")));
  status.log_lines_dropped = 3;
  status.services[0].access_log_lines_dropped = 1;
  const std::string text = format_top(status, some_rates(), {}, Terminal("never"));
  EXPECT_THAT(text, HasSubstr("\n\ndropped: 3 lines of the log\n"));
  EXPECT_THAT(text, HasSubstr("\nusers: dropped: 1 line of the access log\n"));
}

TEST(TopView, SaysHowManyLinesDoNotFit) {
  EXPECT_EQ(shown({.rows = 4}),
            "shop  degraded  pid 412  generation 7  up 1d1h  1234 req/s\n"
            "\n"
            "SERVICE  STATE     GEN    UP  READY  REQ/S    P50   P99  BUSY    MEM  RESTARTS\n"
            "… 6 more lines\n");
}

TEST(TopView, PaintsWhatIsNotReady) {
  EXPECT_THAT(shown({}, "always"), HasSubstr("\x1b[33morders"));
  EXPECT_THAT(shown({}, "never"), Not(HasSubstr("\x1b")));
}

TEST(TopView, NamesFromAServerCannotMoveTheCursor) {
  Status status = a_server();
  status.services[0].name = "\x1b[2Jevil\r\n" + std::string(100, 'x');
  status.services[1].last_death = "\x1b[2J\r";
  const std::string text = format_top(status, some_rates(), {}, Terminal("never"));
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
  EXPECT_THAT(text, Not(HasSubstr("\r")));
}

TEST(TopView, InJsonItIsOneLineWithTheMastersWords) {
  const std::string json = top_json(a_server(), some_rates(), R"({"pid":412})");
  EXPECT_THAT(json, StartsWith(R"({"name":"shop","requests_per_s":1234.0,"errors_per_s":0.0,)"));
  EXPECT_THAT(json, HasSubstr(R"({"name":"users","over_s":1.0,"requests_per_s":1234.0,)"
                              R"("errors_per_s":0.0,"p50_ms":1.2,"p99_ms":12.0})"));
  EXPECT_THAT(json, HasSubstr(R"("p99_ms":null)"));
  EXPECT_THAT(json, HasSubstr(R"("workers":{"410":617.0},"status":{"pid":412}})"));
}

}  // namespace
}  // namespace svc
