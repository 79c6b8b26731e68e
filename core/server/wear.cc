#include "core/server/wear.h"

#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <utility>

#include "core/base/file.h"
#include "core/base/units.h"

namespace svc {
namespace {

// How long a job may outlast the longest time that its request can have had.
constexpr Duration kThreadGrace = 1s;

// The next number of `text`, which is shortened by it.
uint64_t take_number(std::string_view& text) {
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  text.remove_prefix(static_cast<size_t>(end - text.data()));
  return value;
}

}  // namespace

uint64_t answers_until_worn(const ServiceConfig& service, double random) noexcept {
  if (service.max_requests == 0) return 0;
  const double spread = static_cast<double>(service.max_requests_jitter) / 100.0;
  const double answers =
      static_cast<double>(service.max_requests) * (1.0 - spread + 2.0 * spread * random);
  return std::max<uint64_t>(1, static_cast<uint64_t>(std::llround(answers)));
}

// Fields of /proc/PID/statm, in pages: size, resident, of that file and shared memory (proc(5)).
uint64_t own_memory() {
  const auto text = read_file("/proc/self/statm", 256);
  if (!text) return 0;
  std::string_view rest = *text;
  take_number(rest);
  const uint64_t resident = take_number(rest), shared = take_number(rest);
  return (resident - std::min(resident, shared)) * static_cast<uint64_t>(::sysconf(_SC_PAGESIZE));
}

Wear::Wear(const ServiceConfig& service, const WorkerSlot& slot, RouteName route_name,
           OnWorn on_worn)
    : service_(service),
      slot_(slot),
      route_name_(std::move(route_name)),
      on_worn_(std::move(on_worn)) {}

void Wear::worn(const std::string& why) {
  if (const auto on_worn = std::exchange(on_worn_, nullptr)) on_worn(why);
}

void Wear::look(Instant now) {
  if (!on_worn_) return;
  look_at_memory();
  look_at_threads(now);
}

void Wear::look_at_memory() {
  if (service_.memory_max == 0) return;
  if (const uint64_t bytes = own_memory(); bytes > service_.memory_max)
    worn(fmt::format("it uses {} of memory, more than memory_max, {}", format_size(bytes),
                     format_size(service_.memory_max)));
}

// Whoever waited for such a job was answered with 503 long ago; the thread can't be had back.
void Wear::look_at_threads(Instant now) {
  const size_t threads = std::min<size_t>(service_.threads, slot_.pool.size());
  for (size_t i = 0; i < threads; ++i) {
    const RunningRequest& running = slot_.pool[i].running;
    const uint64_t started = running.started_ns.get_published();
    if (started == 0) continue;
    const Duration held = now.time_since_epoch() - Duration(static_cast<int64_t>(started));
    if (held < service_.http.request_timeout + kThreadGrace) continue;
    return worn(fmt::format("thread {} of its pool has been stuck for {} s in {} (request {:016x})",
                            i, std::chrono::duration_cast<std::chrono::seconds>(held).count(),
                            route_name_(running.route.get()), running.request_id.get()));
  }
}

}  // namespace svc
