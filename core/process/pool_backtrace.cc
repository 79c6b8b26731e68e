// What takes long: asked about, and told with the names of functions.
#include <fmt/core.h>

#include "core/base/log.h"
#include "core/process/backtraces.h"
#include "core/process/last_words.h"
#include "core/process/pool.h"

namespace svc {
namespace {

constexpr unsigned kTracesPerSecond = 8;  // Of one worker: symbols are dear, and so is the log.

}  // namespace

// A handler that keeps the loop from turning can't be told by its worker. Asked once for each.
void Pool::look_for_slow(Worker& worker, const WorkerSlot& slot) {
  const Duration slow = worker.generation->config.slow_request;
  const uint64_t started = slot.loop.started_ns.get_published();
  if (slow <= 0ms || started == 0 || started == worker.asked_about) return;
  const Instant now = master_.loop->now();
  if (static_cast<uint64_t>((now - slow).time_since_epoch().count()) < started) return;
  worker.asked_about = started;
  ask_loop_thread(worker.pid);
}

// A claim: bounded in number, read with bounds, and cleaned by the log.
void Pool::on_backtrace(WorkerKey key, const std::string& text) {
  const auto found = workers_.find(key);
  if (found == workers_.end()) return;
  Worker& worker = *found->second;
  const Instant now = master_.loop->now();
  if (now - worker.traced_since >= 1s) {
    worker.traced_since = now;
    worker.traced = 0;
  }
  const LastWords words = parse_last_words(text);
  if (++worker.traced > kTracesPerSecond || words.frames.empty()) return;

  const std::string who =
      fmt::format("{} worker {} (pid {})", worker.service, worker.index, worker.pid);
  const std::string what =
      fmt::format("{} id={:016x}", worker.generation->route_name(words.route.value_or(UINT64_MAX)),
                  words.request_id.value_or(0));
  Symbolizer::Request request;
  request.frames = words.frames;
  request.module = {worker.generation->module.get(), worker.generation->config.module_path};
  request.held = worker.generation;
  request.credentials = worker.generation->credentials;
  request.on_done = [who, what, thread = words.thread](const std::vector<std::string>& lines) {
    log::warn("{}: {} is slow, and was here ({}):", who, what, thread);
    for (const std::string& line : numbered_frames(lines)) log::warn("{}   {}", who, line);
  };
  symbolizer_.ask(std::move(request));
}

}  // namespace svc
