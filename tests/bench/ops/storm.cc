// Reloads without end, under every kind of traffic on every kind of socket.
#include "tests/support/storm.h"

#include <fmt/core.h>

#include "tests/bench/ops/row.h"

namespace svc::bench {
namespace {

constexpr auto kSlowerMax = 50ms;

Figure measure_storm(const Traffic& traffic, const Scale& scale) {
  StormPlan plan;
  plan.lasts = scale.of(20'000ms, std::max(2000ms, traffic.think + 500ms));
  plan.quiet = plan.lasts;  // As long: the longest of more answers is longer.
  plan.reloads = scale.of(36, 4);
  const Storm seen = storm(traffic, plan);
  const auto slower = seen.slowest - seen.quiet_slowest;
  return {fmt::format("{} of {} failed{}, longest {} ms, without reloads {} ms; {} promoted",
                      seen.failed, seen.answered + seen.failed,
                      seen.failed > 0 ? " (" + seen.first_failure + ")" : "", ms(seen.slowest),
                      ms(seen.quiet_slowest), seen.promoted),
          seen.failed == 0 && seen.answered > 0 && seen.promoted > 0 && seen.stopped,
          slower <= kSlowerMax};
}

std::vector<Row> storms() {
  std::vector<Row> rows;
  const auto add = [&rows](const Traffic& traffic) {
    rows.push_back({"storm", "36 reloads in 20 s: " + traffic.name(), "0 failed, <= 50 ms longer",
                    [traffic](const Scale& scale) { return measure_storm(traffic, scale); },
                    rows.size() % 4 == 0});  // Of the short form: each kind of socket, four thinks.
  };
  for (const Sockets sockets : {Sockets::reuseport, Sockets::shared, Sockets::unix_}) {
    add({false, 0ms, sockets});
    for (const auto think : {0ms, 1ms, 5ms, 200ms, 3000ms}) add({true, think, sockets});
  }
  return rows;
}

Figure two_generations(const Scale& scale) {
  const Storm seen = storm({true, 5ms, Sockets::reuseport}, {.quiet = 0ms,
                                                             .lasts = scale.of(20'000ms, 2000ms),
                                                             .reloads = scale.of(120, 12),
                                                             .count_generations = true});
  return {fmt::format("{} at once, {} promoted, {} failed", seen.generations_most, seen.promoted,
                      seen.failed),
          seen.generations_most <= 2 && seen.promoted > 0 && seen.failed == 0};
}

const Rows kStorms(storms());
const Rows kGenerations({{"generations", "reloads faster than generations boot",
                          "<= 2 live generations", two_generations}});

}  // namespace
}  // namespace svc::bench
