#include "core/process/obituary.h"

#include <fmt/core.h>
#include <sys/wait.h>

#include <algorithm>

#include "core/base/utf8.h"

namespace svc {
namespace {

constexpr size_t kRunningMax = 4;  // Requests named; a pool may run 64.

std::string request_text(const Generation& generation, uint64_t route, uint64_t id,
                         std::string_view thread) {
  return fmt::format("{} id={:016x} ({})", generation.route_name(route), id, thread);
}

// What the board says was running in its threads.
std::string running_by_slot(const DeadWorker& dead) {
  std::string text;
  size_t named = 0;
  const auto add = [&](const RunningRequest& running, std::string_view thread) {
    if (running.started_ns.get() == 0 || named++ >= kRunningMax) return;
    if (!text.empty()) text += ", ";
    text += request_text(dead.generation, running.route.get(), running.request_id.get(), thread);
  };
  add(dead.slot.loop, "loop");
  const size_t threads = std::min<size_t>(dead.generation.config.threads, dead.slot.pool.size());
  for (size_t i = 0; i < threads; ++i) add(dead.slot.pool[i].running, fmt::format("pool {}", i));
  if (named > kRunningMax) text += fmt::format(" and {} more", named - kRunningMax);
  return text;
}

std::string serving(const DeadWorker& dead, const Death& death) {
  const LastWords& words = death.words;
  if (words.request_id && words.route)
    return request_text(dead.generation, *words.route, *words.request_id, words.thread);
  // A crash in a thread that served nobody is not the fault of what ran elsewhere.
  return words.signal != 0 ? std::string() : running_by_slot(dead);
}

std::string details(const LastWords& words) {
  std::string text;
  if (!words.note.empty()) text += ", " + words.note;
  if (words.address) text += fmt::format(", address 0x{:x}", *words.address);
  if (words.code <= 0 && words.sender > 0) text += fmt::format(", sent by pid {}", words.sender);
  return text;
}

}  // namespace

std::string obituary(const DeadWorker& dead, const Death& death) {
  const std::string who = fmt::format("{} worker {} (pid {})", dead.service, dead.index, death.pid);
  const std::string how = status_text(death.status);
  if (!death.was_ready && !dead.failure.empty())
    return one_line(fmt::format("{} failed to boot: {} ({})", who, dead.failure, how));
  std::string text =
      fmt::format("{} died{}: {}", who, death.was_ready ? "" : " while booting", how);
  if (!dead.kill_reason.empty()) text += fmt::format(", because {};", dead.kill_reason);
  const std::string requests = serving(dead, death);
  if (!requests.empty()) text += " in " + requests;
  // An address that we caused ourselves tells nothing.
  if (dead.kill_reason.empty()) text += details(death.words);
  if (text.back() == ';') text.pop_back();
  return one_line(std::move(text));
}

}  // namespace svc
