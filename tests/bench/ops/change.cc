// Workers that come and go by order: recycling, another number of them.
#include <fmt/core.h>

#include <algorithm>

#include "tests/bench/ops/row.h"
#include "tests/support/json.h"

namespace svc::bench {
namespace {

using std::chrono::milliseconds;

// 4 clients that ask every 12 ms or so: 320 answers a second, three times max_requests.
Figure recycling(const Scale& scale) {
  constexpr size_t kWorkers = 2;
  const auto lasts = scale.of(20'000ms, 2000ms);
  const int64_t enough = scale.of(45, 3);
  Svcd svcd(chaos_service("one", kWorkers, "max_requests = 100\n"));
  start(svcd);
  Load load({.address = svcd.address("one"), .clients = 4, .keep_alive = true, .think = 11ms});
  size_t fewest = kWorkers;
  int looks = 0;
  for (const auto until = Clock::now() + lasts; Clock::now() < until; ++looks)
    fewest = std::min(fewest, svcd.workers("one").size());
  const int64_t recycled = json_number(svcd.status(), "/services/0/recycled").value_or(-1);
  const bool none_died = svcd.status("/services/0/restarts") == "0";
  load.stop();
  return {fmt::format("{} recyclings, {}, {} ready of {} in {} looks", recycled, failed_of({&load}),
                      fewest, kWorkers, looks),
          load.failed() == 0 && fewest == kWorkers && none_died && recycled > 0 && svcd.stop(),
          recycled >= enough};
}

Figure scaling(const Scale& scale) {
  constexpr auto kEvery = 500ms;
  const auto lasts = scale.of(20'000ms, 2000ms);
  Svcd svcd(chaos_service("one", 4));
  start(svcd);
  Load load({.address = svcd.address("one"), .clients = 8});
  int times = 0;
  Clock::duration longest{0};
  const auto began = Clock::now();
  for (auto next = began; next < began + lasts; next = std::max(next + kEvery, Clock::now())) {
    let_run(svcd, std::chrono::duration_cast<milliseconds>(next - Clock::now()));
    constexpr const char* kNumbers[] = {"2", "8", "2", "4"};
    const auto asked = Clock::now();
    const auto told = svcd.svcctl({"scale", "one", kNumbers[times++ % 4]});
    require(told.exit_code == 0, told.output);
    longest = std::max(longest, Clock::now() - asked);
  }
  require(svcd.svcctl({"scale", "one", "4"}).exit_code == 0 && svcd.wait_ready("one", 4),
          "four are not back");
  require(load.wait_for(8), "nobody is served");
  load.stop();
  return {fmt::format("{} times, {} ms at most, {}", times, ms(longest), failed_of({&load})),
          load.failed() == 0 && svcd.stop()};
}

const Rows kRows({
    {"recycling", "60 recyclings in 20 s: keep-alive, reuseport",
     "0 failed, ready workers as configured", recycling},
    {"scale", "4 <-> 2 <-> 8 workers every 0.5 s for 20 s: close, reuseport", "0 failed", scaling},
});

}  // namespace
}  // namespace svc::bench
