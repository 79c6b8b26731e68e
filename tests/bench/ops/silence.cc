// Workers that have gone silent, and handlers that hold what others wait for.
#include <fmt/core.h>
#include <signal.h>

#include <algorithm>

#include "tests/bench/ops/row.h"
#include "tests/support/http_client.h"
#include "tests/support/proc.h"
#include "tests/support/storm.h"

namespace svc::bench {
namespace {

using std::chrono::milliseconds;

constexpr auto kGrace = 1s;  // Of every bound here: what the master's own beats may add.

std::string forever(std::string_view route) {
  return fmt::format("GET /{}/60000 HTTP/1.1\r\nHost: test\r\n\r\n", route);
}

// A connection, and the worker at its other end.
struct Taken {
  explicit Taken(const Svcd& svcd) : client(svcd.address("one")) {
    pid = static_cast<pid_t>(told_by(client.get("/pid"), "pid"));
    require(pid > 0, "it does not answer");
  }
  HttpClient client;
  pid_t pid = 0;
};

bool is_replaced(const Svcd& svcd, pid_t victim, size_t workers) {
  return eventually([&] {
    const auto now = svcd.workers("one");
    return now.size() == workers && std::find(now.begin(), now.end(), victim) == now.end();
  });
}

enum class Silence { stopped, hung };

// Of the early clients, those that the victim has accepted fail when it is killed; those in its
// queue are answered by a sibling once two beats are missed; who comes after that waits for nobody.
Figure silent(Silence silence, Sockets sockets, const Scale& scale) {
  constexpr size_t kWorkers = 3;
  const auto timeout = scale.of(10'000ms, 2000ms);
  Svcd svcd("");
  svcd.configure(chaos_on(svcd, sockets, kWorkers,
                          scale.of("",
                                   "heartbeat_interval = \"200ms\"\n"
                                   "heartbeat_timeout = \"2s\"\n")));
  start(svcd);
  const std::string address = svcd.address("one");
  const auto port = static_cast<uint16_t>(std::stoi(address.substr(address.rfind(':') + 1)));
  const LoadOptions closing{.address = address, .clients = 8, .think = 1ms};
  Load quiet(closing);
  let_run(svcd, scale.of(5000ms, 500ms));
  quiet.stop();
  Taken victim(svcd);
  LoadOptions slowly = closing;  // So that some are in flight wherever it happens.
  slowly.target = "/sleep/20";
  Load early(slowly);
  require(early.wait_for(50), "no load");
  const auto began = Clock::now();
  if (silence == Silence::stopped)
    ::kill(victim.pid, SIGSTOP);
  else
    victim.client.send(forever("spin"));
  require(svcd.log_has("new connections pass by worker"), "nobody missed its beats");
  const size_t accepted = accepted_connections(victim.pid, port) - 1;  // One is ours.
  Load late(closing);
  const bool replaced = is_replaced(svcd, victim.pid, kWorkers);
  const auto took = Clock::now() - began;
  require(late.wait_for(8), "nobody is served");
  late.stop();
  early.stop();
  victim.client.close();
  return {
      fmt::format("{}, longest {} ms, without {} ms; before: {}, {} accepted; replaced in {} ms",
                  failed_of({&late}), ms(late.slowest()), ms(quiet.slowest()), failed_of({&early}),
                  accepted, ms(took)),
      replaced && late.failed() == 0 && early.failed() <= accepted && svcd.stop(),
      late.slowest() <= 1s && took <= timeout + kGrace};
}

// A handler that never suspends: either of its limits ends it. Silence is counted from the last
// beat before it.
Figure spinning(std::string_view settings) {
  constexpr auto kLimit = 2s;
  constexpr auto kBeat = 200ms;
  Svcd svcd(chaos_service("one", 2, settings));
  start(svcd);
  Taken victim(svcd);
  const auto began = Clock::now();
  victim.client.send(forever("spin"));
  const bool closed = victim.client.closed_by_server();
  const auto took = Clock::now() - began;
  const bool told = svcd.log_has("a handler h") && svcd.log_has("/spin/{ms}");
  const bool replaced = is_replaced(svcd, victim.pid, 2);
  return {fmt::format("{} ms, {}, {}", ms(took), told ? "told where" : "NOT told where",
                      replaced ? "replaced" : "NOT replaced"),
          closed && took >= kLimit - kBeat && told && replaced && svcd.stop(),
          took <= kLimit + kGrace};
}

// The loop is well: only the request that is stuck is lost, and the thread, with its worker.
Figure stuck_thread(const Scale& scale) {
  const auto limit = scale.of(5000ms, 500ms);
  Svcd svcd(chaos_service("one", 2,
                          fmt::format("graceful_timeout = \"1s\"\n[service.one.http]\n"
                                      "request_timeout = \"{}ms\"\n",
                                      limit.count())));
  start(svcd);
  Load keeping({.address = svcd.address("one"), .clients = 4, .keep_alive = true, .think = 1ms});
  Load closing({.address = svcd.address("one"), .clients = 4, .think = 1ms});
  Taken victim(svcd);
  const auto began = Clock::now();
  victim.client.send(forever("block"));
  const auto answer = victim.client.read_answer();
  const auto took = Clock::now() - began;
  const bool replaced = is_replaced(svcd, victim.pid, 2);
  wait_for_end({victim.pid});
  const auto gone = Clock::now() - began;
  closing.wait_for(8);
  keeping.wait_for(8);
  closing.stop();
  keeping.stop();
  victim.client.close();
  return {
      fmt::format("told {} in {} ms, worker gone in {} ms, others: {}", answer ? answer->status : 0,
                  ms(took), ms(gone), failed_of({&closing, &keeping})),
      answer && answer->status == 503 && replaced && closing.failed() == 0 &&
          keeping.failed() == 0 && svcd.stop(),
      took <= limit + kGrace};
}

Row row_of(Silence silence, Sockets sockets, bool in_brief) {
  const std::string_view what =
      silence == Silence::stopped ? "a worker is stopped" : "a worker hangs in a handler";
  return {"silent", fmt::format("{}: close, {}", what, name_of(sockets)),
          "after two beats 0 failed, <= 1 s; before: those accepted; replaced <= 11 s",
          [=](const Scale& scale) { return silent(silence, sockets, scale); }, in_brief};
}

const Rows kRows({
    row_of(Silence::stopped, Sockets::reuseport, true),
    row_of(Silence::stopped, Sockets::shared, false),
    row_of(Silence::hung, Sockets::reuseport, false),
    row_of(Silence::hung, Sockets::shared, true),
    {"stuck", "a handler spins, request_timeout 2 s", "ended in 2 s + 1 s, told where",
     [](const Scale&) { return spinning("[service.one.http]\nrequest_timeout = \"2s\"\n"); }},
    {"stuck", "a handler spins, heartbeat_timeout 2 s", "ended in 2 s + 1 s, told where",
     [](const Scale&) {
       return spinning("heartbeat_interval = \"200ms\"\nheartbeat_timeout = \"2s\"\n");
     },
     false},
    {"stuck", "a pool thread is stuck", "503 in request_timeout + 1 s, others 0 failed",
     stuck_thread},
});

}  // namespace
}  // namespace svc::bench
