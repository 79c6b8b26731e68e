#include "core/server/slow_requests.h"

#include <fmt/core.h>

#include <chrono>
#include <string>

#include "core/base/log.h"
#include "core/base/units.h"
#include "core/http/spoken_id.h"
#include "core/http/stretches.h"
#include "core/process/backtraces.h"

namespace svc {

bool SlowRequests::may_trace(Instant now) noexcept {
  if (now - second_began_ >= 1s) {
    second_began_ = now;
    in_second_ = 0;
  }
  return ++in_second_ <= kTracesPerSecond;
}

void SlowRequests::request_slow(const SlowRequest& request) noexcept {
  const Exchange& exchange = request.exchange;
  const std::string name = route_name(application_, exchange);
  // The client's name for it, and ours: that is what the backtrace is told with.
  const std::string spoken = spoken_id(exchange);
  std::string own = fmt::format("{:016x}", exchange.id());
  own = own == spoken ? std::string() : ", id=" + own;
  log::warn("{} {} {} (request {}{})", name,
            request.ends ? "comes to its deadline after" : "goes on after",
            format_duration(std::chrono::duration_cast<std::chrono::milliseconds>(request.took)),
            spoken, own);
  if (!may_trace(request.fiber.owner().loop().now())) return;
  const size_t asked = ask_pool_threads(exchange.id());
  if (!send_backtrace(request.fiber, exchange.plan().route, exchange.id()) && asked == 0)
    log::warn("{}: where it is can't be seen (request {})", name, spoken);
}

}  // namespace svc
