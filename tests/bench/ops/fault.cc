// Services that crash by their own fault: the route is taken out of service, or the generation.
#include <fmt/core.h>

#include <algorithm>

#include "tests/bench/ops/row.h"
#include "tests/support/http_client.h"
#include "tests/support/json.h"

namespace svc::bench {
namespace {

constexpr std::string_view kPoison = "/crash/SEGV";
constexpr int kClients = 4;  // Each has one request in flight at most, so that many a crash fail.

int64_t restarts_of(const Svcd& svcd) {
  return json_number(svcd.status(), "/services/0/restarts").value_or(-1);
}

bool refused(const std::string& address) {
  const auto answer = fetch(address, kPoison);
  return answer && answer->status == 503 && !answer->header("Retry-After").empty();
}

enum class Again { once_all_are_back, at_once };

// How many workers it costs until it is refused. The route is served again afterwards.
int64_t crashes_until_refused(const Svcd& svcd, Again again) {
  constexpr int kTriesMax = 20;
  const std::string address = svcd.address("one");
  const int64_t before = restarts_of(svcd);
  int tries = 0;
  while (!refused(address)) {
    require(++tries < kTriesMax, "it goes on crashing");
    if (again == Again::once_all_are_back) require(svcd.wait_ready("one", 2), "not replaced");
  }
  require(svcd.wait_ready("one", 2), "not all were replaced");
  const int64_t crashes = restarts_of(svcd) - before;
  for (int i = 0; i < 20; ++i) require(refused(address), "the quarantine does not hold");
  const auto lifted = svcd.svcctl({"unquarantine", "one", "GET /crash/{signal}"});
  require(lifted.exit_code == 0, lifted.output);
  return crashes;
}

// Who tries again at once may be there before the master knows of the third crash: that is told,
// not judged.
Figure poison(const Scale& scale) {
  constexpr int64_t kCrashesMax = 3;
  const int rounds = scale.of(10, 2);
  Svcd svcd(chaos_service("one", 2));
  start(svcd);
  const std::string address = svcd.address("one");
  Load keeping({.address = address, .clients = kClients, .keep_alive = true, .think = 5ms});
  Load closing({.address = address, .clients = kClients, .think = 5ms});
  int64_t most = 0, most_at_once = 0;
  for (int round = 0; round < rounds; ++round) {
    require(closing.wait_for(20) && keeping.wait_for(20), "the others are not served");
    most = std::max(most, crashes_until_refused(svcd, Again::once_all_are_back));
    most_at_once = std::max(most_at_once, crashes_until_refused(svcd, Again::at_once));
  }
  const int64_t crashes = restarts_of(svcd);
  closing.stop();
  keeping.stop();
  const auto failed = static_cast<int64_t>(closing.failed() + keeping.failed());
  return {fmt::format("{} times: {} at most, {} if sent at once; {} in all, others: {}", 2 * rounds,
                      most, most_at_once, crashes, failed_of({&closing, &keeping})),
          most <= kCrashesMax && failed <= crashes * 2 * kClients && svcd.stop()};
}

// From the end of the connection whose request was the third crash to the first answer of those
// who run the last good configuration again.
Clock::duration time_to_go_back() {
  Svcd svcd(chaos_service("one", 2));  // One each: it remembers the routes that kill.
  start(svcd);
  const std::string address = svcd.address("one");
  svcd.configure(chaos_service("one", 3));
  const auto former = svcd.workers("one");
  require(svcd.svcctl({"reload"}).exit_code == 0, "not promoted");
  wait_for_end(former);  // What they still accept would be no crash of the new ones.
  for (int i = 0; i < 3; ++i) require(!fetch(address, kPoison), "it does not crash");
  const auto began = Clock::now();
  require(eventually([&] { return told_by(fetch(address, "/pid"), "generation") == 3; }),
          "the last good one is not back");
  const auto took = Clock::now() - began;
  require(svcd.wait_ready("one", 2) && svcd.stop(), "it has not come to rest");
  return took;
}

Figure probation(const Scale& scale) {
  const int times = scale.of(10, 2);
  Clock::duration longest{0};
  for (int i = 0; i < times; ++i) longest = std::max(longest, time_to_go_back());
  return {fmt::format("{} times, longest {} ms", times, ms(longest)), true, longest <= 1s};
}

const Rows kRows({
    {"poison", "a request crashes whoever serves it, sent again and again",
     "<= 3 crashes, others: what was in flight there", poison},
    {"probation", "the third crash of a new generation", "the last good one is back in 1 s",
     probation},
});

}  // namespace
}  // namespace svc::bench
