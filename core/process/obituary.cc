#include "core/process/obituary.h"

#include <fmt/core.h>
#include <sys/wait.h>

#include <algorithm>
#include <string_view>
#include <vector>

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

// Options have several mistakes, each with its place in a file: a line for each, to be clicked at.
std::string failed_boot(std::string_view who, std::string_view failure, std::string_view how) {
  std::vector<std::string_view> reasons;
  for (size_t end = 0; end != failure.npos; failure.remove_prefix(end + 1)) {
    end = failure.find('\n');
    const std::string_view reason = failure.substr(0, end);
    if (!reason.empty()) reasons.push_back(reason);
    if (end == failure.npos) break;
  }
  if (reasons.size() < 2)
    return one_line(fmt::format("{} failed to boot: {} ({})", who,
                                reasons.empty() ? "" : reasons.front(), how));
  std::string text =
      one_line(fmt::format("{} failed to boot for {} reasons ({})", who, reasons.size(), how));
  for (const std::string_view reason : reasons) text += "\n  " + one_line(std::string(reason));
  return text;
}

}  // namespace

std::string obituary(const DeadWorker& dead, const Death& death) {
  const std::string who = fmt::format("{} worker {} (pid {})", dead.service, dead.index, death.pid);
  const std::string how = status_text(death.status);
  if (!death.was_ready && !dead.failure.empty()) return failed_boot(who, dead.failure, how);
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

std::vector<std::string> numbered_frames(const std::vector<std::string>& frames) {
  std::vector<std::string> lines;
  for (size_t first = 0; first < frames.size();) {
    size_t behind = first + 1;
    while (behind < frames.size() && frames[behind] == frames[first]) ++behind;
    std::string line = fmt::format("#{} {}", first, frames[first]);
    if (behind - first > 1) line += fmt::format(" ({} times)", behind - first);
    lines.push_back(std::move(line));
    first = behind;
  }
  return lines;
}

}  // namespace svc
