// Workers that are killed, workers that can't boot.
#include <fmt/core.h>
#include <signal.h>

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <map>
#include <optional>
#include <random>
#include <sstream>

#include "tests/bench/ops/row.h"
#include "tests/support/http_client.h"
#include "tests/support/json.h"
#include "tests/support/load.h"
#include "tests/support/proc.h"

namespace svc::bench {
namespace {

using WallTime = std::chrono::system_clock::time_point;
using std::chrono::milliseconds;

// A line of the log: "2026-01-31T12:00:00.123Z info  master [1] one worker 0 (pid 7) ready, …"
struct Event {
  WallTime when;
  int index = 0;
  pid_t pid = 0;
  bool ready = false;  // Else: started.
};

std::optional<Event> event_in(const std::string& line) {
  std::tm day{};
  int millisecond = 0;
  Event event;
  if (std::sscanf(line.c_str(), "%d-%d-%dT%d:%d:%d.%dZ", &day.tm_year, &day.tm_mon, &day.tm_mday,
                  &day.tm_hour, &day.tm_min, &day.tm_sec, &millisecond) != 7)
    return std::nullopt;
  day.tm_year -= 1900;
  day.tm_mon -= 1;
  event.when = std::chrono::system_clock::from_time_t(::timegm(&day)) + milliseconds(millisecond);
  event.ready = line.find(") ready, generation") != line.npos;
  if (!event.ready && line.find(") started, generation") == line.npos) return std::nullopt;
  const size_t who = line.find(" one worker ");
  if (who == line.npos ||
      std::sscanf(line.c_str() + who, " one worker %d (pid %d)", &event.index, &event.pid) != 2)
    return std::nullopt;
  return event;
}

std::vector<Event> events_of(const Svcd& svcd) {
  std::vector<Event> events;
  std::istringstream log(svcd.log());
  for (std::string line; std::getline(log, line);)
    if (const auto event = event_in(line)) events.push_back(*event);
  return events;
}

struct Kill {
  pid_t victim;
  WallTime when;
};

// From each death to the moment at which the next worker of that place was ready, which is told to
// accept in the same turn of the master. The log counts in milliseconds, rounded down.
std::vector<milliseconds> recoveries(const Svcd& svcd, const std::vector<Kill>& kills) {
  const auto events = events_of(svcd);
  std::vector<milliseconds> times;
  for (const Kill& kill : kills) {
    const auto born = std::find_if(events.begin(), events.end(),
                                   [&](const Event& it) { return it.pid == kill.victim; });
    if (born == events.end()) continue;
    const auto next = std::find_if(born, events.end(), [&](const Event& it) {
      return it.ready && it.index == born->index && it.pid != kill.victim &&
             it.when + 1ms > kill.when;
    });
    if (next == events.end()) continue;
    times.push_back(std::chrono::ceil<milliseconds>(next->when - kill.when) + 1ms);
  }
  std::sort(times.begin(), times.end());
  return times;
}

// Killed where it stands, after what it serves has been counted.
size_t kill_worker(pid_t victim, uint16_t port, std::vector<Kill>& kills) {
  ::kill(victim, SIGSTOP);
  eventually([&] { return state_of_process(victim) == 'T'; }, 1s);
  const size_t in_flight = accepted_connections(victim, port);
  kills.push_back({victim, std::chrono::system_clock::now()});
  ::kill(victim, SIGKILL);
  return in_flight;
}

Figure random_kills(const Scale& scale) {
  constexpr auto kEvery = 100ms;
  Svcd svcd(chaos_service("one", 2));
  start(svcd);
  const std::string address = svcd.address("one");
  const auto port = static_cast<uint16_t>(std::stoi(address.substr(address.rfind(':') + 1)));
  Load load({.address = address, .clients = 8, .think = 1ms});
  require(load.wait_for(100), "no load");
  std::vector<Kill> kills;
  size_t in_flight = 0;
  std::mt19937 random(4711);
  const auto until = Clock::now() + scale.of(60'000ms, 5000ms);
  for (auto next = Clock::now(); next < until; next += kEvery) {
    const auto workers = children_of(svcd.pid());
    if (!workers.empty()) in_flight += kill_worker(workers[random() % workers.size()], port, kills);
    let_run(svcd, std::chrono::duration_cast<milliseconds>(next + kEvery - Clock::now()));
  }
  require(svcd.wait_ready("one", 2), "the last one was not replaced");
  load.stop();
  const auto times = recoveries(svcd, kills);
  require(times.size() + 2 >= kills.size(), "the log has not all that was killed");
  const auto p99 = times[times.size() * 99 / 100];
  return {fmt::format("{} of {} failed, {} in flight at {} kills; p99 {} ms, longest {} ms",
                      load.failed(), load.done() + load.failed(), in_flight, kills.size(),
                      p99.count(), times.back().count()),
          load.failed() <= in_flight && svcd.stop(), p99 <= 50ms};
}

Figure crash_loop(const Scale& scale) {
  const auto lasts = scale.of(60'000ms, 6000ms);
  Svcd svcd("");
  const std::string broken = svcd.dir().file("broken");
  svcd.configure(chaos_service("one", 1,
                               fmt::format("[service.one.options]\nboot_fail = \"crash\"\n"
                                           "boot_fail_while = \"{}\"\n",
                                           broken)) +
                 chaos_service("two", 1));
  start(svcd);
  Load two({.address = svcd.address("two"), .clients = 2, .keep_alive = true, .think = 5ms});
  const size_t started = events_of(svcd).size();
  svcd.dir().write("broken", "");
  const auto cpu = cpu_time_of(svcd.pid());
  ::kill(svcd.workers("one").at(0), SIGKILL);
  let_run(svcd, lasts);
  const auto used = cpu_time_of(svcd.pid()) - cpu;
  const size_t forks = events_of(svcd).size() - started;  // None of them gets ready.
  const std::string status = svcd.status();
  const bool told =
      json_text(status, "/services/0/state") == "crash-loop" &&
      json_text(status, "/services/0/last_death").value_or("").find("SIGSEGV") != std::string::npos;
  std::filesystem::remove(broken);
  const auto began = Clock::now();
  const bool promoted = svcd.svcctl({"reload"}).exit_code == 0;
  const auto recovered = Clock::now() - began;
  two.stop();
  const double share =
      100.0 * static_cast<double>(used.count()) / static_cast<double>(lasts.count());
  return {fmt::format("{} forks, {:.2f} % CPU, status {}, back in {} ms, others: {} of {} failed",
                      forks, share, told ? "tells" : "does NOT tell", ms(recovered), two.failed(),
                      two.done() + two.failed()),
          forks <= 15 && told && promoted && two.failed() == 0, share < 1.0 && recovered <= 1s};
}

const Rows kRows({
    {"chaos", "kill -9 of a random worker every 100 ms for 60 s",
     "failed <= in flight; p99 to accepting again <= 50 ms", random_kills},
    {"crash-loop", "a crash loop at boot for a minute",
     "<= 15 forks, < 1 % CPU, told, back in 1 s, others 0 failed", crash_loop},
});

}  // namespace
}  // namespace svc::bench
