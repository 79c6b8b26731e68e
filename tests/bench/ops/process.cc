// Process 1, the pid file, what is left behind, and a worker that has been taken over.
#include <fmt/core.h>
#include <signal.h>

#include <algorithm>

#include "tests/bench/ops/row.h"
#include "tests/support/http_client.h"
#include "tests/support/json.h"
#include "tests/support/load.h"
#include "tests/support/pid1.h"
#include "tests/support/proc.h"

namespace svc::bench {
namespace {

Figure strangers(const Scale& scale) {
  if (!Pid1::possible()) return {"not measured: no right to a pid namespace", true};
  const int count = scale.of(10'000, 500);
  Svcd svcd(chaos_service("one", 2));
  Pid1 container;
  require(container.start(svcd), "it does not answer");
  const auto workers = svcd.workers("one");
  require(container.make_strangers(count), "no strangers");
  const bool reaped = eventually([&] { return !container.has_zombies(); });
  const bool same = svcd.workers("one") == workers && svcd.status("/services/0/restarts") == "0";
  return {fmt::format("{}: {}, {}", count, reaped ? "no zombie" : "ZOMBIES",
                      same ? "none taken for a worker" : "workers were REPLACED"),
          reaped && same && container.stop() == 0};
}

Figure stale_pid_file(const Scale&) {
  Svcd svcd(chaos_service("one", 1));
  auto stranger = Process::start({"sleep", "600"});
  svcd.dir().write("run/test/pid", fmt::format("{}\n", stranger.pid()));
  start(svcd);
  const bool stopped = svcd.stop();
  return {"starts and stops", stopped && stranger.running()};
}

Figure races(const Scale& scale) {
  const int count = scale.of(200, 20);
  Svcd svcd(chaos_service("one", 1));
  std::vector<Process> racers;
  for (int i = 0; i < count; ++i)
    racers.push_back(Process::start({program("svcd"), "-c", svcd.config_path()},
                                    {.output = svcd.dir().file("output")}));
  const auto running = [&] {
    return std::count_if(racers.begin(), racers.end(), [](Process& it) { return it.running(); });
  };
  eventually([&] { return running() == 1; }, 120s);
  const auto left = running();
  const bool serves = left == 1 && svcd.wait_ready("one", 1);
  return {fmt::format("{} of {} left, {}", left, count, serves ? "serves" : "does NOT serve"),
          serves};
}

Figure leaks(const Scale& scale) {
  constexpr int64_t kGrowthMaxKib = 1024;
  const int count = scale.of(1000, 40);
  Svcd svcd(chaos_service("one", 1) + chaos_service("two", 1));
  start(svcd);
  const auto reload = [&](int times) {
    for (int i = 0; i < times; ++i)
      require(svcd.svcctl({"reload"}).exit_code == 0, "a reload failed");
    require(svcd.wait_ready("one", 1) && svcd.wait_ready("two", 1), "not all are ready");
  };
  reload(10);  // What is made once has been made.
  const size_t descriptors = descriptors_of(svcd.pid());
  const int64_t memory = memory_kib(svcd.pid(), "RssAnon");
  reload(count);
  eventually([&] { return descriptors_of(svcd.pid()) == descriptors; });
  const size_t after = descriptors_of(svcd.pid());
  const int64_t growth = memory_kib(svcd.pid(), "RssAnon") - memory;
  return {fmt::format("{} reloads: {} descriptors, before {}; memory {:+} KiB", count, after,
                      descriptors, growth),
          after == descriptors && growth <= kGrowthMaxKib};
}

Figure hostile_worker(const Scale& scale) {
  const auto lasts = scale.of(60'000ms, 5000ms);
  Svcd svcd(chaos_service("one", 1) + chaos_service("two", 1));
  start(svcd);
  auto stranger = Process::start({"sleep", "600"});
  Load two({.address = svcd.address("two"), .clients = 2, .think = 5ms});
  const pid_t hostile = svcd.workers("one").at(0);
  require(fetch(svcd.address("one"), fmt::format("/hostile/{}", stranger.pid())).has_value(),
          "it does not turn hostile");
  const auto cpu = cpu_time_of(svcd.pid());
  bool told = true;
  const auto until = Clock::now() + lasts;
  while (Clock::now() < until && told) {
    told = is_json(svcd.status());
    let_run(svcd, 200ms);
  }
  const auto used = cpu_time_of(svcd.pid()) - cpu;
  ::kill(hostile, SIGKILL);
  const bool replaced = eventually([&] {
    const auto workers = svcd.workers("one");
    return workers.size() == 1 && workers[0] != hostile;
  });
  const bool reloads = svcd.svcctl({"reload"}).exit_code == 0;
  two.wait_for(2);
  two.stop();
  return {fmt::format(
              "{}, stranger {}, others: {} of {} failed, master {:.1f} % CPU",
              told && replaced && reloads ? "lives and reloads" : "does NOT work",
              stranger.running() ? "unharmed" : "HARMED", two.failed(), two.done() + two.failed(),
              100.0 * static_cast<double>(used.count()) / static_cast<double>(lasts.count())),
          told && replaced && reloads && stranger.running() && two.failed() == 0 && svcd.stop()};
}

const Rows kRows({
    {"pid1", "process 1: 10,000 strangers", "no zombie, none taken for a worker", strangers},
    {"pid-file", "a pid file that names a living stranger", "starts", stale_pid_file},
    {"pid-file", "200 racing starts", "one winner, it serves", races},
    {"leaks", "1,000 reloads", "descriptors constant, memory <= +1024 KiB", leaks},
    {"hostile-worker", "a worker scribbles and floods for a minute",
     "master lives, no stranger harmed", hostile_worker},
});

}  // namespace
}  // namespace svc::bench
