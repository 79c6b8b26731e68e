#include "config/cpus.h"

#include <sched.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>
#include <string_view>

#include "config/config.h"
#include "core/base/sys.h"

namespace svc {
namespace {

constexpr size_t kProcFileMax = 64 * 1024;
constexpr std::string_view kMount = "/sys/fs/cgroup";

// CPUs of one group, rounded up; nullopt: this group has no limit of its own.
using Quota = std::optional<uint64_t>;

std::optional<uint64_t> to_number(std::string_view text) {
  while (text.ends_with('\n') || text.ends_with(' ')) text.remove_suffix(1);
  uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

Quota quota_of(std::optional<uint64_t> quota_us, std::optional<uint64_t> period_us) {
  if (!quota_us || !period_us || *quota_us == 0 || *period_us == 0) return std::nullopt;
  return (*quota_us - 1) / *period_us + 1;
}

// cgroups(7), version 2: "200000 100000", or "max 100000".
Quota quota_v2(const FileSource& files, const std::string& group) {
  const auto text = files.read(group + "/cpu.max", kProcFileMax);
  if (!text) return std::nullopt;
  const size_t space = text->find(' ');
  if (space == std::string::npos) return std::nullopt;
  return quota_of(to_number(std::string_view(*text).substr(0, space)),
                  to_number(std::string_view(*text).substr(space + 1)));
}

// Version 1: two files; a quota of -1 is none.
Quota quota_v1(const FileSource& files, const std::string& group) {
  const auto quota = files.read(group + "/cpu.cfs_quota_us", kProcFileMax);
  const auto period = files.read(group + "/cpu.cfs_period_us", kProcFileMax);
  if (!quota || !period) return std::nullopt;
  return quota_of(to_number(*quota), to_number(*period));
}

bool has_word(std::string_view list, std::string_view word) {
  while (!list.empty()) {
    const size_t end = std::min(list.find(','), list.size());
    if (list.substr(0, end) == word) return true;
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return false;
}

// The least quota of the group `path` below `mount` and of all above it. A container may see only
// the mount's root as its own group, whatever path it is told: the walk ends there in any case.
template <class QuotaOf>
void take_least(uint64_t& least, const std::string& mount, std::string path,
                QuotaOf quota_of_group) {
  for (;;) {
    while (path.ends_with('/')) path.pop_back();
    if (const Quota quota = quota_of_group(mount + path); quota && (least == 0 || *quota < least))
      least = *quota;
    if (path.empty()) return;
    path.erase(path.rfind('/') == std::string::npos ? 0 : path.rfind('/'));
  }
}

uint32_t cpus_by_affinity() {
  cpu_set_t small;
  if (sys::sched_getaffinity(0, sizeof(small), &small) == 0)
    return static_cast<uint32_t>(CPU_COUNT(&small));
  // EINVAL: the kernel's mask is larger than 1024 CPUs (sched_setaffinity(2)).
  constexpr int kCpusMax = 64 * 1024;
  cpu_set_t* large = CPU_ALLOC(kCpusMax);
  if (large == nullptr) return 1;
  const size_t size = CPU_ALLOC_SIZE(kCpusMax);
  const bool known = sys::sched_getaffinity(0, size, large) == 0;
  const int count = known ? CPU_COUNT_S(size, large) : 1;
  CPU_FREE(large);
  return static_cast<uint32_t>(count);
}

}  // namespace

uint32_t cpu_quota(const FileSource& files) {
  const auto groups = files.read("/proc/self/cgroup", kProcFileMax);
  if (!groups) return 0;
  uint64_t least = 0;
  std::string_view rest = *groups;
  // A line is "ID:CONTROLLERS:PATH"; version 2 is "0::PATH".
  while (!rest.empty()) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    const size_t first = line.find(':');
    const size_t second = first == line.npos ? first : line.find(':', first + 1);
    if (second == line.npos) continue;
    const std::string_view controllers = line.substr(first + 1, second - first - 1);
    const std::string path(line.substr(second + 1));
    const std::string mount(kMount);
    if (controllers.empty()) {
      const auto v2 = [&](const std::string& group) { return quota_v2(files, group); };
      take_least(least, mount, path, v2);
      take_least(least, mount + "/unified", path, v2);  // Hybrid hierarchy.
    } else if (has_word(controllers, "cpu")) {
      const auto v1 = [&](const std::string& group) { return quota_v1(files, group); };
      take_least(least, mount + "/cpu", path, v1);
      take_least(least, mount + "/cpu,cpuacct", path, v1);
    }
  }
  return static_cast<uint32_t>(std::min<uint64_t>(least, UINT32_MAX));
}

uint32_t cpus_allowed() {
  const uint32_t affinity = std::max(cpus_by_affinity(), 1U);
  const uint32_t quota = cpu_quota(FileSource::disk());
  return quota == 0 ? affinity : std::min(affinity, quota);
}

}  // namespace svc
