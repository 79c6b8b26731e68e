#include "cmd/svcctl/status_view.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

namespace svc {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

StatusWorker worker(const char* index, const char* state) {
  return {{{"index", index},
           {"pid", "4000413"},
           {"state", state},
           {"generation", "3"},
           {"uptime_s", "7505.2"},
           {"requests", "12345678"},
           {"in_flight", "12"},
           {"connections", "12345"},
           {"connections_accepted", "99999999"},
           {"rss_bytes", "18493465"},
           {"memory_bytes", "8493465"}}};
}

Status a_status() {
  StatusService service;
  service.name = "users";
  service.state = "degraded";
  service.generation = 3;
  service.workers_wanted = 2;
  service.uptime_s = 7505;
  service.restarts = 4;
  service.reasons = {{"before_ready", 1}, {"own_fault", 3}, {"killed", 0}};
  service.recent = WorkRates{
      .over = 10s, .requests_per_s = 1034, .errors_per_s = 0.5, .p50 = 1200us, .p99 = 12ms};
  service.draining = {{.generation = 2, .workers = 1, .in_flight = 3, .killed_in_s = 24}};
  service.last_death = "users worker 1 (pid 99) died: SIGSEGV";
  service.on_probation = true;
  service.quarantined = {"GET /poison"};
  service.passed_by = {"1"};
  service.listen = {"127.0.0.1:8001", "unix:/run/svcd/users.sock"};
  service.workers = {worker("0", "ready"), worker("1", "booting")};
  Status status;
  status.name = "shop";
  status.pid = 412;
  status.generation = 7;
  status.state = "degraded";
  status.uptime_s = 90'061;
  status.services = {service};
  return status;
}

TEST(StatusView, ShowsServerServicesAndWorkers) {
  EXPECT_EQ(format_status(a_status(), Terminal("never")),
            "shop  degraded  pid 412  generation 7  up 1d1h\n"
            "\n"
            "users  degraded  generation 3  up 2h5m  1 of 2 workers ready\n"
            "  127.0.0.1:8001\n"
            "  unix:/run/svcd/users.sock\n"
            "  1034 req/s, p50 1.2ms, p99 12ms, 0.5 errors/s in the last 10s; memory 16.2M\n"
            "  generation 2 drains: 3 requests in flight, 1 worker left, cut off in 24s\n"
            "  new connections pass by worker 1, silent or down\n"
            "  restarts: 1 before ready, 3 by own fault\n"
            "  last death: users worker 1 (pid 99) died: SIGSEGV\n"
            "  on probation: if its workers crash, the last generation comes back\n"
            "  in quarantine: GET /poison\n"
            "  WORKER      PID  STATE    GEN  UPTIME  REQUESTS  BUSY  CONNS   MEM    RSS\n"
            "       0  4000413  ready      3    2h5m  12345678    12  12345  8.1M  17.6M\n"
            "       1  4000413  booting    3    2h5m  12345678    12  12345  8.1M  17.6M\n");
}

TEST(StatusView, TellsOfDroppedLinesOfTheLogs) {
  Status status = a_status();
  EXPECT_THAT(format_status(status, Terminal("never")), Not(HasSubstr("dropped")));
  status.log_lines_dropped = 1;
  status.services[0].access_log_lines_dropped = 40;
  const std::string text = format_status(status, Terminal("never"));
  EXPECT_THAT(text, HasSubstr("up 1d1h\n  dropped: 1 line of the log\n\n"));
  EXPECT_THAT(text, HasSubstr("\n  dropped: 40 lines of the access log\n"));
  status.services[0].log_lines_dropped = 2;
  EXPECT_THAT(format_status(status, Terminal("never")),
              HasSubstr("\n  dropped: 2 lines of the log, 40 lines of the access log\n"));
}

TEST(StatusView, OfAnOlderMasterShowsWhatItTells) {
  Status status = a_status();
  StatusService service;
  service.name = "users";
  service.state = "ready";
  service.generation = 3;
  service.workers_wanted = 2;
  service.restarts = 4;
  status.services = {service};
  EXPECT_EQ(format_status(status, Terminal("never")),
            "shop  degraded  pid 412  generation 7  up 1d1h\n"
            "\n"
            "users  ready  generation 3  0 of 2 workers ready\n"
            "  restarts: 4\n");
}

TEST(StatusView, FitsIntoEightyColumns) {
  std::istringstream lines(format_status(a_status(), Terminal("never")));
  for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 80u) << line;
}

TEST(StatusView, NamesTheWayBackFromADrain) {
  Status status = a_status();
  EXPECT_THAT(format_status(status, Terminal("never")), Not(HasSubstr("drained")));
  status.services[0].drained = true;
  EXPECT_THAT(format_status(status, Terminal("never")),
              HasSubstr("\n  drained by SIGWINCH: `svcctl reload` brings its workers back\n"));
}

TEST(StatusView, PaintsStatesOnlyWhenTold) {
  EXPECT_THAT(format_status(a_status(), Terminal("never")), Not(HasSubstr("\x1b")));
  EXPECT_THAT(format_status(a_status(), Terminal("always")), HasSubstr("\x1b[33mdegraded"));
}

TEST(StatusView, NamesFromAServerCannotMoveTheCursor) {
  Status status = a_status();
  status.services[0].name = "\x1b[2Jevil";
  status.services[0].workers[0].fields[2].second = "re\rady";
  const std::string text = format_status(status, Terminal("never"));
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
  EXPECT_THAT(text, Not(HasSubstr("\r")));
}

TEST(StatusView, AStartShowsWholeAddresses) {
  Status status = a_status();
  status.services[0].listen = {"127.0.0.1:8001", "unix:/" + std::string(100, 'x')};
  EXPECT_EQ(format_services(status, Terminal("never")),
            "  SERVICE  WORKERS  LISTENS ON\n"
            "  users          2  127.0.0.1:8001, unix:/" +
                std::string(100, 'x') + "\n");
}

TEST(StatusView, UptimesHaveTwoUnits) {
  Status status;
  const auto up = [&](double seconds) {
    status.uptime_s = seconds;
    const std::string text = format_status(status, Terminal("never"));
    return text.substr(text.find("up ") + 3, text.find('\n') - text.find("up ") - 3);
  };
  EXPECT_EQ(up(0), "0s");
  EXPECT_EQ(up(59.9), "59s");
  EXPECT_EQ(up(200), "3m20s");
  EXPECT_EQ(up(3'600), "1h0m");
  EXPECT_EQ(up(-5), "0s");
}

}  // namespace
}  // namespace svc
