// Masters that follow each other, and connections that outlive whoever answered on them.
#include <fmt/core.h>
#include <signal.h>

#include <algorithm>
#include <vector>

#include "tests/bench/ops/row.h"
#include "tests/support/http_client.h"
#include "tests/support/json.h"
#include "tests/support/storm.h"

namespace svc::bench {
namespace {

void upgrade(const Svcd& svcd) {
  const auto told = svcd.svcctl({"upgrade"});
  require(told.exit_code == 0, told.output);
}

// Of a master that is no child of ours.
bool stop_successor(const Svcd& svcd) {
  const auto pid = static_cast<pid_t>(json_number(svcd.status(), "/pid").value_or(0));
  return svcd.svcctl({"stop"}).exit_code == 0 && eventually([&] { return !process_exists(pid); });
}

// Keep-alive connections that are never opened again.
class Idle {
 public:
  Idle(const std::string& address, int count) {
    for (int i = 0; i < count; ++i) {
      clients_.emplace_back(address);
      require(clients_.back().get("/pid").has_value(), "it does not answer");
    }
  }
  // How many answer, and go on. One that does not is lost for good.
  size_t alive() {
    std::erase_if(clients_, [](HttpClient& client) {
      const auto answer = client.get("/pid");
      return !answer || answer->status != 200 || answer->header("Connection") == "close";
    });
    return clients_.size();
  }
  void close() { clients_.clear(); }

 private:
  std::vector<HttpClient> clients_;
};

Figure connections(Sockets sockets, const Scale& scale) {
  const int count = scale.of(500, 100);
  Svcd svcd("");
  svcd.configure(chaos_on(svcd, sockets, 4));
  start(svcd);
  Idle idle(svcd.address("one"), count);
  std::string measured;
  size_t left = 0;
  const auto through = [&](std::string_view what, const std::vector<pid_t>& leave) {
    wait_for_end(leave);
    left = idle.alive();
    measured += fmt::format("{} {}, ", what, left);
  };
  auto workers = svcd.workers("one");
  require(svcd.svcctl({"reload"}).exit_code == 0, "not promoted");
  through("reload", workers);
  workers = svcd.workers("one");
  for (const pid_t pid : workers) {
    ::kill(pid, SIGTERM);
    wait_for_end({pid});
  }
  through("recycling", workers);
  require(svcd.svcctl({"scale", "one", "2"}).exit_code == 0 && svcd.wait_ready("one", 2),
          "there are not two");
  through("scale-down", {});
  workers = svcd.workers("one");
  upgrade(svcd);
  through("upgrade", workers);
  idle.close();
  return {measured + fmt::format("of {}", count),
          left == static_cast<size_t>(count) && stop_successor(svcd)};
}

struct Loads {
  explicit Loads(const std::string& address)
      : closing({.address = address, .clients = 4}),
        keeping({.address = address, .clients = 4, .keep_alive = true}) {}
  void go_on() { require(closing.wait_for(20) && keeping.wait_for(20), "nobody is served"); }
  uint64_t failed() {
    closing.stop();
    keeping.stop();
    return closing.failed() + keeping.failed();
  }
  Load closing, keeping;
};

Figure dead_master(const Scale& scale) {
  const int times = scale.of(20, 3);
  Svcd svcd(chaos_service("one", 2), "orphan_timeout = \"60s\"\n");
  start(svcd);
  const std::string address = svcd.address("one");
  Loads loads(address);
  Clock::duration longest{0};
  for (int i = 1; i <= times; ++i) {
    const auto strays = svcd.workers("one");
    svcd.process().signal(SIGKILL);
    require(svcd.process().wait().has_value(), "it lives");
    loads.go_on();  // Without a master.
    const auto began = Clock::now();
    start(svcd);
    require(eventually([&] { return told_by(fetch(address, "/pid"), "generation") == i + 1; }),
            "the next one's workers do not serve");
    longest = std::max(longest, Clock::now() - began);
    wait_for_end(strays);
  }
  loads.go_on();
  const uint64_t failed = loads.failed();
  return {fmt::format("{} times, {}; the next one's serve in {} ms at most", times,
                      failed_of({&loads.closing, &loads.keeping}), ms(longest)),
          failed == 0 && svcd.stop(), longest <= 1s};
}

Figure upgrades(Sockets sockets, const Scale& scale) {
  const int times = scale.of(20, 4);
  Svcd svcd("");
  svcd.configure(chaos_on(svcd, sockets, 2));
  start(svcd);
  Loads loads(svcd.address("one"));
  std::vector<pid_t> former;
  const auto began = Clock::now();
  for (int i = 0; i < times; ++i) {
    const auto workers = svcd.workers("one");
    former.insert(former.end(), workers.begin(), workers.end());
    upgrade(svcd);
  }
  const auto each = (Clock::now() - began) / times;
  wait_for_end(former);
  require(svcd.wait_ready("one", 2), "more than one generation is left");
  const int64_t generation = svcd.generation("one");
  loads.go_on();
  const uint64_t failed = loads.failed();
  return {fmt::format("{} in a row, {} ms each, {}; only generation {} left", times, ms(each),
                      failed_of({&loads.closing, &loads.keeping}), generation),
          failed == 0 && generation == times + 1 && stop_successor(svcd)};
}

std::vector<Row> rows_of_each() {
  std::vector<Row> rows;
  for (const Sockets sockets : {Sockets::reuseport, Sockets::shared, Sockets::unix_})
    rows.push_back(
        {"connections",
         fmt::format("idle ones, through four changes of their worker: {}", name_of(sockets)),
         "0 lost", [=](const Scale& scale) { return connections(sockets, scale); },
         sockets == Sockets::reuseport});
  for (const Sockets sockets : {Sockets::reuseport, Sockets::shared, Sockets::unix_})
    rows.push_back({"upgrade", fmt::format("20 upgrades in a row under load: {}", name_of(sockets)),
                    "0 failed, one generation left",
                    [=](const Scale& scale) { return upgrades(sockets, scale); },
                    sockets == Sockets::reuseport});
  return rows;
}

const Rows kEach(rows_of_each());
const Rows kDead({{"dead-master", "the master is killed under load: reuseport",
                   "0 failed, the next one serves in 1 s", dead_master}});

}  // namespace
}  // namespace svc::bench
