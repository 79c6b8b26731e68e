// SIGTERM: under load, with a request that never ends, and twice.
#include <fmt/core.h>
#include <linux/capability.h>
#include <signal.h>
#include <sys/prctl.h>

#include "tests/bench/ops/row.h"
#include "tests/support/http_client.h"
#include "tests/support/load.h"
#include "tests/support/storm.h"

namespace svc::bench {
namespace {

constexpr auto kAfterLongest = 150ms;

Figure term_under_load(const Traffic& traffic, ProcessOptions process) {
  Svcd svcd("");
  svcd.configure(chaos_on(svcd, traffic.sockets, 2));
  start(svcd, std::move(process));
  Load load({.address = svcd.address("one"),
             .target = "/sleep/100",
             .clients = 32,
             .keep_alive = traffic.keep_alive,
             .until_refused = true});
  require(load.wait_for(320), "no load");
  const auto longest = load.slowest();
  const auto began = Clock::now();
  svcd.process().signal(SIGTERM);
  const bool ended = svcd.process().exit_code() == 0;
  const auto took = Clock::now() - began;
  const bool refused = load.refused();
  load.stop();
  return {fmt::format("{} of {} failed{}, {} ms, longest request {} ms", load.failed(),
                      load.done() + load.failed(),
                      load.failed() > 0 ? " (" + load.first_failure() + ")" : "", ms(took),
                      ms(longest)),
          ended && refused && load.failed() == 0, took <= longest + kAfterLongest};
}

struct Hanging {
  explicit Hanging(std::string_view settings) : svcd(chaos_service("one", 1, settings)) {
    start(svcd);
    client = HttpClient(svcd.address("one"));
    client.send("GET /sleep/60000 HTTP/1.1\r\nHost: test\r\n\r\n");
    require(eventually([&] { return svcd.status("/services/0/workers/0/in_flight") == "1"; }),
            "the request did not begin");
  }
  Svcd svcd;
  HttpClient client;
};

Figure ended(Hanging& hanging, Clock::time_point began, std::chrono::milliseconds in) {
  const auto answer = hanging.client.read_answer();
  const bool clean = hanging.svcd.process().exit_code() == 0;
  const auto took = Clock::now() - began;
  return {fmt::format("{} ms, its client was told {}", ms(took), answer ? answer->status : 0),
          clean && answer && answer->status == 503, took <= in};
}

Figure term(const Scale&) {
  Hanging hanging("graceful_timeout = \"2s\"\n");
  const auto began = Clock::now();
  hanging.svcd.process().signal(SIGTERM);
  return ended(hanging, began, 2s);
}

Figure second_term(const Scale&) {
  Hanging hanging("");
  hanging.svcd.process().signal(SIGTERM);
  require(hanging.svcd.log_has("drain"), "it does not drain");
  const auto began = Clock::now();
  hanging.svcd.process().signal(SIGTERM);
  return ended(hanging, began, 1s);
}

std::vector<Row> terms() {
  std::vector<Row> rows;
  for (const bool keep_alive : {false, true})
    for (const Sockets sockets : {Sockets::reuseport, Sockets::shared, Sockets::unix_}) {
      const Traffic traffic{keep_alive, 0ms, sockets};
      rows.push_back({"term", "SIGTERM under load: " + traffic.name(),
                      "0 failed, <= longest request + 150 ms",
                      [traffic](const Scale&) { return term_under_load(traffic, {}); }});
    }
  // As most servers run: no filter may be put on a TCP socket (core/net/full_queue.h).
  ProcessOptions unprivileged;
  unprivileged.before_exec = [] { ::prctl(PR_CAPBSET_DROP, CAP_NET_ADMIN); };
  for (const Sockets sockets : {Sockets::reuseport, Sockets::shared}) {
    const Traffic traffic{false, 0ms, sockets};
    rows.push_back({"term", "SIGTERM under load, unprivileged: " + traffic.name(),
                    "0 failed, <= longest request + 150 ms",
                    [=](const Scale&) { return term_under_load(traffic, unprivileged); }});
  }
  return rows;
}

const Rows kTerms(terms());
const Rows kRows({
    {"term", "SIGTERM, a request hangs, graceful_timeout 2 s", "503, <= 2 s", term},
    {"term", "a second SIGTERM", "503, <= 1 s", second_term},
});

}  // namespace
}  // namespace svc::bench
