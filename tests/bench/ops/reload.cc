// Reloads of what is slow, wrong or broken.
#include <fmt/core.h>
#include <signal.h>

#include <algorithm>

#include "tests/bench/ops/row.h"
#include "tests/support/http_client.h"
#include "tests/support/load.h"

namespace svc::bench {
namespace {

constexpr auto kSlowerMax = 50ms;

LoadOptions clients_of(const Svcd& svcd) {
  return {.address = svcd.address("one"), .clients = 8, .keep_alive = true, .think = 5ms};
}

Figure slow_boot(const Scale&) {
  Svcd svcd(chaos_service("one", 2));
  start(svcd);
  Load quiet(clients_of(svcd));
  let_run(svcd, 5s);
  quiet.stop();
  svcd.configure(chaos_service("one", 2, "[service.one.options]\nboot_delay_ms = 5000\n"));
  Load load(clients_of(svcd));
  const auto told = svcd.svcctl({"reload"});
  load.wait_for(8);
  load.stop();
  return {fmt::format("{} of {} failed, longest {} ms, without {} ms", load.failed(),
                      load.done() + load.failed(), ms(load.slowest()), ms(quiet.slowest())),
          told.exit_code == 0 && load.failed() == 0,
          load.slowest() - quiet.slowest() <= kSlowerMax};
}

// A successor that is not there yet must not leave those waiting who come to its queue.
Figure slow_successor(const Scale&) {
  Svcd svcd(chaos_service("one", 2, "[service.one.options]\nboot_delay_ms = 5000\n"));
  start(svcd);
  LoadOptions options = clients_of(svcd);
  options.keep_alive = false;
  Load quiet(options);
  let_run(svcd, 5s);
  quiet.stop();
  const pid_t victim = svcd.workers("one").at(0);
  ::kill(victim, SIGKILL);
  require(eventually([&] { return svcd.workers("one").size() == 1; }), "it did not die");
  Load load(options);
  require(svcd.wait_ready("one", 2), "it was not replaced");
  load.stop();
  return {fmt::format("{} of {} failed, longest {} ms, without {} ms", load.failed(),
                      load.done() + load.failed(), ms(load.slowest()), ms(quiet.slowest())),
          load.failed() == 0, load.slowest() - quiet.slowest() <= kSlowerMax};
}

Figure bad_configuration(const Scale& scale) {
  const int tries = scale.of(100, 20);
  const std::string good = chaos_service("one", 2);
  Svcd svcd(good);
  start(svcd);
  Load load(clients_of(svcd));
  svcd.configure(good + "nonsense = 1\n");
  int pointed_at = 0;
  for (int i = 0; i < tries; ++i) {
    const auto told = svcd.svcctl({"reload"});
    const size_t at = told.output.find(svcd.config_path() + ":");
    pointed_at += told.exit_code == 1 && at != told.output.npos &&
                  told.output.find(":1: ", at) != told.output.npos;
  }
  svcd.configure(good);
  const bool promoted = svcd.svcctl({"reload"}).exit_code == 0 && svcd.generation("one") == 2;
  load.wait_for(8);
  load.stop();
  return {fmt::format("{} of {} told where, the next {}, {} of {} requests failed", pointed_at,
                      tries, promoted ? "promoted" : "NOT promoted", load.failed(),
                      load.done() + load.failed()),
          pointed_at == tries && promoted && load.failed() == 0};
}

Figure bad_generation(const Scale&) {
  constexpr std::string_view kQuick = "boot_timeout = \"2s\"\n";
  constexpr auto kLastWords = 1s;  // Until a hung one has said where it hangs.
  Svcd svcd(chaos_service("one", 2, kQuick));
  start(svcd);
  const auto workers = svcd.workers("one");
  Load load(clients_of(svcd));
  Figure figure{"", true};
  for (const auto& [way, words] : {std::pair("throw", "boot_fail is"),
                                   {"exit", "exit status 3"},
                                   {"crash", "SIGSEGV"},
                                   {"hang", "boot_timeout"}}) {
    svcd.configure(chaos_service(
        "one", 2, fmt::format("{}[service.one.options]\nboot_fail = \"{}\"", kQuick, way)));
    const auto began = Clock::now();
    const auto told = svcd.svcctl({"reload"});
    const auto took = Clock::now() - began;
    figure.correct &= told.exit_code == 1 && told.output.find(words) != told.output.npos;
    figure.in_time &= took <= 2s + kLastWords;
    figure.measured += fmt::format("{} {} ms, ", way, ms(took));
  }
  load.wait_for(8);
  load.stop();
  figure.correct &= svcd.workers("one") == workers && load.failed() == 0;
  figure.measured += fmt::format("{} of {} failed", load.failed(), load.done() + load.failed());
  return figure;
}

Figure drain(const Scale&) {
  Svcd svcd(chaos_service("one", 1, "graceful_timeout = \"2s\"\n"));
  start(svcd);
  const pid_t old = svcd.workers("one").at(0);
  HttpClient client(svcd.address("one"));
  client.send("GET /sleep/60000 HTTP/1.1\r\nHost: test\r\n\r\n");
  require(eventually([&] { return svcd.status("/services/0/workers/0/in_flight") == "1"; }),
          "the request did not begin");
  const auto began = Clock::now();
  require(svcd.svcctl({"reload"}).exit_code == 0, "not promoted");
  const auto answer = client.read_answer();
  require(eventually([&] { return !process_exists(old); }), "it never ended");
  const auto took = Clock::now() - began;
  return {fmt::format("{} ms, its client was told {}", ms(took), answer ? answer->status : 0),
          answer && answer->status == 503, took <= 2s};
}

// What keeps operators waiting when nothing else does.
Figure turnaround(const Scale& scale) {
  const int reloads = scale.of(50, 10);
  Svcd svcd(chaos_service("one", 2));
  start(svcd);
  const auto began = Clock::now();
  for (int i = 0; i < reloads; ++i)
    require(svcd.svcctl({"reload"}).exit_code == 0, "a reload failed");
  const auto each = (Clock::now() - began) / reloads;
  return {fmt::format("{} ms each", ms(each)), svcd.generation("one") == reloads + 1,
          each <= 250ms};
}

const Rows kRows({
    {"slow-boot", "new workers take 5 s to boot", "0 failed, <= 50 ms longer", slow_boot},
    {"slow-boot", "the successor of a killed worker takes 5 s to boot", "0 failed, <= 50 ms longer",
     slow_successor},
    {"bad-configuration", "100 reloads of a broken file", "all told where, 0 failed",
     bad_configuration},
    {"bad-generation", "new workers throw, exit, crash, hang", "last words, <= 2 s + 1 s, 0 failed",
     bad_generation},
    {"drain", "a drain with graceful_timeout 2 s", "503, <= 2 s", drain},
    {"turnaround", "one reload after the other", "<= 250 ms each", turnaround},
});

}  // namespace
}  // namespace svc::bench
