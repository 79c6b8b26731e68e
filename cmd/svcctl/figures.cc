#include "cmd/svcctl/figures.h"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "cmd/svcctl/terminal.h"
#include "core/base/units.h"

namespace svc {

std::string spoken_time(double seconds) {
  constexpr double kLongest = 1e12;
  const auto whole = static_cast<int64_t>(std::clamp(seconds, 0.0, kLongest));
  if (whole >= 86'400) return fmt::format("{}d{}h", whole / 86'400, whole % 86'400 / 3'600);
  if (whole >= 3'600) return fmt::format("{}h{}m", whole / 3'600, whole % 3'600 / 60);
  if (whole >= 60) return fmt::format("{}m{}s", whole / 60, whole % 60);
  return fmt::format("{}s", whole);
}

std::string spoken_rate(double per_second) {
  if (per_second < 0.05) return "0";
  if (per_second < 9.95) return fmt::format("{:.1f}", per_second);
  if (per_second < 99'999.5) return fmt::format("{:.0f}", per_second);
  return fmt::format("{:.0f}k", per_second / 1000);
}

std::string spoken_latency(std::optional<Duration> took) {
  if (!took) return "-";
  const double milliseconds = static_cast<double>(took->count()) / 1e6;
  if (milliseconds < 0.995) return fmt::format("{:.2f}ms", milliseconds);
  if (milliseconds < 9.95) return fmt::format("{:.1f}ms", milliseconds);
  if (milliseconds < 999.5) return fmt::format("{:.0f}ms", milliseconds);
  return fmt::format("{:.1f}s", milliseconds / 1000);
}

std::string spoken_memory(double bytes) {
  constexpr double kMebibyte = 1024 * 1024;
  if (bytes < 1023.95 * kMebibyte) return fmt::format("{:.1f}M", bytes / kMebibyte);
  return fmt::format("{:.1f}G", bytes / kMebibyte / 1024);
}

std::string reasons_text(const StatusService& service) {
  std::string text;
  for (const auto& [name, count] : service.reasons) {
    if (count <= 0) continue;
    std::string words = name == "own_fault" ? "by own fault" : cleaned(name);
    std::ranges::replace(words, '_', ' ');
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", count, words);
  }
  return text;
}

std::string passed_by_text(const StatusService& service) {
  if (service.passed_by.empty()) return "";
  return cleaned(fmt::format("new connections pass by worker {}, silent or down",
                             fmt::join(service.passed_by, ", ")));
}

std::string dropped_text(int64_t of_log, int64_t of_access_log) {
  std::string text;
  if (of_log > 0) text = format_count(static_cast<uint64_t>(of_log), "line") + " of the log";
  if (of_access_log > 0)
    text += (text.empty() ? "" : ", ") +
            format_count(static_cast<uint64_t>(of_access_log), "line") + " of the access log";
  return text;
}

std::string draining_text(const StatusDraining& draining) {
  const auto count = [](int64_t of, std::string_view noun) {
    return format_count(static_cast<uint64_t>(std::max<int64_t>(of, 0)), noun);
  };
  return fmt::format("generation {} drains: {} in flight, {} left, cut off in {}",
                     draining.generation, count(draining.in_flight, "request"),
                     count(draining.workers, "worker"), spoken_time(draining.killed_in_s));
}

double memory_of(const StatusService& service) {
  const int64_t own = service.total("memory_bytes");
  return static_cast<double>(own > 0 ? own : service.total("rss_bytes"));
}

}  // namespace svc
