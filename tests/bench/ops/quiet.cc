// Nobody is killed for what is not its fault.
#include <fmt/core.h>
#include <signal.h>

#include <filesystem>
#include <fstream>

#include "tests/bench/ops/row.h"
#include "tests/support/http_client.h"

namespace svc::bench {
namespace {

// With everybody who was there before, and no other.
Figure unharmed(const Svcd& svcd, const std::vector<pid_t>& before, const std::string& what) {
  const bool same = svcd.workers("one") == before && svcd.status("/services/0/restarts") == "0";
  const auto answer = fetch(svcd.address("one"), "/pid");
  return {fmt::format("{}: {}", what, same ? "none killed" : "workers were REPLACED"),
          same && answer && answer->status == 200};
}

Figure stood_still(const Scale& scale) {
  const auto time = scale.of(60'000ms, 12'000ms);  // More than heartbeat_timeout, 10 s.
  Svcd svcd(chaos_service("one", 2));
  start(svcd);
  const auto workers = svcd.workers("one");
  ::kill(-svcd.pid(), SIGSTOP);
  throughout([&] { return process_exists(svcd.pid()); }, time);
  ::kill(-svcd.pid(), SIGCONT);
  let_run(svcd, 2s);
  require(svcd.log_has("the master stood still"), "it did not notice");
  return unharmed(svcd, workers, fmt::format("{} s", ms(time) / 1000));
}

Figure clock_jumps(const Scale& scale) {
  Svcd svcd(
      chaos_service("one", 2, "heartbeat_interval = \"100ms\"\nheartbeat_timeout = \"1s\"\n"));
  ProcessOptions options;
  options.environment = {"LD_PRELOAD=" + library("wrong_clock")};
  start(svcd, options);
  const auto workers = svcd.workers("one");
  let_run(svcd, scale.of(20'000ms, 3000ms));
  return unharmed(svcd, workers, "twice a second");
}

Figure overcommit(const Scale& scale) {
  const unsigned processes = 20;
  Svcd svcd(chaos_service("one", 2));
  start(svcd);
  const auto workers = svcd.workers("one");
  std::vector<Process> busy;
  for (unsigned i = 0; i < processes; ++i)
    busy.push_back(Process::start({"sh", "-c", "while :; do :; done"}));
  let_run(svcd, scale.of(30'000ms, 5000ms));
  busy.clear();
  return unharmed(svcd, workers, fmt::format("{} busy processes", processes));
}

// Where an unprivileged server keeps its files by default.
Figure full_tmp(const Scale& scale) {
  Svcd svcd("");
  const std::string small = svcd.dir().file("small");
  std::filesystem::create_directory(small);
  const std::string mount = fmt::format("mount -t tmpfs -o size=256k,mode=1777 none {}", small);
  if (run({"unshare", "--mount", "sh", "-c", mount}).exit_code != 0)
    return {"not measured: no right to mount", true};
  svcd.write_config(fmt::format(
      "[master]\nname = \"test\"\nruntime_dir = \"{0}/run\"\n[log]\ntarget = \"{0}/log\"\n{1}",
      small, chaos_service("one", 2)));
  svcd.use_own_mounts(mount);
  start(svcd);
  const auto workers = svcd.workers("one");
  const std::string inside = fmt::format("/proc/{}/root{}", svcd.pid(), small);
  std::ofstream(inside + "/filler") << std::string(1 << 20, 'x');
  require(std::filesystem::space(inside).available == 0, "it is not full");
  let_run(svcd, scale.of(30'000ms, 3000ms));
  Figure figure = unharmed(svcd, workers, "full");
  const bool reloads = svcd.svcctl({"reload"}).exit_code == 0;
  figure.measured += reloads ? ", reloads" : ", does NOT reload";
  figure.correct &= reloads;
  return figure;
}

const Rows kRows({
    {"no-wrongful-kill", "the process group stopped for 60 s", "none killed", stood_still},
    {"no-wrongful-kill", "the wall clock jumps by an hour either way", "none killed", clock_jumps},
    {"no-wrongful-kill", "ten times more to do than CPUs", "none killed", overcommit},
    {"no-wrongful-kill", "/tmp is full", "none killed", full_tmp},
});

}  // namespace
}  // namespace svc::bench
